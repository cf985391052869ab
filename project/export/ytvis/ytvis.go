// Package ytvis is the format of YouTube-VIS, also called COCO video: one entry
// per object, with a run-length mask or null for every frame.
package ytvis

import (
	"context"
	"encoding/json"
	"fmt"
	"image"
	"path"
	"strings"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/project/export"
	"github.com/masklet/masklet/project/export/internal/cocoseg"
	"github.com/masklet/masklet/project/export/internal/spool"
	"github.com/masklet/masklet/project/export/jsonin"
	"github.com/masklet/masklet/project/export/jsonout"
)

// Format describes the format. A frame on which an object was not seen looks
// like one on which it was not tracked.
func Format() export.Format {
	return export.Format{
		Name: "ytvis", Label: "YouTube-VIS JSON (COCO video)", Place: "ytvis.json", File: true,
		About: "`ytvis.json`: one annotation per object, RLE (plain counts) or null per frame, as YouTube-VIS and COCO video have it",
		Holds: export.Holds{Overlaps: true, Holes: true, Parts: true, Labels: true, Classes: true, IDs: true},
		Write: write, Read: read,
	}
}

type rle struct {
	Size   [2]int   `json:"size"`   // height, width
	Counts []uint32 `json:"counts"` // plain, as in the data set: its readers take no others
}

type video struct {
	ID        int      `json:"id"`
	Name      string   `json:"name"`
	Width     int      `json:"width"`
	Height    int      `json:"height"`
	Length    int      `json:"length"`
	FileNames []string `json:"file_names"`
}

type category struct {
	ID   int    `json:"id"`
	Name string `json:"name"`
}

// track is the head of one object. Label and class are Masklet's own fields. The
// lists of its masks, areas and boxes (x, y, width, height) follow.
type track struct {
	ID         int    `json:"id"`
	VideoID    int    `json:"video_id"`
	CategoryID int    `json:"category_id"`
	IsCrowd    int    `json:"iscrowd"`
	Width      int    `json:"width"`
	Height     int    `json:"height"`
	Length     int    `json:"length"`
	Label      string `json:"label"`
	Class      string `json:"class"`
}

// seen is where an object is on a frame.
type seen struct {
	frame int
	mask  spool.Piece // its run lengths, as JSON
	area  int
	box   image.Rectangle
}

// writer holds the masks of all objects on disk, since each object's come
// together in the file.
type writer struct {
	src   export.Source
	masks *spool.File
	seen  map[annotate.ObjectID][]seen
	rep   export.Report
}

func write(ctx context.Context, path string, src export.Source, opt export.Options) (export.Report, error) {
	w := writer{src: src, seen: map[annotate.ObjectID][]seen{}, rep: export.Report{Files: 1}}
	for _, o := range src.Objects() {
		w.seen[o.ID] = []seen{}
	}
	var err error
	if w.masks, err = spool.New(); err != nil {
		return w.rep, err
	}
	defer w.masks.Close()
	if err := export.Each(ctx, src, w.frame); err != nil {
		return w.rep, err
	}
	out, err := jsonout.Create(path)
	if err != nil {
		return w.rep, err
	}
	if err := out.Close(w.file(ctx, out, opt)); err != nil {
		return w.rep, err
	}
	return w.rep, export.Check(ctx, Format(), path, src)
}

func (w *writer) frame(frame int, masks []export.FrameMask) error {
	w.rep.Frames++
	for _, m := range masks {
		w.rep.Masks++
		if w.seen[m.Object] == nil {
			return fmt.Errorf("%w: frame %d has object %d, which is not in the list of objects", export.ErrSource, frame, m.Object)
		}
		if m.Mask.Empty() {
			continue
		}
		width, height := m.Mask.Size()
		data, err := json.Marshal(rle{[2]int{height, width}, m.Mask.Runs()})
		if err != nil {
			return err
		}
		piece, err := w.masks.Add(data)
		if err != nil {
			return err
		}
		w.seen[m.Object] = append(w.seen[m.Object], seen{frame, piece, m.Mask.Area(), m.Mask.Bounds()})
	}
	return nil
}

func (w *writer) file(ctx context.Context, out *jsonout.Writer, opt export.Options) error {
	v := w.src.Video()
	names, of := export.Categories(w.src.Objects())
	out.Text("{\n\"info\": ")
	out.Value(map[string]string{"description": "Masks of a video made with Masklet"})
	out.List(",\n\"videos\": ")
	out.Item(videoRecord(v, opt))
	out.List("\n],\n\"categories\": ")
	for i, n := range names {
		out.Item(category{i + 1, n})
	}
	out.List("\n],\n\"annotations\": ")
	for _, o := range w.src.Objects() {
		head := track{ID: int(o.ID), VideoID: 1, CategoryID: of[o.ID] + 1, Width: v.W, Height: v.H, Length: v.Frames, Label: o.Label, Class: o.Class}
		if err := w.track(ctx, out, head, w.seen[o.ID]); err != nil {
			return err
		}
	}
	out.Text("\n]\n}\n")
	return out.Err()
}

// track writes an object: its head, and a list of each kind with null where it
// is not seen.
func (w *writer) track(ctx context.Context, out *jsonout.Writer, head track, all []seen) error {
	out.Open(head)
	perFrame := func(key string, value func(s seen) error) error {
		out.Text(",\n \"" + key + "\": [")
		next := 0
		for frame := range head.Length {
			if frame > 0 {
				out.Text(",")
			}
			if next == len(all) || all[next].frame != frame {
				out.Text("null")
				continue
			}
			if err := value(all[next]); err != nil {
				return err
			}
			next++
		}
		out.Text("]")
		return ctx.Err()
	}
	err := perFrame("segmentations", func(s seen) error {
		data, err := w.masks.Read(s.mask)
		out.Text(string(data))
		return err
	})
	if err == nil {
		err = perFrame("areas", func(s seen) error { out.Value(s.area); return nil })
	}
	if err == nil {
		err = perFrame("bboxes", func(s seen) error {
			out.Value([4]int{s.box.Min.X, s.box.Min.Y, s.box.Dx(), s.box.Dy()})
			return nil
		})
	}
	out.Text("}")
	return err
}

func videoRecord(v export.Video, opt export.Options) video {
	folder := strings.TrimSuffix(v.Name, path.Ext(v.Name))
	r := video{ID: 1, Name: folder, Width: v.W, Height: v.H, Length: v.Frames}
	name := v.Namer(opt.Names)
	for f := range v.Frames {
		r.FileNames = append(r.FileNames, folder+"/"+name(f)+".jpg")
	}
	return r
}

// read takes the file of any tool that follows the format.
func read(ctx context.Context, path string, in *export.Input) ([]export.Object, error) {
	file, err := jsonin.Find(path, "ytvis.json", "instances.json", "train.json", "valid.json")
	if err != nil {
		return nil, err
	}
	r := reader{path: file, in: in, categories: map[jsonin.Key]string{}, objects: export.Known{}}
	err = jsonin.Walk(ctx, file, "YouTube-VIS", jsonin.Lists{"videos": r.video, "categories": r.category})
	if err != nil {
		return nil, err
	}
	if err := r.choose(); err != nil {
		return nil, err
	}
	heads := jsonin.Elements{Key: "annotations", Head: r.head, Inner: map[string]func(int, int, json.RawMessage) error{
		"segmentations": nil, "areas": nil, "bboxes": nil,
	}}
	if err := jsonin.WalkElements(ctx, file, "YouTube-VIS", heads); err != nil {
		return nil, err
	}
	masks := jsonin.Elements{Key: "annotations", Inner: map[string]func(int, int, json.RawMessage) error{"segmentations": r.mask}}
	if err := jsonin.WalkElements(ctx, file, "YouTube-VIS", masks); err != nil {
		return nil, err
	}
	return r.objects.List(), nil
}

type reader struct {
	path       string
	in         *export.Input
	videos     []videoIn
	chosen     videoIn
	frames     []int
	categories map[jsonin.Key]string
	tracks     []trackIn // as in the file
	ids        export.IDs
	objects    export.Known
}

type videoIn struct {
	ID        jsonin.Key    `json:"id"`
	Name      string        `json:"name"`
	Width     jsonin.Number `json:"width"`
	Height    jsonin.Number `json:"height"`
	Length    jsonin.Number `json:"length"`
	FileNames []string      `json:"file_names"`
}

func (v videoIn) name() string {
	if v.Name == "" && len(v.FileNames) > 0 {
		return path.Dir(v.FileNames[0])
	}
	return v.Name
}

type trackIn struct {
	ID         jsonin.Key `json:"id"`
	VideoID    jsonin.Key `json:"video_id"`
	CategoryID jsonin.Key `json:"category_id"`
	Label      string     `json:"label"`
	Class      *string    `json:"class"`
	unreadable bool
}

func (r *reader) video(raw json.RawMessage) error {
	var v videoIn
	if err := json.Unmarshal(raw, &v); err != nil {
		return fmt.Errorf("%w: %s: a video cannot be read: %v", export.ErrImport, r.path, err)
	}
	r.videos = append(r.videos, v)
	return nil
}

func (r *reader) category(raw json.RawMessage) error {
	var c struct {
		ID   jsonin.Key `json:"id"`
		Name string     `json:"name"`
	}
	if err := json.Unmarshal(raw, &c); err == nil {
		r.categories[c.ID] = c.Name
	}
	return nil
}

// head takes all of an object but its masks.
func (r *reader) head(i int, raw json.RawMessage) error {
	var a trackIn
	if err := json.Unmarshal(raw, &a); err != nil {
		a = trackIn{unreadable: true}
		if err := r.in.Skip("an annotation of "+r.path, "it cannot be read"); err != nil {
			return err
		}
	} else {
		r.ids.Add(string(a.ID))
	}
	r.tracks = append(r.tracks, a)
	return nil
}

// choose picks the video and finds its frames.
func (r *reader) choose() error {
	if len(r.videos) == 0 {
		return fmt.Errorf("%w: %s holds no video", export.ErrImport, r.path)
	}
	r.chosen = r.videos[0]
	if len(r.videos) > 1 {
		names := make([]string, len(r.videos))
		for i, v := range r.videos {
			names[i] = v.name()
		}
		name, err := r.in.ChooseVideo(r.path, names)
		if err != nil {
			return err
		}
		for i, v := range r.videos {
			if names[i] == name {
				r.chosen = v
			}
		}
	}
	if r.in.Video.W == 0 {
		r.in.Video.W, r.in.Video.H = r.chosen.Width.Int(), r.chosen.Height.Int()
	}
	n := max(len(r.chosen.FileNames), r.chosen.Length.Int())
	if n == r.in.Video.Frames || len(r.chosen.FileNames) == 0 {
		r.frames = make([]int, n)
		for i := range r.frames {
			r.frames[i] = i
		}
		return nil
	}
	names := make([]string, len(r.chosen.FileNames))
	for i, f := range r.chosen.FileNames {
		names[i] = path.Base(f)
	}
	var err error
	r.frames, err = r.in.FramesOf("frames in "+r.path, names)
	return err
}

// mask takes the mask of an object on a frame of its video.
func (r *reader) mask(i, k int, seg json.RawMessage) error {
	a := r.tracks[i]
	if a.unreadable || a.VideoID != "" && a.VideoID != r.chosen.ID || string(seg) == "null" {
		return nil
	}
	id, given := r.ids.Number(string(a.ID))
	if given {
		r.in.Note("the object that the file calls %q is number %d", a.ID, id)
	}
	which := fmt.Sprintf("annotation %s, frame %d", a.ID, k)
	if k >= len(r.frames) || r.frames[k] < 0 {
		return r.in.Skip(which, "it is for no frame of the video")
	}
	image := cocoseg.Size{W: r.chosen.Width.Int(), H: r.chosen.Height.Int()}
	m, reason := cocoseg.Decode(seg, image, cocoseg.Size{W: r.in.Video.W, H: r.in.Video.H})
	if reason != "" {
		return r.in.Skip(which, reason)
	}
	class := r.categories[a.CategoryID]
	if a.Class != nil { // Masklet's own file: the category may stand for the label
		class = *a.Class
	}
	r.objects.Meet(id, a.Label, class)
	return r.in.Give(id, r.frames[k], m)
}
