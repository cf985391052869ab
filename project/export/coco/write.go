// Package coco is the format of the COCO data set for a video: one file with run
// lengths or polygons, where a track_id says which annotations are one object.
package coco

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/project/export"
	"github.com/masklet/masklet/project/export/internal/marks"
	"github.com/masklet/masklet/project/export/outline"
)

// Format describes the format. Frames without a visible object keep their image
// record. A polygon cannot have a hole, so a part with holes is cut into
// several polygons that touch; nothing is filled and nothing dropped.
func Format() export.Format {
	return export.Format{
		Name: "coco", Label: "COCO JSON", Place: "coco.json", File: true, Takes: export.Takes{Polygons: true},
		About: "`coco.json`: compressed RLE (or polygons), exact area and bbox, `track_id`; images carry `frame_index` and `timestamp`",
		Holds: export.Holds{Overlaps: true, Holes: true, Parts: true, Unseen: true, Labels: true, Classes: true, IDs: true, Times: true, Absent: true, Occluded: true, Attributes: true},
		Write: write, Read: read,
	}
}

// write makes the file. Memory does not grow with the masks: they are written
// as they come, the much smaller image records at the end.
func write(ctx context.Context, path string, src export.Source, opt export.Options) (export.Report, error) {
	f, err := os.Create(path)
	if err != nil {
		return export.Report{}, err
	}
	w := bufio.NewWriterSize(f, 256<<10)
	c := newCOCOWriter(w, src, opt)
	err = c.write(ctx)
	if err == nil {
		err = w.Flush()
	}
	if err := errors.Join(err, f.Close()); err != nil {
		return export.Report{}, err
	}
	c.report.Files = 1
	return c.report, checkCOCO(ctx, path, src)
}

// cocoWriter writes one COCO file.
type cocoWriter struct {
	w      io.Writer
	src    export.Source
	opt    export.Options
	video  export.Video
	of     map[annotate.ObjectID]int
	list   []category
	images []cocoImage
	name   func(frame int) string
	notes  map[annotate.ObjectID]annotate.Notes
	next   int // ID of the next annotation
	report export.Report
	err    error // the first failed write
}

func newCOCOWriter(w io.Writer, src export.Source, opt export.Options) *cocoWriter {
	c := &cocoWriter{w: w, src: src, opt: opt, video: src.Video(), name: src.Video().Namer(opt.Names), next: 1}
	c.list, c.of = categories(src.Objects())
	c.notes = map[annotate.ObjectID]annotate.Notes{}
	for _, o := range src.Objects() {
		c.notes[o.ID] = o.Notes
	}
	return c
}

func (c *cocoWriter) write(ctx context.Context) error {
	c.text("{\n\"info\": ")
	c.value(cocoInfo{"Masks of a video made with Masklet", c.video.Name, c.video.Frames})
	c.text(",\n\"licenses\": [],\n\"annotations\": [")
	if err := export.Each(ctx, c.src, c.frame); err != nil {
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
		c.item(i, cocoTrack{int(o.ID), o.Label, o.Class, marks.Of(o.Notes)})
	}
	c.text("\n]\n}\n")
	return c.err
}

// frame writes the annotations of one frame.
func (c *cocoWriter) frame(frame int, masks []export.FrameMask) error {
	img := c.image(frame)
	c.report.Frames++
	for _, m := range masks {
		img.TrackIDs = append(img.TrackIDs, int(m.Object))
		c.report.Masks++
		if m.Mask.Empty() {
			continue
		}
		if c.of[m.Object] == 0 {
			return fmt.Errorf("%w: frame %d has object %d, which is not in the list of objects", export.ErrSource, frame, m.Object)
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
	img := cocoImage{ID: frame + 1, FileName: c.name(frame) + ".png", Width: c.video.W, Height: c.video.H, FrameIndex: &frame}
	if frame < len(c.video.FrameNames) && c.opt.Names == export.NameFrames {
		img.FileName = c.video.FrameNames[frame]
	}
	if frame < len(c.video.Timestamps) {
		img.Timestamp = c.video.Timestamps[frame]
	}
	return img
}

func (c *cocoWriter) annotation(image int, m export.FrameMask) cocoAnnotation {
	box := m.Mask.Bounds()
	a := cocoAnnotation{
		ID: c.next, ImageID: image, CategoryID: c.of[m.Object],
		Area: m.Mask.Area(), BBox: [4]int{box.Min.X, box.Min.Y, box.Dx(), box.Dy()},
		TrackID: int(m.Object), Confidence: m.Confidence, Attributes: marks.At(c.notes[m.Object], image-1),
	}
	if c.opt.Polygons {
		a.Segmentation = outline.Polygons(m.Mask)
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
