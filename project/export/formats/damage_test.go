package formats

import (
	"context"
	"errors"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/project/export"
	"github.com/masklet/masklet/project/export/internal/exporttest"
)

// A damaged input is refused with ErrImport or read as far as it goes: no reader
// panics, and what it gives fits the video, whether that is known or not.
func TestDamagedInputs(t *testing.T) {
	r := rand.New(rand.NewPCG(13, 14))
	for _, f := range export.Readable(All()) {
		src := exporttest.Hostile()
		dir, _ := exporttest.Write(t, f, src, export.Options{})
		files := filesBelow(t, dir)
		for range 50 {
			path := files[r.IntN(len(files))]
			whole, err := os.ReadFile(path)
			exporttest.Must(t, err)
			exporttest.Must(t, os.WriteFile(path, damaged(r, whole), 0o644))
			for _, v := range []export.Video{src.About, {}} {
				in := &export.Input{Video: v}
				in.Take = func(key annotate.FrameKey, m annotate.Mask) error {
					if w, h := m.Size(); w != in.Video.W || h != in.Video.H || key.Object < 1 || key.Frame < 0 || key.Frame >= in.Video.Frames {
						t.Errorf("%s: %v of %dx%d pixels", f.Name, key, w, h)
					}
					return nil
				}
				if _, err := export.Read(context.Background(), f, dir, in); err != nil && !errors.Is(err, export.ErrImport) {
					t.Errorf("%s: error %v", f.Name, err)
				}
			}
			exporttest.Must(t, os.WriteFile(path, whole, 0o644))
		}
	}
}

func filesBelow(t *testing.T, dir string) []string {
	t.Helper()
	var out []string
	exporttest.Must(t, filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			out = append(out, p)
		}
		return err
	}))
	return out
}

// damaged changes some bytes of data, or cuts it off.
func damaged(r *rand.Rand, data []byte) []byte {
	out := append([]byte{}, data...)
	if len(out) == 0 || r.IntN(5) == 0 {
		return out[:r.IntN(len(out)+1)]
	}
	for range 1 + r.IntN(4) {
		i := r.IntN(len(out))
		switch r.IntN(3) {
		case 0:
			out[i] = byte(r.IntN(256))
		case 1:
			out[i] = "0123456789-.,[]{}\"e<>/ "[r.IntN(23)]
		default:
			out = append(out[:i], out[min(len(out), i+1+r.IntN(8)):]...)
		}
		if len(out) == 0 {
			break
		}
	}
	return out
}
