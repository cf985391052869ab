package coco

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/project/export"
	"github.com/masklet/masklet/project/export/outline"
)

// checkCOCO reads a COCO file back and compares every annotation and image with
// the source, in step with a second walk over it. It decodes run lengths with
// a decoder of its own, straight into pixels.
func checkCOCO(ctx context.Context, path string, src export.Source) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	c := cocoChecker{dec: json.NewDecoder(bufio.NewReaderSize(f, 256<<10)), video: src.Video()}
	_, c.of = categories(src.Objects())
	if err := c.enter("annotations"); err != nil {
		return err
	}
	if err := export.Each(ctx, src, c.frame); err != nil {
		return err
	}
	if err := c.leave(); err != nil {
		return err
	}
	if err := c.enter("images"); err != nil {
		return err
	}
	for _, want := range c.frames {
		if err := c.image(want); err != nil {
			return err
		}
	}
	return c.leave()
}

type cocoChecker struct {
	dec    *json.Decoder
	video  export.Video
	of     map[annotate.ObjectID]int
	frames []int
	seen   int // annotations
}

// enter reads up to the start of the list with this key. A name in the file may
// read like the key, but no list follows it.
func (c *cocoChecker) enter(key string) error {
	var before json.Token
	for {
		tok, err := c.dec.Token()
		if err != nil {
			return fmt.Errorf("%w: no list %q: %v", export.ErrVerify, key, err)
		}
		if before == key && tok == json.Delim('[') {
			return nil
		}
		before = tok
	}
}

// leave reads the end of a list.
func (c *cocoChecker) leave() error {
	if c.dec.More() {
		return fmt.Errorf("%w: there is more in it than in the source", export.ErrVerify)
	}
	_, err := c.dec.Token()
	return err
}

func (c *cocoChecker) frame(frame int, masks []export.FrameMask) error {
	c.frames = append(c.frames, frame)
	for _, m := range masks {
		if m.Mask.Empty() {
			continue
		}
		if err := c.annotation(frame, m); err != nil {
			return fmt.Errorf("object %d, frame %d: %w", m.Object, frame, err)
		}
	}
	return nil
}

func (c *cocoChecker) annotation(frame int, m export.FrameMask) error {
	var a struct {
		ID           int             `json:"id"`
		ImageID      int             `json:"image_id"`
		CategoryID   int             `json:"category_id"`
		TrackID      int             `json:"track_id"`
		Area         int             `json:"area"`
		BBox         [4]int          `json:"bbox"`
		Segmentation json.RawMessage `json:"segmentation"`
	}
	if err := c.dec.Decode(&a); err != nil {
		return fmt.Errorf("%w: %v", export.ErrVerify, err)
	}
	c.seen++
	if a.ID != c.seen || a.ImageID != frame+1 || a.TrackID != int(m.Object) || a.CategoryID != c.of[m.Object] {
		return fmt.Errorf("%w: its numbers are wrong", export.ErrVerify)
	}
	pix, err := c.pixels(a.Segmentation)
	if err != nil {
		return err
	}
	return samePixels(pix, c.video.W, c.video.H, m.Mask, a.Area, a.BBox)
}

// pixels decodes a segmentation, column by column.
func (c *cocoChecker) pixels(data json.RawMessage) ([]bool, error) {
	var rle cocoRLE
	if err := json.Unmarshal(data, &rle); err == nil {
		if rle.Size != [2]int{c.video.H, c.video.W} {
			return nil, fmt.Errorf("%w: the size is %v", export.ErrVerify, rle.Size)
		}
		return expandCounts(rle.Counts, c.video.W*c.video.H)
	}
	var polys [][]float64
	if err := json.Unmarshal(data, &polys); err != nil {
		return nil, fmt.Errorf("%w: %v", export.ErrVerify, err)
	}
	b := outline.Fill(c.video.W, c.video.H, polys).Bitmap()
	out := make([]bool, len(b.Pix))
	for i, v := range b.Pix {
		out[i%b.W*b.H+i/b.W] = v != 0
	}
	return out, nil
}

func (c *cocoChecker) image(frame int) error {
	var img cocoImage
	if err := c.dec.Decode(&img); err != nil {
		return fmt.Errorf("%w: %v", export.ErrVerify, err)
	}
	if img.ID != frame+1 || img.FrameIndex == nil || *img.FrameIndex != frame || img.Width != c.video.W || img.Height != c.video.H {
		return fmt.Errorf("%w: the image of frame %d is wrong", export.ErrVerify, frame)
	}
	return nil
}

// expandCounts decodes the compressed run lengths of the COCO tools into n
// pixels.
func expandCounts(s string, n int) ([]bool, error) {
	pix := make([]bool, 0, n)
	var counts []int
	value, bits := 0, 0
	for _, c := range []byte(s) {
		five := int(c) - '0'
		value += five % 32 << bits
		bits += 5
		if five >= 32 {
			continue
		}
		if five >= 16 {
			value -= 1 << bits
		}
		k := len(counts)
		if k > 2 {
			value += counts[k-2]
		}
		if value < 0 || len(pix)+value > n {
			return nil, fmt.Errorf("%w: the runs are longer than the picture", export.ErrVerify)
		}
		counts = append(counts, value)
		for range value {
			pix = append(pix, k%2 == 1)
		}
		value, bits = 0, 0
	}
	if len(pix) != n {
		return nil, fmt.Errorf("%w: the runs cover %d of %d pixels", export.ErrVerify, len(pix), n)
	}
	return pix, nil
}

// samePixels compares pixels (column by column), area and box with a mask.
func samePixels(pix []bool, w, h int, m annotate.Mask, area int, box [4]int) error {
	b := m.Bitmap()
	n, x0, y0, x1, y1 := 0, w, h, 0, 0
	for i, on := range pix {
		x, y := i/h, i%h
		if on != (b.Pix[y*w+x] != 0) {
			return fmt.Errorf("%w at pixel (%d, %d)", export.ErrVerify, x, y)
		}
		if on {
			n++
			x0, y0, x1, y1 = min(x0, x), min(y0, y), max(x1, x+1), max(y1, y+1)
		}
	}
	if n != area || box != [4]int{x0, y0, x1 - x0, y1 - y0} {
		return fmt.Errorf("%w: area %d, box %v for %d pixels", export.ErrVerify, area, box, n)
	}
	return nil
}
