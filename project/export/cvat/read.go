package cvat

import (
	"context"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"image"
	"io"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/project/export"
	"github.com/masklet/masklet/project/export/internal/marks"
	"github.com/masklet/masklet/project/export/outline"
	"github.com/masklet/masklet/project/infile"
)

// shapeIn is a mask or polygon of a track, or of an image.
type shapeIn struct {
	XMLName  xml.Name
	Frame    int         `xml:"frame,attr"`
	Label    string      `xml:"label,attr"`
	Outside  int         `xml:"outside,attr"`
	Occluded int         `xml:"occluded,attr"`
	RLE      string      `xml:"rle,attr"`
	Left     int         `xml:"left,attr"`
	Top      int         `xml:"top,attr"`
	Width    int         `xml:"width,attr"`
	Height   int         `xml:"height,attr"`
	Points   string      `xml:"points,attr"`
	GroupID  string      `xml:"group_id,attr"`
	Attrs    []attribute `xml:"attribute"`
}

// key names the object of a shape on an image: its track, group or label.
func (s shapeIn) key() string {
	for _, a := range s.Attrs {
		switch a.Name {
		case "track_id", "instance_id", "object_id":
			return strings.TrimSpace(a.Value)
		}
	}
	if s.GroupID != "" && s.GroupID != "0" {
		return s.GroupID
	}
	return s.Label
}

// said returns what the shape says of its object beside the pixels.
func (s shapeIn) said() map[string]string {
	out := map[string]string{}
	for _, a := range s.Attrs {
		switch a.Name {
		case "track_id", "instance_id", "object_id":
		default:
			out[a.Name] = strings.TrimSpace(a.Value)
		}
	}
	return out
}

// trackIn is the head of a track; own says that Masklet wrote it.
type trackIn struct {
	id, label string
	own       bool
	object    string // what Masklet's user calls it
	class     string
	marks     marks.Record
}

func headOf(start xml.StartElement) trackIn {
	var t trackIn
	for _, a := range start.Attr {
		switch a.Name.Local {
		case "id":
			t.id = a.Value
		case "label":
			t.label = a.Value
		case "object_label":
			t.own, t.object = true, a.Value
		case "object_class":
			t.class = a.Value
		case "object_marks":
			_ = json.Unmarshal([]byte(a.Value), &t.marks) // what cannot be read says nothing
		}
	}
	return t
}

type imageIn struct {
	Name   string    `xml:"name,attr"`
	Width  int       `xml:"width,attr"`
	Height int       `xml:"height,attr"`
	Shapes []shapeIn `xml:",any"`
}

// read takes the file, or a folder with cvat.xml or annotations.xml.
func read(ctx context.Context, dir string, in *export.Input) ([]export.Object, error) {
	file := dir
	if info, err := os.Stat(dir); err != nil {
		return nil, fmt.Errorf("import CVAT: %w", err)
	} else if info.IsDir() {
		file = filepath.Join(dir, "cvat.xml")
		if _, err := os.Stat(file); err != nil {
			file = filepath.Join(dir, "annotations.xml")
		}
	}
	r := reader{path: file, in: in, objects: export.Known{}}
	if err := r.walk(ctx, visitor{shape: r.learn, end: func(t trackIn) error { r.ids.Add(t.id); return nil }, image: func(img imageIn) error {
		r.names = append(r.names, path.Base(strings.ReplaceAll(img.Name, `\`, "/")))
		for _, s := range img.Shapes {
			r.ids.Add(s.key())
		}
		if r.in.Video.W == 0 {
			r.in.Video.W, r.in.Video.H = img.Width, img.Height
		}
		return nil
	}}); err != nil {
		return nil, err
	}
	if in.Video.Frames == 0 && len(r.names) == 0 {
		in.Video.Frames = r.last + 1
	}
	frames, err := in.FramesOf("images of "+file, r.names)
	if err != nil {
		return nil, err
	}
	next := 0
	err = r.walk(ctx, visitor{shape: r.shape, end: r.end, image: func(img imageIn) error {
		next++
		if frames[next-1] < 0 {
			return r.in.Skip("image "+img.Name, "it is no frame of the video")
		}
		return r.image(img, frames[next-1])
	}})
	r.seen.Into(in, r.objects)
	return r.objects.List(), err
}

type reader struct {
	path    string
	in      *export.Input
	names   []string // of images
	last    int      // frame of a track
	ids     export.IDs
	objects export.Known
	seen    marks.Seen

	// Of the track that is read:
	frame   int // of mask
	mask    annotate.Mask
	done    map[int]bool // frames
	outside int          // the frame from which on the object is outside, -1: it is not
	absent  annotate.Ranges
}

// visitor takes what a file holds, a shape or an image at a time: a track may
// have many shapes.
type visitor struct {
	shape func(trackIn, shapeIn) error
	end   func(trackIn) error // of a track
	image func(imageIn) error
}

// walk hands on every track and image.
func (r *reader) walk(ctx context.Context, v visitor) error {
	f, err := infile.Open(ctx, r.path, infile.Text)
	if err != nil {
		return fmt.Errorf("import CVAT: %w", err)
	}
	defer f.Close()
	broken := func(err error) error {
		return fmt.Errorf("%w: %s is no readable CVAT file: %v", export.ErrImport, r.path, err)
	}
	dec, root := xml.NewDecoder(f), false
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		tok, err := dec.Token()
		if errors.Is(err, io.EOF) {
			if !root {
				return broken(errors.New("it has no element annotations"))
			}
			return nil
		}
		if err != nil {
			return broken(err)
		}
		start, ok := tok.(xml.StartElement)
		if !ok {
			continue
		}
		switch start.Name.Local {
		case "annotations":
			root = true
		case "original_size":
			err = r.size(dec, start)
		case "track":
			stop := error(nil)
			if stop, err = r.walkTrack(ctx, dec, start, v); stop != nil {
				return stop
			}
		case "image":
			var i imageIn
			if err = dec.DecodeElement(&i, &start); err == nil {
				if err := v.image(i); err != nil {
					return err
				}
			}
		}
		if err != nil {
			return broken(err)
		}
	}
}

// size takes the size of a video of which nothing is known.
func (r *reader) size(dec *xml.Decoder, start xml.StartElement) error {
	var s struct {
		Width  int `xml:"width"`
		Height int `xml:"height"`
	}
	if err := dec.DecodeElement(&s, &start); err != nil {
		return err
	}
	if r.in.Video.W == 0 {
		r.in.Video.W, r.in.Video.H = s.Width, s.Height
	}
	return nil
}

// walkTrack hands on the shapes of a track. stop is an error of who takes them,
// err one of reading.
func (r *reader) walkTrack(ctx context.Context, dec *xml.Decoder, start xml.StartElement, v visitor) (stop, err error) {
	t := headOf(start)
	r.mask, r.done, r.outside, r.absent = annotate.Mask{}, map[int]bool{}, -1, nil
	for {
		if err := ctx.Err(); err != nil {
			return err, nil
		}
		tok, err := dec.Token()
		if err != nil {
			return nil, err
		}
		switch tok := tok.(type) {
		case xml.EndElement:
			return v.end(t), nil
		case xml.StartElement:
			var s shapeIn
			if err := dec.DecodeElement(&s, &tok); err != nil {
				return nil, err
			}
			if tok.Name.Local == "attribute" {
				continue
			}
			if err := v.shape(t, s); err != nil {
				return err, nil
			}
		}
	}
}

func (r *reader) learn(_ trackIn, s shapeIn) error {
	r.last = max(r.last, s.Frame)
	return nil
}

// shape takes a shape of a track; those of one frame come together and are its
// parts.
func (r *reader) shape(t trackIn, s shapeIn) error {
	if s.Outside != 0 {
		if r.outside < 0 {
			r.outside = s.Frame
		}
		return nil
	}
	r.back(s.Frame)
	m, reason := r.pixels(s)
	if err := r.in.CheckFrame("a shape", s.Frame); err != nil {
		reason = "it is for no frame of the video"
	} else if r.done[s.Frame] {
		reason = "its frame has come before"
	}
	if reason != "" {
		return r.in.Skip(fmt.Sprintf("track %s, frame %d", t.id, s.Frame), reason)
	}
	if !r.mask.IsZero() && r.frame == s.Frame {
		both, err := annotate.Union(r.mask, m)
		r.mask = both
		return err
	}
	if err := r.give(t); err != nil {
		return err
	}
	r.frame, r.mask = s.Frame, m
	if id, _ := r.ids.Number(t.id); !t.own {
		r.seen.Frame(id, s.Frame, s.Occluded != 0, s.said())
	}
	return nil
}

// back notes that the object is outside up to the frame before this one.
func (r *reader) back(frame int) {
	if r.outside >= 0 {
		r.absent = append(r.absent, annotate.Range{First: r.outside, Last: frame - 1})
		r.outside = -1
	}
}

// give hands on the mask that waits for more parts.
func (r *reader) give(t trackIn) error {
	if r.mask.IsZero() {
		return nil
	}
	id, given := r.ids.Number(t.id)
	if given {
		r.in.Note("the track that the file calls %q is object %d", t.id, id)
	}
	label, class := "", t.label
	if t.own {
		label, class = t.object, t.class
	}
	r.objects.Meet(id, label, class)
	r.done[r.frame] = true
	m := r.mask
	r.mask = annotate.Mask{}
	return r.in.Give(id, r.frame, m)
}

// end takes what is left of a track. Outside says where an object is absent;
// Masklet's own files also have it where there is no mask for another reason.
func (r *reader) end(t trackIn) error {
	if err := r.give(t); err != nil {
		return err
	}
	n := t.marks.Notes()
	if !t.own {
		r.back(max(r.in.Video.Frames, r.last+1))
		n = annotate.Notes{Absent: r.absent}.Tidy()
	}
	id, _ := r.ids.Number(t.id)
	r.objects.Note(r.in, id, n)
	return nil
}

func (r *reader) image(img imageIn, frame int) error {
	var masks export.FrameMasks
	for _, s := range img.Shapes {
		m, reason := r.pixels(s)
		if reason != "" {
			if err := r.in.Skip("a shape of image "+img.Name, reason); err != nil {
				return err
			}
			continue
		}
		id, _ := r.ids.Number(s.key())
		r.objects.Meet(id, "", s.Label)
		r.seen.Frame(id, frame, s.Occluded != 0, s.said())
		if err := masks.Add(id, m); err != nil {
			return err
		}
	}
	return masks.Give(r.in, frame)
}

// pixels returns those of a shape; reason says why there are none.
func (r *reader) pixels(s shapeIn) (m annotate.Mask, reason string) {
	w, h := r.in.Video.W, r.in.Video.H
	if err := r.in.CheckSize("the video", w, h); err != nil {
		return m, "the size of the video is not known"
	}
	switch s.XMLName.Local {
	case "mask":
		return decode(s.RLE, image.Rect(s.Left, s.Top, s.Left+s.Width, s.Top+s.Height), w, h)
	case "polygon":
		var flat []float64
		for _, p := range strings.Split(s.Points, ";") {
			x, y, _ := strings.Cut(p, ",")
			fx, errX := strconv.ParseFloat(strings.TrimSpace(x), 64)
			fy, errY := strconv.ParseFloat(strings.TrimSpace(y), 64)
			if errX == nil && errY == nil {
				flat = append(flat, fx, fy)
			}
		}
		if len(flat) < 6 {
			return m, "its polygon has fewer than three corners"
		}
		if m = outline.Fill(w, h, [][]float64{flat}); m.Empty() {
			return m, "its polygon has no pixel of the frame"
		}
		return m, ""
	}
	return m, "a " + s.XMLName.Local + " is no mask"
}
