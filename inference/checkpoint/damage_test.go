package checkpoint

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/masklet/masklet/inference/checkpoint/ckpttest"
)

// smallFile returns a valid file of either format.
func smallFile(t testing.TB, ext string) []byte {
	t.Helper()
	tensors := []ckpttest.Tensor{
		{Name: "a", Shape: []int{2, 3}, DType: "F32", Rule: ckpttest.Rule{Kind: "u", B: 1}},
		{Name: "b", Shape: []int{4}, DType: "BF16", Rule: ckpttest.Rule{Kind: "u", B: 1}},
	}
	var buf bytes.Buffer
	write := ckpttest.WriteTorch
	if ext == ".safetensors" {
		write = ckpttest.WriteSafetensors
	}
	if err := write(&buf, tensors); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

// readAll opens a file and reads every tensor.
func readAll(data []byte) error {
	f, err := openBytes(data)
	if err != nil {
		return err
	}
	for _, name := range f.Names() {
		if _, err := f.Float32(name); err != nil {
			return err
		}
	}
	return nil
}

// TestTruncated: a file that ends too early is refused wherever it ends.
func TestTruncated(t *testing.T) {
	for _, ext := range []string{".pt", ".safetensors"} {
		data := smallFile(t, ext)
		for n := range data {
			if err := readAll(data[:n]); !errors.Is(err, ErrDamaged) && !errors.Is(err, ErrFormat) {
				t.Fatalf("%s cut to %d of %d bytes: %v", ext, n, len(data), err)
			}
		}
	}
}

// TestFlippedBits: in a .pt file every byte of the pickle and of the tensors is
// covered by a checksum, so a flipped bit there is noticed.
func TestFlippedBits(t *testing.T) {
	data := smallFile(t, ".pt")
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range z.File[:3] {
		at, err := f.DataOffset()
		if err != nil {
			t.Fatal(err)
		}
		for i := at; i < at+int64(f.UncompressedSize64); i++ {
			bad := bytes.Clone(data)
			bad[i] ^= 0x10
			if err := readAll(bad); !errors.Is(err, ErrDamaged) || !strings.Contains(err.Error(), "checksum") {
				t.Fatalf("byte %d of %s: %v", i-at, f.Name, err)
			}
		}
	}
	for i := range data {
		bad := bytes.Clone(data)
		bad[i] ^= 0x10
		checkAnswer(t, bad)
	}
}

// TestUnknownFiles: what users mistake for checkpoints gets a message that
// names the file and says what it is.
func TestUnknownFiles(t *testing.T) {
	dir := t.TempDir()
	var deflated bytes.Buffer
	z := zip.NewWriter(&deflated)
	w, err := z.Create("a/data.pkl")
	if err == nil {
		_, err = w.Write([]byte("}."))
	}
	if err = errors.Join(err, z.Close()); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		data string
		says string
	}{
		"empty.pt":    {"", "is empty"},
		"short.pt":    {"P", "neither"},
		"page.pt":     {"<!DOCTYPE html><html>", "web page"},
		"lfs.pt":      {"version https://git-lfs.github.com/spec/v1\n", "Git LFS"},
		"gz.pt":       {"\x1f\x8b\x08rest", "gzip"},
		"pickle.pt":   {"\x80\x04}.", "bare pickle"},
		"image.pt":    {"\x89PNG\r\n\x1a\nxxxxxxx", "neither"},
		"other.zip":   {string(ckpttest.Zip(ckpttest.Entry{Name: "readme.txt"})), "without data.pkl"},
		"two.pt":      {string(ckpttest.Zip(ckpttest.Entry{Name: "a/data.pkl"}, ckpttest.Entry{Name: "b/data.pkl"})), "more than one"},
		"deflated.pt": {deflated.String(), "compressed again"},
		"list.pt":     {string(torchFile([]byte("].")))[:], "not a dictionary"},
		"none.pt":     {string(torchFile([]byte("}.")))[:], "no tensors"},
		"big.pt": {string(ckpttest.Zip(ckpttest.Entry{Name: "a/data.pkl", Data: []byte("}.")},
			ckpttest.Entry{Name: "a/byteorder", Data: []byte("big")})), "byte order"},
	} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(c.data), 0o644); err != nil {
			t.Fatal(err)
		}
		_, err := Open(path)
		if !errors.Is(err, ErrFormat) && !errors.Is(err, ErrDamaged) || !strings.Contains(fmt.Sprint(err), c.says) || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: %v, want the path and %q", name, err, c.says)
		}
		if strings.Contains(fmt.Sprint(err), "\n") {
			t.Errorf("%s: the message has more than one line: %q", name, err)
		}
	}
	if _, err := Open(filepath.Join(dir, "absent.pt")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("absent file: %v", err)
	}
	if _, err := Open(dir); err == nil {
		t.Error("a folder was opened")
	}
}

// TestZipLies changes the directory of a valid file.
func TestZipLies(t *testing.T) {
	valid := single(view(0, []int{24}, []int{1}))
	le := binary.LittleEndian
	central := func(n int) func([]byte) int { // offset of the nth directory entry
		return func(b []byte) int {
			at := -1
			for range n + 1 {
				at += 1 + bytes.Index(b[at+1:], []byte("PK\x01\x02"))
			}
			return at
		}
	}
	end := func(b []byte) int { return bytes.LastIndex(b, []byte("PK\x05\x06")) }
	for name, change := range map[string]func([]byte){
		"storage past the end":    func(b []byte) { at := central(1)(b); le.PutUint32(b[at+20:], 1<<30); le.PutUint32(b[at+24:], 1<<30) },
		"two sizes":               func(b []byte) { le.PutUint32(b[central(1)(b)+24:], 95) },
		"zip64 without the field": func(b []byte) { le.PutUint32(b[central(1)(b)+24:], 0xffffffff) },
		"header past the end":     func(b []byte) { le.PutUint32(b[central(1)(b)+42:], 0xfffffff0) },
		"header of another":       func(b []byte) { le.PutUint32(b[central(1)(b)+42:], 0) },
		"encrypted":               func(b []byte) { le.PutUint16(b[central(0)(b)+8:], 1) },
		"name past the end":       func(b []byte) { le.PutUint16(b[central(1)(b)+28:], 0xffff) },
		"local name differs":      func(b []byte) { b[30] ^= 1 },
		"local extra past end":    func(b []byte) { le.PutUint16(b[28:], 0xffff) },
		"directory past the end":  func(b []byte) { le.PutUint32(b[end(b)+16:], 0xfffffff0) },
		"directory too large":     func(b []byte) { le.PutUint32(b[end(b)+12:], 0xfffffff0) },
		"too many entries":        func(b []byte) { le.PutUint16(b[end(b)+10:], 0xfffe) },
		"zip64 without a record":  func(b []byte) { le.PutUint16(b[end(b)+10:], 0xffff) },
		"wrong checksum":          func(b []byte) { b[central(1)(b)+16] ^= 1 },
	} {
		bad := bytes.Clone(valid)
		change(bad)
		if err := readAll(bad); !errors.Is(err, ErrDamaged) && !errors.Is(err, ErrUnsafe) && !errors.Is(err, ErrFormat) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := readAll(valid); err != nil {
		t.Error(err)
	}
}

// TestZipOverlap: two entries that share bytes are refused.
func TestZipOverlap(t *testing.T) {
	inner := "PK\x03\x04" + strings.Repeat("\x00", 22) + "\x08\x00\x00\x00" + "a/data/1" + "payload."
	data := ckpttest.Zip(
		ckpttest.Entry{Name: "a/data.pkl", Data: []byte("}.")},
		ckpttest.Entry{Name: "a/data/0", Data: []byte(inner)},
		ckpttest.Entry{Name: "a/data/1", Data: []byte("payload.")},
	)
	at := bytes.LastIndex(data, []byte("PK\x01\x02"))
	binary.LittleEndian.PutUint32(data[at+42:], uint32(bytes.Index(data, []byte(inner))))
	if _, err := openBytes(data); !errors.Is(err, ErrDamaged) || !strings.Contains(err.Error(), "overlap") {
		t.Errorf("%v, want an overlap", err)
	}
}

// TestZip64 reads a directory of the large kind, which PyTorch writes for files
// beyond 4 GB, and refuses one that points elsewhere.
func TestZip64(t *testing.T) {
	plain := single(view(0, []int{24}, []int{1}))
	at := bytes.LastIndex(plain, []byte("PK\x05\x06"))
	le := binary.LittleEndian
	record := func(offset uint64) []byte {
		rec := append([]byte("PK\x06\x06"), make([]byte, 52)...)
		le.PutUint64(rec[4:], 44)
		le.PutUint64(rec[32:], uint64(le.Uint16(plain[at+10:])))
		le.PutUint64(rec[40:], uint64(le.Uint32(plain[at+12:])))
		le.PutUint64(rec[48:], offset)
		loc := append([]byte("PK\x06\x07"), make([]byte, 16)...)
		le.PutUint64(loc[8:], uint64(at))
		end := bytes.Clone(plain[at:])
		le.PutUint32(end[16:], 0xffffffff)
		return bytes.Join([][]byte{plain[:at], rec, loc, end}, nil)
	}
	good := uint64(le.Uint32(plain[at+16:]))
	if err := readAll(record(good)); err != nil {
		t.Error(err)
	}
	for _, bad := range []uint64{good + 1, 1 << 62, 1<<64 - 1, uint64(len(plain))} {
		if err := readAll(record(bad)); !errors.Is(err, ErrDamaged) {
			t.Errorf("directory at %d: %v", bad, err)
		}
	}
}
