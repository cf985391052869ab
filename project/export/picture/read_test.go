package picture

import (
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"path/filepath"
	"strings"
	"testing"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/project/export/internal/exporttest"
)

// the block is on, at pixels 2..3, 1..3 of 7x5.
func inBlock(x, y int) bool { return x >= 2 && x <= 3 && y >= 1 && y <= 3 }

// paint makes a picture with one colour on the block and one elsewhere.
func paint(img interface {
	image.Image
	Set(x, y int, c color.Color)
}, on, off color.Color) image.Image {
	for y := range 5 {
		for x := range 7 {
			if inBlock(x, y) {
				img.Set(x, y, on)
			} else {
				img.Set(x, y, off)
			}
		}
	}
	return img
}

// Pictures of one mask are read for what they mean, whatever the tool.
func TestMaskOfAnyKind(t *testing.T) {
	r := image.Rect(0, 0, 7, 5)
	black, white, red := color.Black, color.White, color.RGBA{R: 255, A: 255}
	soft := paint(image.NewGray(r), color.Gray{250}, color.Gray{3}).(*image.Gray)
	soft.SetGray(0, 0, color.Gray{1})
	soft.SetGray(2, 1, color.Gray{180})
	softRed := paint(image.NewRGBA(r), red, black).(*image.RGBA)
	softRed.SetRGBA(2, 1, color.RGBA{R: 200, A: 255})
	softRed.SetRGBA(1, 1, color.RGBA{R: 90, A: 255})
	objects := paint(image.NewPaletted(r, Palette()), Palette()[2], Palette()[0]).(*image.Paletted)
	objects.SetColorIndex(2, 1, 8)
	objects.SetColorIndex(0, 0, Void)
	want := exporttest.Draw(".......", "..##...", "..##...", "..##...", ".......")
	for name, c := range map[string]struct {
		img image.Image
		say string
	}{
		"0 and 255":          {paint(image.NewGray(r), white, black), ""},
		"0 and 1":            {paint(image.NewGray(r), color.Gray{1}, black), ""},
		"16 bits":            {paint(image.NewGray16(r), color.Gray16{1}, black), ""},
		"soft":               {soft, "soft"},
		"colour on black":    {paint(image.NewRGBA(r), red, black), ""},
		"colour on white":    {paint(image.NewRGBA(r), red, white), ""},
		"soft colour":        {softRed, "soft"},
		"palette, object 0":  {paint(image.NewPaletted(r, color.Palette{red, black}), red, black), ""},
		"palette, white 0":   {paint(image.NewPaletted(r, color.Palette{white, black}), white, black), ""},
		"alpha alone":        {paint(image.NewNRGBA(r), color.NRGBA{255, 255, 255, 255}, color.NRGBA{255, 255, 255, 0}), ""},
		"black with alpha":   {paint(image.NewNRGBA(r), color.NRGBA{0, 0, 0, 255}, color.NRGBA{}), ""},
		"objects of palette": {objects, "all are taken together"},
	} {
		path := filepath.Join(t.TempDir(), "m.png")
		_, err := WritePNG(path, c.img)
		exporttest.Must(t, err)
		m, notes, err := Read(t.Context(), path, 1)
		text := strings.Join(notes, " ")
		if err != nil || !m.Equal(want) || !strings.Contains(text, c.say) || c.say == "" && text != "" {
			t.Errorf("%s: %v, notes %q, %v", name, m.Runs(), text, err)
		}
	}
}

// Of a picture that numbers objects, the one that is asked for is read.
func TestOneOfSeveralObjects(t *testing.T) {
	img := image.NewPaletted(image.Rect(0, 0, 7, 5), Palette())
	img.SetColorIndex(6, 4, 1)
	img.SetColorIndex(0, 0, 2)
	path := filepath.Join(t.TempDir(), "m.png")
	_, err := WritePNG(path, img)
	exporttest.Must(t, err)
	m, notes, err := Read(t.Context(), path, 2)
	if err != nil || m.Area() != 1 || !m.At(0, 0) || len(notes) != 1 {
		t.Errorf("%v, %q, %v", m.Runs(), notes, err)
	}
}

// A frame on which a soft mask has nothing is empty: the set shows the rule.
func TestSetsAreReadAlike(t *testing.T) {
	dir := t.TempDir()
	r := image.Rect(0, 0, 7, 5)
	full := paint(image.NewGray(r), color.Gray{250}, color.Gray{3}).(*image.Gray)
	full.SetGray(0, 0, color.Gray{1})
	noise := paint(image.NewGray(r), color.Gray{3}, color.Gray{2}).(*image.Gray)
	noise.SetGray(0, 0, color.Gray{5})
	var paths []string
	for i, img := range []image.Image{full, noise} {
		paths = append(paths, filepath.Join(dir, fmt.Sprintf("%d.png", i)))
		_, err := WritePNG(paths[i], img)
		exporttest.Must(t, err)
	}
	set, err := Survey(context.Background(), paths, AnySize)
	exporttest.Must(t, err)
	for i, area := range []int{6, 0} {
		m, err := set.Mask(paths[i], false)
		if err != nil || m.Area() != area {
			t.Errorf("picture %d: %d pixels, %v", i, m.Area(), err)
		}
	}
}

// Objects are numbered by index, grey value or colour, and what is not to be
// judged is no object.
func TestLabels(t *testing.T) {
	r := image.Rect(0, 0, 7, 5)
	indexed := paint(image.NewPaletted(r, Palette()), Palette()[2], Palette()[0]).(*image.Paletted)
	indexed.SetColorIndex(6, 4, Void)
	grey := paint(image.NewGray(r), color.Gray{2}, color.Gray{0}).(*image.Gray)
	grey.SetGray(0, 0, color.Gray{1})
	grey.SetGray(6, 4, color.Gray{Void})
	coded := paint(image.NewRGBA(r), VOCPalette()[2], VOCPalette()[0]).(*image.RGBA)
	coded.Set(0, 0, VOCPalette()[1])
	free := paint(image.NewRGBA(r), color.RGBA{10, 200, 30, 255}, color.Black).(*image.RGBA)
	free.Set(0, 0, color.RGBA{200, 10, 30, 255})
	for name, c := range map[string]struct {
		img    image.Image
		object int // of the block
		void   int // pixels
	}{
		"indexed": {indexed, 2, 1}, "grey": {grey, 2, 1}, "colours of VOC": {coded, 2, 0}, "any colours": {free, 1, 0},
		"one mask": {paint(image.NewGray(r), color.White, color.Black), 1, 0},
	} {
		path := filepath.Join(t.TempDir(), "m.png")
		_, err := WritePNG(path, c.img)
		exporttest.Must(t, err)
		set, err := Survey(context.Background(), []string{path}, AnySize)
		exporttest.Must(t, err)
		l, err := set.Labels(path)
		if err != nil || l.Objects[c.object].Area() != 6 || l.Void.Area() != c.void {
			t.Errorf("%s: objects %v, %d pixels of no account, %v", name, l.Numbers(), l.Void.Area(), err)
		}
	}
}

// A picture that takes for ever keeps nobody waiting.
func TestReadingAPictureIsCancelled(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.png")
	if err := WriteMask(path, annotate.FullMask(8, 8)); err != nil {
		t.Fatal(err)
	}
	never := make(chan bool)
	defer close(never)
	for name, read := range map[string]func(s *Set) error{
		"mask":   func(s *Set) error { _, err := s.Mask(path, true); return err },
		"labels": func(s *Set) error { _, err := s.Labels(path); return err },
		"survey": nil,
	} {
		ctx, cancel := context.WithCancel(context.Background())
		slow := read == nil
		s, err := Survey(ctx, []string{path}, func(string, int, int) error {
			if slow {
				cancel()
				<-never
			}
			return nil
		})
		if read != nil {
			if err != nil {
				t.Fatal(err)
			}
			s.check = func(string, int, int) error {
				cancel()
				<-never
				return nil
			}
			err = read(s)
		}
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
