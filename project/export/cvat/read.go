package cvat

import (
	"context"
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
	"github.com/masklet/masklet/project/export/outline"
	"github.com/masklet/masklet/project/infile"
)

// shapeIn is a mask or polygon of a track, or of an image.
type shapeIn struct {
	XMLName xml.Name
	Frame   int    `xml:"frame,attr"`
	Label   string `xml:"label,attr"`
	Outside int    `xml:"outside,attr"`
	RLE     string `xml:"rle,attr"`
	Left    int    `xml:"left,attr"`
	Top     int    `xml:"top,attr"`
	Width   int    `xml:"width,attr"`
	Height  int    `xml:"height,attr"`
	Points  string `xml:"points,attr"`
	GroupID string `xml:"group_id,attr"`
	Attrs   []struct {
		Name  string `xml:"name,attr"`
		Value string `xml:",chardata"`
	} `xml:"attribute"`
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

type trackIn struct {
	ID     string    `xml:"id,attr"`
	Label  string    `xml:"label,attr"`
	Own    *string   `xml:"object_label,attr"`
	Class  string    `xml:"object_class,attr"`
	Shapes []shapeIn `xml:",any"`
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
	if err := r.walk(ctx, r.learn, func(img imageIn) error {
		r.names = append(r.names, path.Base(strings.ReplaceAll(img.Name, `\`, "/")))
		for _, s := range img.Shapes {
			r.ids.Add(s.key())
		}
		if r.in.Video.W == 0 {
			r.in.Video.W, r.in.Video.H = img.Width, img.Height
		}
		return nil
	}); err != nil {
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
	err = r.walk(ctx, r.track, func(img imageIn) error {
		next++
		if frames[next-1] < 0 {
			return r.in.Skip("image "+img.Name, "it is no frame of the video")
		}
		return r.image(img, frames[next-1])
	})
	return r.objects.List(), err
}

type reader struct {
	path    string
	in      *export.Input
	names   []string // of images
	last    int      // frame of a track
	ids     export.IDs
	objects export.Known
}

// walk hands on every track and image, one at a time.
func (r *reader) walk(ctx context.Context, track func(trackIn) error, img func(imageIn) error) error {
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
			var t trackIn
			if err = dec.DecodeElement(&t, &start); err == nil {
				if err := track(t); err != nil {
					return err
				}
			}
		case "image":
			var i imageIn
			if err = dec.DecodeElement(&i, &start); err == nil {
				if err := img(i); err != nil {
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

func (r *reader) learn(t trackIn) error {
	r.ids.Add(t.ID)
	for _, s := range t.Shapes {
		r.last = max(r.last, s.Frame)
	}
	return nil
}

// track takes one track; its shapes of one frame are its parts.
func (r *reader) track(t trackIn) error {
	id, given := r.ids.Number(t.ID)
	if given {
		r.in.Note("the track that the file calls %q is object %d", t.ID, id)
	}
	label, class := "", t.Label
	if t.Own != nil {
		label, class = *t.Own, t.Class
	}
	masks, order := map[int]annotate.Mask{}, []int{}
	for _, s := range t.Shapes {
		if s.Outside != 0 || s.XMLName.Local == "attribute" {
			continue
		}
		m, reason := r.mask(s)
		if err := r.in.CheckFrame("a shape", s.Frame); err != nil {
			reason = "it is for no frame of the video"
		}
		if reason != "" {
			if err := r.in.Skip(fmt.Sprintf("track %s, frame %d", t.ID, s.Frame), reason); err != nil {
				return err
			}
			continue
		}
		if before, more := masks[s.Frame]; more {
			both, err := annotate.Union(before, m)
			if err != nil {
				return err
			}
			m = both
		} else {
			order = append(order, s.Frame)
		}
		masks[s.Frame] = m
	}
	for _, frame := range order {
		r.objects.Meet(id, label, class)
		if err := r.in.Give(id, frame, masks[frame]); err != nil {
			return err
		}
	}
	return nil
}

func (r *reader) image(img imageIn, frame int) error {
	var masks export.FrameMasks
	for _, s := range img.Shapes {
		m, reason := r.mask(s)
		if reason != "" {
			if err := r.in.Skip("a shape of image "+img.Name, reason); err != nil {
				return err
			}
			continue
		}
		id, _ := r.ids.Number(s.key())
		r.objects.Meet(id, "", s.Label)
		if err := masks.Add(id, m); err != nil {
			return err
		}
	}
	return masks.Give(r.in, frame)
}

// mask returns the pixels of a shape; reason says why there are none.
func (r *reader) mask(s shapeIn) (m annotate.Mask, reason string) {
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
