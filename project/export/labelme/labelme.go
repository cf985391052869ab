// Package labelme is the format of labelme: one JSON file per frame, whose shapes
// are masks (a picture of the box around them) or polygons. Shapes of one
// group_id are one object.
package labelme

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"image"
	"image/png"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/project/export"
	"github.com/masklet/masklet/project/export/internal/marks"
	"github.com/masklet/masklet/project/export/jsonin"
	"github.com/masklet/masklet/project/export/outline"
	"github.com/masklet/masklet/project/infile"
)

// Format describes the format.
func Format() export.Format {
	return export.Format{
		Name: "labelme", Label: "labelme JSON, one per frame", Place: "labelme", Takes: export.Takes{Polygons: true},
		About: "`labelme/<frame>.json`: one shape per object, a mask (or polygons), `group_id` = object id",
		Holds: export.Holds{Overlaps: true, Holes: true, Parts: true, Labels: true, Classes: true, IDs: true, Occluded: true, Attributes: true},
		Write: write, Read: read,
		Ours: func(v export.Video, _ string, e os.DirEntry) bool { return v.IsFrameFile(e, ".json") },
	}
}

// file is one JSON file.
type file struct {
	Version     string          `json:"version"`
	Flags       map[string]bool `json:"flags"`
	Shapes      []shape         `json:"shapes"`
	ImagePath   string          `json:"imagePath"`
	ImageData   *string         `json:"imageData"`
	ImageHeight int             `json:"imageHeight"`
	ImageWidth  int             `json:"imageWidth"`
}

// shape is a mask or a polygon. The label is the object's label or class; the
// description holds the class where the label is the object's own. The flag
// occluded and attributes are what is said of the object on the frame.
type shape struct {
	Label       string          `json:"label"`
	Points      [][2]float64    `json:"points"`
	GroupID     int             `json:"group_id"`
	Description string          `json:"description"`
	ShapeType   string          `json:"shape_type"`
	Flags       map[string]bool `json:"flags"`
	Mask        *string         `json:"mask"`
	Attributes  map[string]any  `json:"attributes,omitempty"`
}

func write(ctx context.Context, folder string, src export.Source, opt export.Options) (export.Report, error) {
	rep, v := export.Report{}, src.Video()
	name := v.Namer(opt.Names)
	about := map[annotate.ObjectID]export.Object{}
	for _, o := range src.Objects() {
		about[o.ID] = o
	}
	err := export.Each(ctx, src, func(frame int, masks []export.FrameMask) error {
		f := file{Version: "5.8.1", Flags: map[string]bool{}, Shapes: []shape{}, ImagePath: name(frame) + ".jpg", ImageHeight: v.H, ImageWidth: v.W}
		if frame < len(v.FrameNames) && opt.Names == export.NameFrames {
			f.ImagePath = v.FrameNames[frame]
		}
		for _, m := range masks {
			rep.Masks++
			shapes, err := shapesOf(about[m.Object], frame, m, opt.Polygons)
			if err != nil {
				return err
			}
			f.Shapes = append(f.Shapes, shapes...)
		}
		data, err := json.MarshalIndent(f, "", "  ")
		if err != nil {
			return err
		}
		rep.Frames++
		rep.Files++
		return os.WriteFile(filepath.Join(folder, name(frame)+".json"), append(data, '\n'), 0o644)
	})
	if err != nil {
		return rep, err
	}
	return rep, export.Check(ctx, Format(), folder, src)
}

// shapesOf returns the shapes of one mask: none if it is empty.
func shapesOf(o export.Object, frame int, m export.FrameMask, polygons bool) ([]shape, error) {
	if m.Mask.Empty() {
		return nil, nil
	}
	s := shape{Label: o.Label, GroupID: int(m.Object), Flags: map[string]bool{}}
	if s.Attributes = marks.At(o.Notes, frame); s.Attributes != nil {
		s.Flags["occluded"] = o.Notes.Occluded.Contains(frame)
	}
	switch {
	case o.Label == "" && o.Class == "":
		s.Label = "object"
	case o.Label == "":
		s.Label, s.Description = o.Class, "class"
	case o.Class != "":
		s.Description = "class: " + o.Class
	}
	if !polygons {
		box := m.Mask.Bounds()
		text, err := encodeMask(m.Mask, box)
		s.ShapeType, s.Mask = "mask", &text
		s.Points = [][2]float64{{float64(box.Min.X), float64(box.Min.Y)}, {float64(box.Max.X - 1), float64(box.Max.Y - 1)}}
		return []shape{s}, err
	}
	var out []shape
	for _, p := range outline.Polygons(m.Mask) {
		s.ShapeType, s.Points = "polygon", nil
		for i := 0; i+1 < len(p); i += 2 {
			s.Points = append(s.Points, [2]float64{float64(p[i]), float64(p[i+1])})
		}
		out = append(out, s)
	}
	return out, nil
}

// encodeMask returns the part of a mask inside a box as PNG of 0 and 1, base64.
func encodeMask(m annotate.Mask, box image.Rectangle) (string, error) {
	b := m.Bitmap()
	img := image.NewGray(image.Rect(0, 0, box.Dx(), box.Dy()))
	for y := range box.Dy() {
		for x := range box.Dx() {
			if b.At(box.Min.X+x, box.Min.Y+y) {
				img.Pix[y*img.Stride+x] = 1
			}
		}
	}
	var out bytes.Buffer
	err := png.Encode(&out, img)
	return base64.StdEncoding.EncodeToString(out.Bytes()), err
}

// read takes a folder of JSON files, one per frame, or the output folder of a
// run.
func read(ctx context.Context, dir string, in *export.Input) ([]export.Object, error) {
	dir = export.SubFolder(dir, "labelme")
	paths, err := export.Files(dir, ".json")
	if err != nil {
		return nil, err
	}
	paths = slices.DeleteFunc(paths, func(p string) bool { return filepath.Base(p) == "run.json" })
	if len(paths) == 0 {
		return nil, fmt.Errorf("%w: %s holds no labelme files", export.ErrImport, dir)
	}
	r := reader{in: in, objects: export.Known{}}
	names := make([]string, len(paths))
	for i, p := range paths {
		f, err := load(ctx, p)
		if err != nil {
			return nil, err
		}
		if names[i] = path.Base(strings.ReplaceAll(f.ImagePath, `\`, "/")); f.ImagePath == "" {
			names[i] = filepath.Base(p)
		}
		for _, s := range f.Shapes {
			r.ids.Add(s.key())
		}
	}
	frames, err := in.FramesOf("images of "+dir, names)
	if err != nil {
		return nil, err
	}
	for i, p := range paths {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if frames[i] < 0 {
			if err := in.Skip(p, "its image is no frame of the video"); err != nil {
				return nil, err
			}
			continue
		}
		if err := r.file(ctx, p, frames[i]); err != nil {
			return nil, err
		}
	}
	r.seen.Into(in, r.objects)
	return r.objects.List(), nil
}

type fileIn struct {
	Shapes      []shapeIn     `json:"shapes"`
	ImagePath   string        `json:"imagePath"`
	ImageHeight jsonin.Number `json:"imageHeight"`
	ImageWidth  jsonin.Number `json:"imageWidth"`
}

type shapeIn struct {
	Label       string      `json:"label"`
	Points      [][]float64 `json:"points"`
	GroupID     jsonin.Key  `json:"group_id"`
	Description string      `json:"description"`
	ShapeType   string      `json:"shape_type"`
	Mask        string      `json:"mask"`
	Flags       struct {
		Occluded bool `json:"occluded"`
	} `json:"flags"`
	Attributes json.RawMessage `json:"attributes"`
}

// key names the object of a shape: its group, else its label.
func (s shapeIn) key() string {
	if s.GroupID != "" {
		return string(s.GroupID)
	}
	return s.Label
}

// names returns the label and the class of the shape's object.
func (s shapeIn) names() (label, class string) {
	if c, ok := strings.CutPrefix(s.Description, "class: "); ok {
		return s.Label, c
	}
	if s.Description == "class" || s.GroupID == "" {
		return "", s.Label
	}
	if s.Label == "object" {
		return "", ""
	}
	return s.Label, ""
}

func load(ctx context.Context, path string) (fileIn, error) {
	var f fileIn
	data, err := infile.Read(ctx, path, infile.Picture)
	if err != nil {
		return f, fmt.Errorf("import labelme: %w", err)
	}
	err = infile.Within(ctx, func() error {
		text, _, err := jsonin.Text(data)
		if err == nil {
			err = json.Unmarshal(text, &f)
		}
		return err
	})
	switch {
	case ctx.Err() != nil:
		return fileIn{}, ctx.Err()
	case err != nil:
		return fileIn{}, fmt.Errorf("%w: %s is no readable labelme file: %v", export.ErrImport, path, err)
	}
	return f, nil
}

type reader struct {
	in      *export.Input
	ids     export.IDs
	objects export.Known
	seen    marks.Seen
}

// file takes the shapes of one frame; those of one object are its parts.
func (r *reader) file(ctx context.Context, path string, frame int) error {
	f, err := load(ctx, path)
	if err != nil {
		return err
	}
	if err := r.in.CheckSize(path, f.ImageWidth.Int(), f.ImageHeight.Int()); err != nil {
		return err
	}
	var masks export.FrameMasks
	for i, s := range f.Shapes {
		m, reason := s.mask(r.in.Video.W, r.in.Video.H)
		if reason != "" {
			if err := r.in.Skip(fmt.Sprintf("shape %d of %s", i, path), reason); err != nil {
				return err
			}
			continue
		}
		id, given := r.ids.Number(s.key())
		if given && s.GroupID != "" {
			r.in.Note("the group that the files call %q is object %d", s.GroupID, id)
		}
		label, class := s.names()
		r.objects.Meet(id, label, class)
		r.seen.JSON(id, frame, s.Attributes)
		if s.Flags.Occluded {
			r.seen.Frame(id, frame, true, nil)
		}
		if err := masks.Add(id, m); err != nil {
			return err
		}
	}
	return masks.Give(r.in, frame)
}

// mask returns the shape's pixels; reason says why there are none.
func (s shapeIn) mask(w, h int) (m annotate.Mask, reason string) {
	switch s.ShapeType {
	case "mask":
		return s.decodeMask(w, h)
	case "polygon", "":
		var flat []float64
		for _, p := range s.Points {
			if len(p) == 2 {
				flat = append(flat, p[0], p[1])
			}
		}
		if len(flat) < 6 {
			return m, "its polygon has fewer than three corners"
		}
		m = outline.Fill(w, h, [][]float64{flat})
	default:
		return m, "a " + s.ShapeType + " is no mask"
	}
	if m.Empty() {
		return m, "its polygon has no pixel of the frame"
	}
	return m, ""
}

func (s shapeIn) decodeMask(w, h int) (m annotate.Mask, reason string) {
	data, err := base64.StdEncoding.DecodeString(s.Mask)
	if err != nil || len(s.Points) < 1 || len(s.Points[0]) != 2 {
		return m, "its mask cannot be read"
	}
	cfg, err := png.DecodeConfig(bytes.NewReader(data))
	if err != nil || cfg.Width > w || cfg.Height > h {
		return m, "its mask cannot be read or is larger than the frame"
	}
	img, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		return m, "its mask cannot be read"
	}
	b := annotate.NewBitmap(w, h)
	x0, y0 := int(s.Points[0][0]), int(s.Points[0][1])
	for y := range cfg.Height {
		for x := range cfg.Width {
			if r, _, _, _ := img.At(x, y).RGBA(); r > 0 {
				b.Set(x0+x, y0+y, true)
			}
		}
	}
	if m = annotate.MaskFromBitmap(b); m.Empty() {
		return m, "its mask has no pixel of the frame"
	}
	return m, ""
}
