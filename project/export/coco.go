package export

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/project/atomicfile"
)

// COCOOptions change what a COCO file holds.
type COCOOptions struct {
	// Polygons writes outlines along the pixel edges rather than run lengths.
	// They give back the same pixels. A polygon cannot have a hole, so a part
	// with holes is cut into several polygons that touch; nothing is filled
	// and nothing dropped.
	Polygons bool
}

// WriteCOCO replaces DIR/coco.json. dir must exist. Frames without a visible
// object keep their image record. Memory does not grow with the masks: they
// are written as they come, the much smaller image records at the end.
func WriteCOCO(ctx context.Context, dir string, src Source, opt COCOOptions) (Report, error) {
	var rep Report
	path := filepath.Join(dir, "coco.json")
	err := atomicfile.WriteChecked(path, func(w io.Writer) error {
		c := newCOCOWriter(w, src, opt)
		if err := c.write(ctx); err != nil {
			return err
		}
		rep = c.report
		return nil
	}, func(tmp string) error {
		return checkCOCO(ctx, tmp, src)
	})
	rep.Files = 1
	return rep, err
}

// cocoWriter writes one COCO file.
type cocoWriter struct {
	w      io.Writer
	src    Source
	opt    COCOOptions
	video  Video
	of     map[annotate.ObjectID]int
	list   []category
	images []cocoImage
	next   int // ID of the next annotation
	report Report
	err    error // the first failed write
}

func newCOCOWriter(w io.Writer, src Source, opt COCOOptions) *cocoWriter {
	c := &cocoWriter{w: w, src: src, opt: opt, video: src.Video(), next: 1}
	c.list, c.of = categories(src.Objects())
	return c
}

func (c *cocoWriter) write(ctx context.Context) error {
	c.text("{\n\"info\": ")
	c.value(cocoInfo{"Masks of a video made with Masklet", c.video.Name, c.video.Frames})
	c.text(",\n\"licenses\": [],\n\"annotations\": [")
	if err := checkedEach(ctx, c.src, c.frame); err != nil {
		return err
	}
	c.text("\n],\n\"images\": [")
	for i, img := range c.images {
		c.item(i, img)
	}
	c.text("\n],\n\"categories\": [")
	for i, cat := range c.list {
		c.item(i, cat)
	}
	c.text("\n],\n\"tracks\": [")
	for i, o := range c.src.Objects() {
		c.item(i, cocoTrack{int(o.ID), o.Label, o.Class})
	}
	c.text("\n]\n}\n")
	return c.err
}

// frame writes the annotations of one frame.
func (c *cocoWriter) frame(frame int, masks []FrameMask) error {
	img := c.image(frame)
	c.report.Frames++
	for _, m := range masks {
		img.TrackIDs = append(img.TrackIDs, int(m.Object))
		c.report.Masks++
		if m.Mask.Empty() {
			continue
		}
		if c.of[m.Object] == 0 {
			return fmt.Errorf("%w: frame %d has object %d, which is not in the list of objects", ErrSource, frame, m.Object)
		}
		c.item(c.next-1, c.annotation(img.ID, m))
		c.next++
	}
	c.images = append(c.images, img)
	return c.err
}

// image returns the record of a frame. A frame of a video is called as its PNG
// mask is.
func (c *cocoWriter) image(frame int) cocoImage {
	img := cocoImage{ID: frame + 1, FileName: frameName(frame) + ".png", Width: c.video.W, Height: c.video.H, FrameIndex: &frame}
	if frame < len(c.video.FrameNames) {
		img.FileName = c.video.FrameNames[frame]
	}
	if frame < len(c.video.Timestamps) {
		img.Timestamp = c.video.Timestamps[frame]
	}
	return img
}

func (c *cocoWriter) annotation(image int, m FrameMask) cocoAnnotation {
	box := m.Mask.Bounds()
	a := cocoAnnotation{
		ID: c.next, ImageID: image, CategoryID: c.of[m.Object],
		Area: m.Mask.Area(), BBox: [4]int{box.Min.X, box.Min.Y, box.Dx(), box.Dy()},
		TrackID: int(m.Object), Confidence: m.Confidence,
	}
	if c.opt.Polygons {
		a.Segmentation = polygons(m.Mask)
	} else {
		a.Segmentation = cocoRLE{[2]int{c.video.H, c.video.W}, m.Mask.RLEString()}
	}
	return a
}

// item writes element i of a list, one a line.
func (c *cocoWriter) item(i int, v any) {
	if i > 0 {
		c.text(",")
	}
	c.text("\n")
	c.value(v)
}

func (c *cocoWriter) value(v any) {
	data, err := json.Marshal(v)
	if err != nil && c.err == nil {
		c.err = err
	}
	c.text(string(data))
}

func (c *cocoWriter) text(s string) {
	if c.err == nil {
		_, c.err = io.WriteString(c.w, s)
	}
}
