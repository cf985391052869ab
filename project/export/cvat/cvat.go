// Package cvat is the XML of CVAT, "CVAT for video 1.1": a track per object, with
// its mask on every frame, and outside where it is not seen.
package cvat

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"image"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/project/export"
	"github.com/masklet/masklet/project/export/internal/marks"
	"github.com/masklet/masklet/project/export/internal/spool"
)

// Format describes the format. A frame on which an object was tracked and not
// seen is outside, as one on which it was not tracked.
//
// Source: CVAT documentation, "XML annotation format".
func Format() export.Format {
	return export.Format{
		Name: "cvat", Label: "CVAT for video 1.1 XML", Place: "cvat.xml", File: true,
		About: "`cvat.xml`: one track per object with its masks, track id = object id, `outside` where it is not seen",
		Holds: export.Holds{Overlaps: true, Holes: true, Parts: true, Labels: true, Classes: true, IDs: true, Absent: true, Occluded: true, Attributes: true},
		Write: write, Read: read,
	}
}

// track is the head of one object's track. Label, class and marks are Masklet's
// own: CVAT's label is a class.
type track struct {
	XMLName xml.Name `xml:"track"`
	ID      int      `xml:"id,attr"`
	Label   string   `xml:"label,attr"`
	Source  string   `xml:"source,attr"`
	Own     string   `xml:"object_label,attr"`
	Class   string   `xml:"object_class,attr"`
	Marks   string   `xml:"object_marks,attr,omitempty"`
}

type mask struct {
	XMLName    xml.Name    `xml:"mask"`
	Frame      int         `xml:"frame,attr"`
	Keyframe   int         `xml:"keyframe,attr"`
	Outside    int         `xml:"outside,attr"`
	Occluded   int         `xml:"occluded,attr"`
	RLE        string      `xml:"rle,attr"`
	Left       int         `xml:"left,attr"`
	Top        int         `xml:"top,attr"`
	Width      int         `xml:"width,attr"`
	Height     int         `xml:"height,attr"`
	ZOrder     int         `xml:"z_order,attr"`
	Attributes []attribute `xml:"attribute"`
}

type attribute struct {
	Name  string `xml:"name,attr"`
	Value string `xml:",chardata"`
}

// writer holds the masks of all objects on disk, since each object's come
// together in the file.
type writer struct {
	src   export.Source
	names []string // of categories
	of    map[annotate.ObjectID]int
	masks *spool.File
	lines map[annotate.ObjectID]*line
	rep   export.Report
}

// line is the masks of one object.
type line struct {
	export.Object
	shapes []spool.Piece
	last   mask // the latest, to say where the object leaves
}

func write(ctx context.Context, path string, src export.Source, _ export.Options) (export.Report, error) {
	w := writer{src: src, lines: map[annotate.ObjectID]*line{}, rep: export.Report{Files: 1}}
	w.names, w.of = export.Categories(src.Objects())
	for _, o := range src.Objects() {
		w.lines[o.ID] = &line{Object: o}
	}
	var err error
	if w.masks, err = spool.New(); err != nil {
		return w.rep, err
	}
	defer w.masks.Close()
	if err := export.Each(ctx, src, w.frame); err != nil {
		return w.rep, err
	}
	for _, l := range w.lines {
		if len(l.shapes) > 0 && l.last.Frame+1 < src.Video().Frames {
			if err := w.leave(l); err != nil {
				return w.rep, err
			}
		}
	}
	if err := w.file(ctx, path); err != nil {
		return w.rep, err
	}
	return w.rep, export.Check(ctx, Format(), path, src)
}

func (w *writer) frame(frame int, masks []export.FrameMask) error {
	w.rep.Frames++
	for z, m := range masks {
		w.rep.Masks++
		l := w.lines[m.Object]
		if l == nil {
			return fmt.Errorf("%w: frame %d has object %d, which is not in the list of objects", export.ErrSource, frame, m.Object)
		}
		if m.Mask.Empty() {
			continue
		}
		// Where frames before it have no mask the object leaves.
		if len(l.shapes) > 0 && l.last.Frame+1 < frame {
			if err := w.leave(l); err != nil {
				return err
			}
		}
		shape := encode(m.Mask, z)
		shape.Frame = frame
		if l.Notes.Occluded.Contains(frame) {
			shape.Occluded = 1
		}
		at := l.Notes.AttributesAt(frame)
		for _, key := range slices.Sorted(maps.Keys(at)) {
			shape.Attributes = append(shape.Attributes, attribute{key, at[key]})
		}
		if err := w.add(l, shape); err != nil {
			return err
		}
	}
	return nil
}

func (w *writer) add(l *line, m mask) error {
	data, err := xml.Marshal(m)
	if err != nil {
		return err
	}
	piece, err := w.masks.Add(data)
	l.shapes, l.last = append(l.shapes, piece), m
	return err
}

// leave says that an object is outside from the next frame on.
func (w *writer) leave(l *line) error {
	m := l.last
	m.Frame++
	m.Outside = 1
	return w.add(l, m)
}

// encode returns the runs inside the mask's box, row by row, zeros first.
func encode(m annotate.Mask, z int) mask {
	box, b := m.Bounds(), m.Bitmap()
	var counts []string
	n, on := 0, false
	for y := box.Min.Y; y < box.Max.Y; y++ {
		for x := box.Min.X; x < box.Max.X; x++ {
			if b.At(x, y) != on {
				counts = append(counts, strconv.Itoa(n))
				n, on = 0, !on
			}
			n++
		}
	}
	counts = append(counts, strconv.Itoa(n))
	return mask{Keyframe: 1, RLE: strings.Join(counts, ", "), Left: box.Min.X, Top: box.Min.Y, Width: box.Dx(), Height: box.Dy(), ZOrder: z}
}

type meta struct {
	XMLName xml.Name `xml:"meta"`
	Task    struct {
		Name   string `xml:"name"`
		Size   int    `xml:"size"`
		Mode   string `xml:"mode"`
		Start  int    `xml:"start_frame"`
		Stop   int    `xml:"stop_frame"`
		Labels struct {
			Label []label `xml:"label"`
		} `xml:"labels"`
		Original struct {
			Width  int `xml:"width"`
			Height int `xml:"height"`
		} `xml:"original_size"`
		Source string `xml:"source"`
	} `xml:"task"`
}

type label struct {
	Name       string      `xml:"name"`
	Type       string      `xml:"type"`
	Attributes []labelAttr `xml:"attributes>attribute"`
}

// labelAttr is an attribute that the objects of a label may have.
type labelAttr struct {
	Name    string `xml:"name"`
	Mutable string `xml:"mutable"`
	Input   string `xml:"input_type"`
	Default string `xml:"default_value"`
	Values  string `xml:"values"`
}

// head returns the part of the file before the tracks.
func (w *writer) head() meta {
	var head meta
	t, v := &head.Task, w.src.Video()
	t.Name, t.Size, t.Mode, t.Stop, t.Source = v.Name, v.Frames, "interpolation", v.Frames-1, v.Name
	t.Original.Width, t.Original.Height = v.W, v.H
	for i, n := range w.names {
		l := label{Name: n, Type: "mask"}
		keys := map[string]bool{}
		for _, o := range w.src.Objects() {
			for _, a := range o.Notes.Attributes {
				keys[a.Key] = keys[a.Key] || w.of[o.ID] == i
			}
		}
		for _, key := range slices.Sorted(maps.Keys(keys)) {
			if keys[key] {
				l.Attributes = append(l.Attributes, labelAttr{Name: key, Mutable: "True", Input: "text"})
			}
		}
		t.Labels.Label = append(t.Labels.Label, l)
	}
	return head
}

func (w *writer) file(ctx context.Context, path string) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	out := bufio.NewWriterSize(f, 256<<10)
	err = w.content(ctx, out)
	if err == nil {
		err = out.Flush()
	}
	return errors.Join(err, f.Close())
}

func (w *writer) content(ctx context.Context, out *bufio.Writer) error {
	if _, err := out.WriteString(xml.Header + "<annotations>\n<version>1.1</version>\n"); err != nil {
		return err
	}
	enc := xml.NewEncoder(out)
	enc.Indent("", " ")
	if err := enc.Encode(w.head()); err != nil {
		return err
	}
	for _, o := range w.src.Objects() {
		t := track{ID: int(o.ID), Label: w.names[w.of[o.ID]], Source: "manual", Own: o.Label, Class: o.Class}
		if !o.Notes.Empty() {
			data, err := json.Marshal(marks.Of(o.Notes))
			if err != nil {
				return err
			}
			t.Marks = string(data)
		}
		head, err := xml.Marshal(t)
		if err != nil {
			return err
		}
		if _, err := out.Write(append([]byte("\n"), bytes.TrimSuffix(head, []byte("</track>"))...)); err != nil {
			return err
		}
		for _, piece := range w.lines[o.ID].shapes {
			data, err := w.masks.Read(piece)
			if err == nil {
				_, err = out.Write(append([]byte("\n "), data...))
			}
			if err = cmp.Or(err, ctx.Err()); err != nil {
				return err
			}
		}
		if _, err := out.WriteString("\n</track>"); err != nil {
			return err
		}
	}
	_, err := out.WriteString("\n</annotations>\n")
	return err
}

// decode returns the mask of runs inside a box; reason says why there is none.
func decode(rle string, box image.Rectangle, w, h int) (m annotate.Mask, reason string) {
	if box.Empty() || box.Dx() > annotate.MaxSide || box.Dy() > annotate.MaxSide {
		return m, "its box is empty"
	}
	b := annotate.NewBitmap(w, h)
	at, on, total := 0, false, box.Dx()*box.Dy()
	for _, field := range strings.Split(rle, ",") {
		n, err := strconv.Atoi(strings.TrimSpace(field))
		if err != nil || n < 0 || at+n > total {
			return m, "its run lengths cannot be read"
		}
		for ; on && n > 0; n-- {
			b.Set(box.Min.X+at%box.Dx(), box.Min.Y+at/box.Dx(), true)
			at++
		}
		at += n
		on = !on
	}
	if m = annotate.MaskFromBitmap(b); m.Empty() {
		return m, "its mask has no pixel of the frame"
	}
	return m, ""
}
