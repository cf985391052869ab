// Package ytvis is the format of YouTube-VIS, also called COCO video: one entry
// per object, with a run-length mask or null for every frame.
package ytvis

import (
	"context"
	"encoding/json"
	"fmt"
	"path"
	"strings"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/project/export"
	"github.com/masklet/masklet/project/export/internal/cocoseg"
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

// track is one object. Label and class are Masklet's own fields.
type track struct {
	ID            int       `json:"id"`
	VideoID       int       `json:"video_id"`
	CategoryID    int       `json:"category_id"`
	IsCrowd       int       `json:"iscrowd"`
	Width         int       `json:"width"`
	Height        int       `json:"height"`
	Length        int       `json:"length"`
	Label         string    `json:"label"`
	Class         string    `json:"class"`
	Segmentations []*rle    `json:"segmentations"`
	Areas         []*int    `json:"areas"`
	BBoxes        []*[4]int `json:"bboxes"` // x, y, width, height
}

// write holds the run lengths of all objects, since each object's come together.
func write(ctx context.Context, path string, src export.Source, opt export.Options) (export.Report, error) {
	v, rep := src.Video(), export.Report{Files: 1}
	names, of := export.Categories(src.Objects())
	tracks := map[annotate.ObjectID]*track{}
	for _, o := range src.Objects() {
		tracks[o.ID] = &track{ID: int(o.ID), VideoID: 1, CategoryID: of[o.ID] + 1, Width: v.W, Height: v.H, Length: v.Frames,
			Label: o.Label, Class: o.Class,
			Segmentations: make([]*rle, v.Frames), Areas: make([]*int, v.Frames), BBoxes: make([]*[4]int, v.Frames)}
	}
	err := export.Each(ctx, src, func(frame int, masks []export.FrameMask) error {
		rep.Frames++
		for _, m := range masks {
			rep.Masks++
			t := tracks[m.Object]
			if t == nil {
				return fmt.Errorf("%w: frame %d has object %d, which is not in the list of objects", export.ErrSource, frame, m.Object)
			}
			if m.Mask.Empty() {
				continue
			}
			area, box := m.Mask.Area(), m.Mask.Bounds()
			t.Segmentations[frame] = &rle{[2]int{v.H, v.W}, m.Mask.Runs()}
			t.Areas[frame], t.BBoxes[frame] = &area, &[4]int{box.Min.X, box.Min.Y, box.Dx(), box.Dy()}
		}
		return nil
	})
	if err != nil {
		return rep, err
	}
	out, err := jsonout.Create(path)
	if err != nil {
		return rep, err
	}
	out.Text("{\n\"info\": ")
	out.Value(map[string]string{"description": "Masks of a video made with Masklet"})
	out.List(",\n\"videos\": ")
	out.Item(videoRecord(v, opt))
	out.List("\n],\n\"categories\": ")
	for i, n := range names {
		out.Item(category{i + 1, n})
	}
	out.List("\n],\n\"annotations\": ")
	for _, o := range src.Objects() {
		out.Item(tracks[o.ID])
	}
	out.Text("\n]\n}\n")
	if err := out.Close(nil); err != nil {
		return rep, err
	}
	return rep, export.Check(ctx, Format(), path, src)
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
	err = jsonin.Walk(ctx, file, "YouTube-VIS", jsonin.Lists{"videos": r.video, "categories": r.category, "annotations": r.learn})
	if err != nil {
		return nil, err
	}
	if err := r.choose(); err != nil {
		return nil, err
	}
	if err := jsonin.Walk(ctx, file, "YouTube-VIS", jsonin.Lists{"annotations": r.annotation}); err != nil {
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
	ID            jsonin.Key        `json:"id"`
	VideoID       jsonin.Key        `json:"video_id"`
	CategoryID    jsonin.Key        `json:"category_id"`
	Label         string            `json:"label"`
	Class         *string           `json:"class"`
	Segmentations []json.RawMessage `json:"segmentations"`
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

func (r *reader) learn(raw json.RawMessage) error {
	var a struct {
		ID jsonin.Key `json:"id"`
	}
	if err := json.Unmarshal(raw, &a); err == nil {
		r.ids.Add(string(a.ID))
	}
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

func (r *reader) annotation(raw json.RawMessage) error {
	var a trackIn
	if err := json.Unmarshal(raw, &a); err != nil {
		return r.in.Skip("an annotation of "+r.path, "it cannot be read")
	}
	if a.VideoID != "" && a.VideoID != r.chosen.ID {
		return nil
	}
	id, given := r.ids.Number(string(a.ID))
	if given {
		r.in.Note("the object that the file calls %q is number %d", a.ID, id)
	}
	image := cocoseg.Size{W: r.chosen.Width.Int(), H: r.chosen.Height.Int()}
	for i, seg := range a.Segmentations {
		if string(seg) == "null" {
			continue
		}
		which := fmt.Sprintf("annotation %s, frame %d", a.ID, i)
		if i >= len(r.frames) || r.frames[i] < 0 {
			if err := r.in.Skip(which, "it is for no frame of the video"); err != nil {
				return err
			}
			continue
		}
		m, reason := cocoseg.Decode(seg, image, cocoseg.Size{W: r.in.Video.W, H: r.in.Video.H})
		if reason != "" {
			if err := r.in.Skip(which, reason); err != nil {
				return err
			}
			continue
		}
		class := r.categories[a.CategoryID]
		if a.Class != nil { // Masklet's own file: the category may stand for the label
			class = *a.Class
		}
		r.objects.Meet(id, a.Label, class)
		if err := r.in.Give(id, r.frames[i], m); err != nil {
			return err
		}
	}
	return nil
}
