package matte

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/project/export"
	"github.com/masklet/masklet/project/export/internal/exporttest"
	"github.com/masklet/masklet/project/media/mattes"
)

// can skips a test where the libraries lack an encoder.
func can(t *testing.T, f export.Format) {
	t.Helper()
	if err := mattes.Kind(f.Name).Check(); err != nil {
		t.Skip(err)
	}
}

func TestRoundTrip(t *testing.T) {
	for _, f := range Formats() {
		if f.Read != nil {
			t.Run(f.Name, func(t *testing.T) {
				can(t, f)
				exporttest.RoundTrip(t, f, export.Options{})
			})
		}
	}
}

// One matte of all objects is their union, and object 1 when it is read.
func TestTogether(t *testing.T) {
	for _, f := range Formats() {
		if f.Read == nil {
			continue
		}
		t.Run(f.Name, func(t *testing.T) {
			can(t, f)
			clip := exporttest.Hostile()
			dir, rep := exporttest.Write(t, f, clip, export.Options{Together: true})
			files, err := os.ReadDir(filepath.Join(dir, f.Place))
			if err != nil || len(files) != 1 || rep.Files != 1 {
				t.Fatalf("%v, %v", files, err)
			}
			got, _, _ := exporttest.Read(t, f, dir, clip.About)
			for frame, masks := range clip.Masks {
				want := annotate.EmptyMask(clip.About.W, clip.About.H)
				for _, m := range masks {
					want, err = annotate.Union(want, m.Mask)
					exporttest.Must(t, err)
				}
				if m, ok := got[annotate.FrameKey{Object: 1, Frame: frame}]; ok != !want.Empty() || ok && !m.Equal(want) {
					t.Errorf("frame %d differs", frame)
				}
			}
		})
	}
}

func TestPreviewHasEveryFrame(t *testing.T) {
	f := preview()
	can(t, f)
	clip := exporttest.Hostile()
	dir, rep := exporttest.Write(t, f, clip, export.Options{})
	if rep.Frames != len(clip.Masks) || rep.Files != 1 {
		t.Errorf("%+v", rep)
	}
	r, err := mattes.OpenAny(filepath.Join(dir, "h264", "preview.mp4"))
	exporttest.Must(t, err)
	defer r.Close()
	n := 0
	for luma := make([]uint8, r.W*r.H); ; n++ {
		if _, ok, err := r.Next(luma); err != nil || !ok {
			exporttest.Must(t, err)
			break
		}
	}
	if n != clip.About.Frames {
		t.Errorf("%d frames of %d", n, clip.About.Frames)
	}
}

// Without the video's pictures nothing is written, and what was there stays.
func TestPicturesAreMissing(t *testing.T) {
	f := Formats()[0]
	dir := t.TempDir()
	old := filepath.Join(dir, "prores", "1.mov")
	exporttest.Must(t, os.MkdirAll(filepath.Dir(old), 0o755))
	exporttest.Must(t, os.WriteFile(old, []byte("old"), 0o600))
	_, err := export.Write(context.Background(), export.Targets(dir, []export.Format{f}), blind{exporttest.Hostile()}, export.Options{})
	if !errors.Is(err, export.ErrSource) {
		t.Errorf("%v", err)
	}
	if data, err := os.ReadFile(old); err != nil || !bytes.Equal(data, []byte("old")) {
		t.Errorf("%q, %v", data, err)
	}
}

type blind struct{ *exporttest.Clip }

func (b blind) Video() export.Video { return b.About }
