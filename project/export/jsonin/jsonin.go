// Package jsonin reads the JSON of other tools: with a byte order mark, in
// UTF-16 or Latin-1, with NaN, inside a zip or a folder, with numbers as text.
// It hands lists on element by element, so that memory does not grow with them.
package jsonin

import (
	"archive/zip"
	"bufio"
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"github.com/masklet/masklet/project/export"
	"github.com/masklet/masklet/project/infile"
)

// Lists maps keys of the file's object to what takes the elements of their
// lists, one by one. A key with "{}" behind it takes the value whole.
type Lists map[string]func(element json.RawMessage) error

// Find returns the JSON file at path: a file itself, or in a folder one of the
// given names, or the only JSON in it or in its folder annotations.
func Find(path string, names ...string) (string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return "", fmt.Errorf("import: %w", err)
	}
	if !info.IsDir() {
		return path, nil
	}
	for _, n := range names {
		file := filepath.Join(path, n)
		if info, err := os.Stat(file); err == nil && !info.IsDir() {
			return file, nil
		}
	}
	for _, dir := range []string{path, filepath.Join(path, "annotations")} {
		files, err := export.Files(dir, ".json")
		if err != nil {
			continue
		}
		files = slices.DeleteFunc(files, func(f string) bool { return filepath.Base(f) == "run.json" })
		switch len(files) {
		case 0:
		case 1:
			return files[0], nil
		default:
			return "", fmt.Errorf("%w: %s holds several JSON files (%s, %s ...): name one of them", export.ErrImport, dir,
				filepath.Base(files[0]), filepath.Base(files[1]))
		}
	}
	return "", fmt.Errorf("%w: %s holds no JSON file", export.ErrImport, path)
}

// Open opens a JSON file, or the only one in a zip archive, as UTF-8. Reading
// it fails when ctx ends.
func Open(ctx context.Context, path string) (io.ReadCloser, error) {
	f, err := infile.Open(ctx, path, infile.Text)
	if err != nil {
		return nil, fmt.Errorf("import: %w", err)
	}
	if strings.EqualFold(filepath.Ext(path), ".zip") {
		f.Close()
		return openZip(ctx, path)
	}
	return both{Clean(f), f}, nil
}

// both reads from one and closes another.
type both struct {
	io.Reader
	io.Closer
}

func openZip(ctx context.Context, path string) (io.ReadCloser, error) {
	z, err := zip.OpenReader(path)
	if err != nil {
		return nil, fmt.Errorf("%w: %s is no readable zip: %v", export.ErrImport, path, err)
	}
	var found []*zip.File
	for _, f := range z.File {
		if strings.EqualFold(filepath.Ext(f.Name), ".json") && !strings.HasPrefix(filepath.Base(f.Name), ".") {
			found = append(found, f)
		}
	}
	if len(found) != 1 {
		return nil, errors.Join(fmt.Errorf("%w: %s holds %d JSON files, one is needed", export.ErrImport, path, len(found)), z.Close())
	}
	r, err := found[0].Open()
	if err != nil {
		return nil, errors.Join(fmt.Errorf("%w: %s: %v", export.ErrImport, path, err), z.Close())
	}
	return both{Clean(infile.Reader(ctx, r, infile.Text)), z}, nil
}

// Clean decodes text to UTF-8, whatever mark it begins with, and turns the NaN
// and Infinity that some writers leave into null.
func Clean(r io.Reader) io.Reader {
	b := bufio.NewReaderSize(r, 256<<10)
	head, _ := b.Peek(4096)
	switch {
	case len(head) >= 4 && head[0] != 0 && head[1] == 0 && head[3] == 0:
		r = unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder().Reader(b)
		if head[0] != 0xff {
			r = unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM).NewDecoder().Reader(b)
		}
	case len(head) >= 2 && (head[0] == 0xff && head[1] == 0xfe || head[0] == 0xfe && head[1] == 0xff):
		r = unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder().Reader(b)
	default:
		r = unicode.UTF8BOM.NewDecoder().Reader(b)
	}
	return &numbers{r: bufio.NewReaderSize(r, 64<<10)}
}

// Text decodes a whole small file: as Clean does, and what is no UTF-8 as
// Latin-1. latin says so.
func Text(data []byte) (text []byte, latin bool, err error) {
	text, err = io.ReadAll(Clean(bytes.NewReader(data)))
	if err != nil || utf8.Valid(data) || !utf8.Valid(text) && bytes.HasPrefix(data, []byte("\xff\xfe")) {
		return text, false, err
	}
	if bytes.HasPrefix(data, []byte("\xff\xfe")) || bytes.HasPrefix(data, []byte("\xfe\xff")) || bytes.IndexByte(data, 0) >= 0 {
		return text, false, nil
	}
	text, err = charmap.Windows1252.NewDecoder().Bytes(data)
	return text, true, err
}

// numbers replaces bare NaN and Infinity, outside of strings, by null.
type numbers struct {
	r       *bufio.Reader
	pending []byte
	quoted  bool
	escaped bool
}

// Read implements io.Reader. It reads little at a time, so that the end of a
// context is noticed between.
func (n *numbers) Read(p []byte) (int, error) {
	p = p[:min(len(p), 64<<10)]
	at := copy(p, n.pending)
	n.pending = n.pending[at:]
	for at < len(p) {
		c, err := n.r.ReadByte()
		if err != nil {
			if at > 0 {
				return at, nil
			}
			return 0, err
		}
		if n.quoted {
			n.quoted = n.escaped || c != '"'
			n.escaped = !n.escaped && c == '\\'
			p[at] = c
			at++
			continue
		}
		if word := n.word(c); word != "" {
			_, _ = n.r.Discard(len(word) - 1)
			k := copy(p[at:], "null")
			n.pending = append(n.pending, "null"[k:]...)
			at += k
			continue
		}
		n.quoted = c == '"'
		p[at] = c
		at++
	}
	return at, nil
}

// word returns the number that JSON does not know and that begins with c.
func (n *numbers) word(c byte) string {
	if c != 'N' && c != 'I' && c != '-' {
		return ""
	}
	for _, w := range []string{"NaN", "Infinity", "-Infinity"} {
		if c != w[0] {
			continue
		}
		if next, _ := n.r.Peek(len(w) - 1); string(next) == w[1:] {
			return w
		}
	}
	return ""
}

// Walk reads the object in a JSON file and hands its lists on. Errors of
// reading wrap export.ErrImport and name the file.
func Walk(ctx context.Context, path, kind string, lists Lists) error {
	return walk(ctx, path, kind, func(dec *json.Decoder, key string, broken func(error) error) error {
		whole := lists[key+"{}"]
		if whole == nil {
			return list(ctx, dec, lists[key], broken)
		}
		var raw json.RawMessage
		if err := dec.Decode(&raw); err != nil {
			return broken(err)
		}
		return hand(ctx, raw, whole)
	})
}

// walk reads the object in a JSON file and calls value at each of its values.
func walk(ctx context.Context, path, kind string, value func(dec *json.Decoder, key string, broken func(error) error) error) error {
	f, err := Open(ctx, path)
	if err != nil {
		return err
	}
	defer f.Close()
	broken := func(err error) error {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return fmt.Errorf("%w: %s is no readable %s file: %v", export.ErrImport, path, kind, err)
	}
	dec := json.NewDecoder(f)
	if tok, err := dec.Token(); err != nil || tok != json.Delim('{') {
		if err == nil {
			err = fmt.Errorf("%v where { should be", tok)
		}
		return broken(err)
	}
	return values(dec, broken, func(key string) error { return value(dec, key, broken) })
}

// values calls value at each value of an object whose { was read.
func values(dec *json.Decoder, broken func(error) error, value func(key string) error) error {
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			return broken(err)
		}
		if err := value(fmt.Sprint(key)); err != nil {
			return err
		}
	}
	if _, err := dec.Token(); err != nil {
		return broken(err)
	}
	return nil
}

// Elements are the objects of a list whose own lists may be too long to hold.
type Elements struct {
	Key string // of the list
	// Inner takes the elements of the lists of an object, one by one, by the
	// lists' keys: i is the number of the object, k that of the element. A list
	// that nothing takes is left out.
	Inner map[string]func(i, k int, element json.RawMessage) error
	// Head takes the rest of the object after that; may be nil.
	Head func(i int, rest json.RawMessage) error
}

// WalkElements reads the objects of one list of a JSON file.
func WalkElements(ctx context.Context, path, kind string, e Elements) error {
	return walk(ctx, path, kind, func(dec *json.Decoder, key string, broken func(error) error) error {
		if key != e.Key {
			return skip(dec, broken)
		}
		if tok, err := dec.Token(); err != nil || tok != json.Delim('[') {
			if err == nil && tok == nil { // null
				return nil
			}
			return broken(cmp.Or(err, fmt.Errorf("%v where [ should be", tok)))
		}
		for i := 0; dec.More(); i++ {
			if err := e.object(ctx, dec, i, broken); err != nil {
				return err
			}
		}
		if _, err := dec.Token(); err != nil {
			return broken(err)
		}
		return nil
	})
}

func (e Elements) object(ctx context.Context, dec *json.Decoder, i int, broken func(error) error) error {
	if tok, err := dec.Token(); err != nil || tok != json.Delim('{') {
		return broken(cmp.Or(err, fmt.Errorf("%v where { should be", tok)))
	}
	head := map[string]json.RawMessage{}
	err := values(dec, broken, func(key string) error {
		inner, is := e.Inner[key]
		switch {
		case is && inner != nil:
			k := -1
			return list(ctx, dec, func(raw json.RawMessage) error { k++; return inner(i, k, raw) }, broken)
		case is || e.Head == nil:
			return skip(dec, broken)
		}
		var raw json.RawMessage
		if err := dec.Decode(&raw); err != nil {
			return broken(err)
		}
		head[key] = raw
		return nil
	})
	if err != nil || e.Head == nil {
		return err
	}
	rest, err := json.Marshal(head)
	if err != nil {
		return broken(err)
	}
	return hand(ctx, rest, func(raw json.RawMessage) error { return e.Head(i, raw) })
}

// list reads the value of a key and hands the elements of a list to take, if
// that is set.
func list(ctx context.Context, dec *json.Decoder, take func(json.RawMessage) error, broken func(error) error) error {
	if take == nil {
		return skip(dec, broken)
	}
	tok, err := dec.Token()
	if err != nil {
		return broken(err)
	}
	if tok == nil { // null
		return nil
	}
	if tok != json.Delim('[') {
		return broken(fmt.Errorf("%v where [ should be", tok))
	}
	for dec.More() {
		if err := ctx.Err(); err != nil {
			return err
		}
		var raw json.RawMessage
		if err := dec.Decode(&raw); err != nil {
			return broken(err)
		}
		if err := hand(ctx, raw, take); err != nil {
			return err
		}
	}
	if _, err := dec.Token(); err != nil {
		return broken(err)
	}
	return nil
}

// largeValue is from how many bytes on decoding a value may take longer than
// anyone waits.
const largeValue = 1 << 20

// hand gives a value to what takes it, which for a large one ends with ctx.
func hand(ctx context.Context, raw json.RawMessage, take func(json.RawMessage) error) error {
	if len(raw) < largeValue {
		return take(raw)
	}
	return infile.Within(ctx, func() error { return take(raw) })
}

// skip reads over a value without holding it.
func skip(dec *json.Decoder, broken func(error) error) error {
	if err := skipped(dec, 0); err != nil {
		return broken(err)
	}
	return nil
}

// deep is where lists are of small things, which are faster read whole than token
// by token.
const deep = 2

func skipped(dec *json.Decoder, depth int) error {
	tok, err := dec.Token()
	open, nested := tok.(json.Delim)
	if err != nil || !nested {
		return err
	}
	for dec.More() {
		if open == '{' {
			if _, err := dec.Token(); err != nil {
				return err
			}
		}
		if open == '[' && depth >= deep {
			var raw json.RawMessage
			err = dec.Decode(&raw)
		} else {
			err = skipped(dec, depth+1)
		}
		if err != nil {
			return err
		}
	}
	_, err = dec.Token()
	return err
}
