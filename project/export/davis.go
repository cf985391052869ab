package export

import (
	"context"
	"fmt"
	"image"
	"image/color"
	"path/filepath"

	"github.com/masklet/masklet/project/atomicfile"
)

// MaxIndexedID is the highest object ID in an indexed PNG: 255 means "do not
// care" to the tools that read such files.
const MaxIndexedID = 254

// WriteDAVIS replaces DIR/davis by one indexed PNG per tracked frame in the
// palette of the DAVIS data sets; the index of a pixel is the object's ID, 0 is
// background. dir must exist; a folder that holds anything else is left alone
// (ErrOccupied).
//
// A pixel has one index only. Where objects overlap the lower ID keeps the
// pixel, whatever order they were tracked in, and the report counts how many
// pixels were lost to that. IDs above 254 are refused (ErrSource).
func WriteDAVIS(ctx context.Context, dir string, src Source) (Report, error) {
	for _, o := range src.Objects() {
		if o.ID > MaxIndexedID {
			return Report{}, fmt.Errorf("%w: an indexed PNG holds object IDs up to %d, there is object %d", ErrSource, MaxIndexedID, o.ID)
		}
	}
	out := filepath.Join(dir, "davis")
	if err := replaceable(out, isFramePicture); err != nil {
		return Report{}, err
	}
	var rep Report
	err := atomicfile.WriteFolder(out, func(tmp string) error {
		rep = Report{}
		palette := davisPalette()
		return checkedEach(ctx, src, func(frame int, masks []FrameMask) error {
			overlap, err := writeIndexed(filepath.Join(tmp, frameName(frame)+".png"), src.Video(), palette, masks)
			if err != nil {
				return fmt.Errorf("frame %d: %w", frame, err)
			}
			rep.Frames++
			rep.Files++
			rep.Masks += len(masks)
			rep.OverlapPixels += overlap
			if overlap > 0 {
				rep.OverlapFrames++
			}
			return nil
		})
	})
	return rep, err
}

// writeIndexed writes one frame, reads it back, and returns the number of
// pixels that several objects claim.
func writeIndexed(path string, v Video, palette color.Palette, masks []FrameMask) (overlap int, err error) {
	img := image.NewPaletted(image.Rect(0, 0, v.W, v.H), palette)
	for _, m := range masks {
		for i, on := range m.Mask.Bitmap().Pix {
			switch {
			case on == 0:
			case img.Pix[i] == 0:
				img.Pix[i] = uint8(m.Object)
			default:
				overlap++
			}
		}
	}
	read, err := writePicture(path, img)
	if err != nil {
		return 0, err
	}
	back, ok := read.(*image.Paletted)
	if !ok || back.Rect != img.Rect {
		return 0, fmt.Errorf("%w: it is no indexed picture of %dx%d", ErrVerify, v.W, v.H)
	}
	return overlap, sameIndexes(back, masks)
}

// sameIndexes compares an indexed picture with the masks: it walks their runs
// rather than the picture that was written, the lowest ID last.
func sameIndexes(img *image.Paletted, masks []FrameMask) error {
	h := img.Rect.Dy()
	want := make([]uint8, len(img.Pix)) // column by column, like the runs
	for i := len(masks) - 1; i >= 0; i-- {
		at := 0
		for k, run := range masks[i].Mask.Runs() {
			for range int(run) * (k % 2) {
				want[at] = uint8(masks[i].Object)
				at++
			}
			if k%2 == 0 {
				at += int(run)
			}
		}
	}
	for at, index := range want {
		if img.ColorIndexAt(at/h, at%h) != index {
			return fmt.Errorf("%w at pixel (%d, %d)", ErrVerify, at/h, at%h)
		}
	}
	return nil
}

// davisPalette is the palette of the DAVIS data sets: the colours of PASCAL VOC
// for the first 22 indexes (with 191 where VOC has 192), greys for the rest.
//
// Source: the palette inside the annotation PNGs of DAVIS 2017.
func davisPalette() color.Palette {
	p := make(color.Palette, 256)
	for i := range p {
		if i >= 22 {
			p[i] = color.RGBA{uint8(i), uint8(i), uint8(i), 255}
			continue
		}
		var c [3]uint8
		for channel := range c {
			high, low := i>>channel&1, i>>(channel+3)&1
			c[channel] = [4]uint8{0, 128, 64, 191}[high+2*low]
		}
		p[i] = color.RGBA{c[0], c[1], c[2], 255}
	}
	return p
}
