package modelpack

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// zipEntry is an entry of a test's zip; mode 0 is a plain file.
type zipEntry struct {
	name string
	data []byte
	mode fs.FileMode
}

// packEntries returns the files of a pack under a prefix.
func packEntries(t *testing.T, p *Pack, prefix string) []zipEntry {
	t.Helper()
	var out []zipEntry
	files, err := os.ReadDir(p.Dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		data, err := os.ReadFile(filepath.Join(p.Dir, f.Name()))
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, zipEntry{name: prefix + f.Name(), data: data})
	}
	return out
}

// bombSize is the size of a file of zeros that takes 8 KB in a zip.
const bombSize = 8 << 20

func writeZip(t *testing.T, entries ...zipEntry) string {
	t.Helper()
	var buf bytes.Buffer
	z := zip.NewWriter(&buf)
	for _, e := range entries {
		// Compressing weights takes long and gains nothing.
		h := &zip.FileHeader{Name: e.name, Method: zip.Store}
		if len(e.data) == bombSize || e.name == ManifestName {
			h.Method = zip.Deflate
		}
		h.SetMode(e.mode | 0o644)
		w, err := z.CreateHeader(h)
		if err == nil {
			_, err = w.Write(e.data)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "pack.zip")
	if err := os.WriteFile(path, buf.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestImportPack carries a pack to another machine as a folder and in the ways
// that users make zips.
func TestImportPack(t *testing.T) {
	p := importNano(t, t.TempDir())
	mac := append(packEntries(t, p, "nano-64/"), zipEntry{name: "nano-64/", mode: fs.ModeDir},
		zipEntry{name: "__MACOSX/manifest.json", data: []byte("junk")}, zipEntry{name: "nano-64/.DS_Store", data: []byte("junk")})
	for name, from := range map[string]string{
		"folder":          p.Dir,
		"zip of files":    writeZip(t, packEntries(t, p, "")...),
		"zip of folder":   writeZip(t, packEntries(t, p, "my model/")...),
		"zip with extras": writeZip(t, mac...),
	} {
		root := t.TempDir()
		got, err := ImportPack(t.Context(), from, root, nil)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got.Name() != "nano-64" || got.ID() != p.ID() {
			t.Errorf("%s: installed as %s with ID %s, want nano-64 with %s", name, got.Name(), got.ID(), p.ID())
		}
		if err := got.Verify(t.Context(), nil); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if files, _ := os.ReadDir(got.Dir); len(files) != 6 {
			t.Errorf("%s: %d files were installed, want 6", name, len(files))
		}
	}
}

// TestHostileZip: nothing of a zip that plays tricks ends up on the disk.
func TestHostileZip(t *testing.T) {
	p := importNano(t, t.TempDir())
	good := packEntries(t, p, "")
	with := func(more ...zipEntry) []zipEntry { return append(append([]zipEntry{}, good...), more...) }
	replaced := func(name string, data []byte) []zipEntry {
		out := append([]zipEntry{}, good...)
		for i := range out {
			if out[i].name == name {
				out[i].data = data
			}
		}
		return out
	}
	without := func(name string) []zipEntry {
		var out []zipEntry
		for _, e := range good {
			if e.name != name {
				out = append(out, e)
			}
		}
		return out
	}
	manifest := func(old, new string) []zipEntry {
		for _, e := range good {
			if e.name == ManifestName {
				return replaced(ManifestName, bytes.Replace(e.data, []byte(old), []byte(new), 1))
			}
		}
		return nil
	}
	many := make([]zipEntry, maxZipEntries)
	for i := range many {
		many[i] = zipEntry{name: fmt.Sprint(i)}
	}
	for name, c := range map[string]struct {
		entries []zipEntry
		want    error
	}{
		"climbs out":         {with(zipEntry{name: "../evil"}), ErrNotPack},
		"climbs out inside":  {with(zipEntry{name: "a/../../evil"}), ErrNotPack},
		"absolute":           {with(zipEntry{name: "/etc/evil"}), ErrNotPack},
		"backslashes":        {with(zipEntry{name: `..\evil`}), ErrNotPack},
		"drive":              {with(zipEntry{name: `C:evil`}), ErrNotPack},
		"link":               {with(zipEntry{name: "link", data: []byte("/etc/passwd"), mode: fs.ModeSymlink}), ErrNotPack},
		"two manifests":      {with(zipEntry{name: "b/manifest.json", data: []byte("{}")}), ErrNotPack},
		"two of a name":      {with(zipEntry{name: "decoder.onnx"}), ErrNotPack},
		"many entries":       {with(many...), ErrNotPack},
		"no manifest":        {without(ManifestName), ErrNotPack},
		"missing file":       {without("decoder.onnx"), ErrDamaged},
		"shorter file":       {replaced("decoder.onnx", []byte("x")), ErrDamaged},
		"other constants":    {replaced("constants.bin", bytes.Repeat([]byte{1}, int(size(p, "constants.bin")))), ErrDamaged},
		"bomb":               {replaced("encoder.onnx", make([]byte, bombSize)), ErrDamaged},
		"bomb with manifest": {bomb(manifest(fmt.Sprint(size(p, "encoder.onnx")), fmt.Sprint(bombSize))), ErrNotPack},
		"manifest climbs":    {manifest(`"decoder.onnx"`, `"../../x.onnx"`), ErrNotPack},
		"manifest name":      {manifest(`"name": "nano"`, `"name": "../nano"`), ErrNotPack},
		"newer":              {manifest(`"format": 1`, `"format": 2`), ErrNewer},
		"huge manifest":      {replaced(ManifestName, bytes.Repeat([]byte(" "), maxManifest+1)), ErrNotPack},
		"not JSON":           {replaced(ManifestName, []byte("hello")), ErrNotPack},
	} {
		root := t.TempDir()
		from := writeZip(t, c.entries...)
		_, err := ImportPack(t.Context(), from, root, nil)
		if !errors.Is(err, c.want) || !strings.Contains(fmt.Sprint(err), from) {
			t.Errorf("%s: %v, want %v with the path", name, err, c.want)
		}
		if left := visible(t, root); len(left) > 0 {
			t.Errorf("%s: left %q behind", name, left)
		}
	}
}

func size(p *Pack, name string) int64 {
	for _, f := range p.Manifest.Files {
		if f.Name == name {
			return f.Size
		}
	}
	return -1
}

// bomb makes the encoder many zeros, as the manifest was made to say.
func bomb(entries []zipEntry) []zipEntry {
	for i := range entries {
		if entries[i].name == "encoder.onnx" {
			entries[i].data = make([]byte, bombSize)
		}
	}
	return entries
}

func TestTornZip(t *testing.T) {
	from := writeZip(t, packEntries(t, importNano(t, t.TempDir()), "")...)
	data, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range []int{0, 10, len(data) / 2, len(data) - 1} {
		if err := os.WriteFile(from, data[:n], 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := ImportPack(t.Context(), from, t.TempDir(), nil); !errors.Is(err, ErrNotPack) {
			t.Errorf("zip cut to %d bytes: %v", n, err)
		}
	}
	data[len(data)/2] ^= 0xff
	if err := os.WriteFile(from, data, 0o644); err != nil {
		t.Fatal(err)
	}
	root := t.TempDir()
	if _, err := ImportPack(t.Context(), from, root, nil); !errors.Is(err, ErrDamaged) {
		t.Errorf("zip with a changed byte: %v", err)
	}
	if left := visible(t, root); len(left) > 0 {
		t.Errorf("left %q behind", left)
	}
}
