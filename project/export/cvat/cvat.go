// Package cvat is the XML of CVAT, "CVAT for video 1.1": a track per object, with
// its mask on every frame, and outside where it is not seen.
package cvat

import (
	"bufio"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"image"
	"os"
	"strconv"
	"strings"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/project/export"
)

// Format describes the format. A frame on which an object was tracked and not
// seen is outside, as one on which it was not tracked.
//
// Source: CVAT documentation, "XML annotation format".
func Format() export.Format {
	return export.Format{
		Name: "cvat", Label: "CVAT for video 1.1 XML", Place: "cvat.xml", File: true,
		About: "`cvat.xml`: one track per object with its masks, track id = object id, `outside` where it is not seen",
		Holds: export.Holds{Overlaps: true, Holes: true, Parts: true, Labels: true, Classes: true, IDs: true},
		Write: write, Read: read,
	}
}

// track is one object. Its label and class are Masklet's own attributes: CVAT's
// label is a class.
type track struct {
	XMLName xml.Name `xml:"track"`
	ID      int      `xml:"id,attr"`
	Label   string   `xml:"label,attr"`
	Source  string   `xml:"source,attr"`
	Own     string   `xml:"object_label,attr"`
	Class   string   `xml:"object_class,attr"`
	Masks   []mask   `xml:"mask"`
}

type mask struct {
	Frame    int    `xml:"frame,attr"`
	Keyframe int    `xml:"keyframe,attr"`
	Outside  int    `xml:"outside,attr"`
	Occluded int    `xml:"occluded,attr"`
	RLE      string `xml:"rle,attr"`
	Left     int    `xml:"left,attr"`
	Top      int    `xml:"top,attr"`
	Width    int    `xml:"width,attr"`
	Height   int    `xml:"height,attr"`
	ZOrder   int    `xml:"z_order,attr"`
}

// write holds the run lengths of all objects, since each object's come together.
func write(ctx context.Context, path string, src export.Source, _ export.Options) (export.Report, error) {
	rep, v := export.Report{Files: 1}, src.Video()
	names, of := export.Categories(src.Objects())
	tracks := map[annotate.ObjectID]*track{}
	var order []*track
	for _, o := range src.Objects() {
		t := &track{ID: int(o.ID), Label: names[of[o.ID]], Source: "manual", Own: o.Label, Class: o.Class}
		tracks[o.ID] = t
		order = append(order, t)
	}
	err := export.Each(ctx, src, func(frame int, masks []export.FrameMask) error {
		rep.Frames++
		for z, m := range masks {
			rep.Masks++
			t := tracks[m.Object]
			if t == nil {
				return fmt.Errorf("%w: frame %d has object %d, which is not in the list of objects", export.ErrSource, frame, m.Object)
			}
			if !m.Mask.Empty() {
				t.add(frame, encode(m.Mask, z))
			}
		}
		return nil
	})
	if err != nil {
		return rep, err
	}
	for _, t := range order {
		if n := len(t.Masks); n > 0 && t.Masks[n-1].Frame+1 < v.Frames {
			t.leave()
		}
	}
	if err := writeFile(path, v, names, order); err != nil {
		return rep, err
	}
	return rep, export.Check(ctx, Format(), path, src)
}

// add adds a mask; where frames before it have none the object leaves.
func (t *track) add(frame int, m mask) {
	if n := len(t.Masks); n > 0 && t.Masks[n-1].Frame+1 < frame {
		t.leave()
	}
	m.Frame = frame
	t.Masks = append(t.Masks, m)
}

// leave says that the object is outside from the next frame on.
func (t *track) leave() {
	m := t.Masks[len(t.Masks)-1]
	m.Frame++
	m.Outside = 1
	t.Masks = append(t.Masks, m)
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
	Name       string `xml:"name"`
	Type       string `xml:"type"`
	Attributes string `xml:"attributes"`
}

func writeFile(path string, v export.Video, names []string, tracks []*track) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	w := bufio.NewWriterSize(f, 256<<10)
	var head meta
	t := &head.Task
	t.Name, t.Size, t.Mode, t.Stop, t.Source = v.Name, v.Frames, "interpolation", v.Frames-1, v.Name
	t.Original.Width, t.Original.Height = v.W, v.H
	for _, n := range names {
		t.Labels.Label = append(t.Labels.Label, label{Name: n, Type: "mask"})
	}
	_, err = w.WriteString(xml.Header + "<annotations>\n<version>1.1</version>\n")
	enc := xml.NewEncoder(w)
	enc.Indent("", " ")
	if err == nil {
		err = enc.Encode(head)
	}
	for _, t := range tracks {
		if err == nil {
			err = enc.Encode(t)
		}
	}
	if err == nil {
		_, err = w.WriteString("\n</annotations>\n")
	}
	if err == nil {
		err = w.Flush()
	}
	return errors.Join(err, f.Close())
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
