// Package datumaro is the JSON format of Datumaro: one item per frame with
// run-length masks, whose attribute track_id says which are one object.
package datumaro

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/project/export"
	"github.com/masklet/masklet/project/export/internal/cocoseg"
	"github.com/masklet/masklet/project/export/internal/marks"
	"github.com/masklet/masklet/project/export/jsonin"
	"github.com/masklet/masklet/project/export/jsonout"
)

// Format describes the format.
func Format() export.Format {
	return export.Format{
		Name: "datumaro", Label: "Datumaro JSON", Place: "datumaro",
		About: "`datumaro/annotations/default.json`: compressed RLE per object and frame, attribute `track_id` = object id",
		Holds: export.Holds{Overlaps: true, Holes: true, Parts: true, Labels: true, Classes: true, IDs: true, Absent: true, Occluded: true, Attributes: true},
		Write: write, Read: read,
		Ours: func(_ export.Video, _ string, e os.DirEntry) bool { return e.IsDir() && e.Name() == "annotations" },
	}
}

// info is the file's head: what is said of objects, by their numbers.
type info struct {
	Marks map[annotate.ObjectID]marks.Record `json:"masklet_marks,omitempty"`
}

type item struct {
	ID          string         `json:"id"`
	Annotations []annotation   `json:"annotations"`
	Attr        map[string]int `json:"attr"`
	Image       picture        `json:"image"`
}

type picture struct {
	Path string `json:"path"`
	Size [2]int `json:"size"` // height, width
}

type annotation struct {
	ID         int            `json:"id"`
	Type       string         `json:"type"`
	Attributes map[string]any `json:"attributes"`
	Group      int            `json:"group"`
	LabelID    int            `json:"label_id"`
	RLE        rle            `json:"rle"`
	ZOrder     int            `json:"z_order"`
}

type rle struct {
	Counts string `json:"counts"`
	Size   [2]int `json:"size"` // height, width
}

type label struct {
	Name       string   `json:"name"`
	Parent     string   `json:"parent"`
	Attributes []string `json:"attributes"`
}

func write(ctx context.Context, folder string, src export.Source, opt export.Options) (export.Report, error) {
	rep, v := export.Report{Files: 1}, src.Video()
	dir := filepath.Join(folder, "annotations")
	if err := os.Mkdir(dir, 0o755); err != nil {
		return rep, err
	}
	out, err := jsonout.Create(filepath.Join(dir, "default.json"))
	if err != nil {
		return rep, err
	}
	names, of := export.Categories(src.Objects())
	labels := []label{}
	for _, n := range names {
		labels = append(labels, label{n, "", []string{}})
	}
	about := map[annotate.ObjectID]export.Object{}
	for _, o := range src.Objects() {
		about[o.ID] = o
	}
	said := map[annotate.ObjectID]marks.Record{}
	for _, o := range src.Objects() {
		if !o.Notes.Empty() {
			said[o.ID] = marks.Of(o.Notes)
		}
	}
	out.Text("{\n\"info\": ")
	out.Value(info{said})
	out.Text(",\n\"categories\": ")
	out.Value(map[string]any{"label": map[string]any{"labels": labels, "attributes": []string{}}})
	out.List(",\n\"items\": ")
	next, name := 0, v.Namer(opt.Names)
	err = export.Each(ctx, src, func(frame int, masks []export.FrameMask) error {
		rep.Frames++
		it := item{ID: name(frame), Annotations: []annotation{}, Attr: map[string]int{"frame": frame},
			Image: picture{name(frame) + ".jpg", [2]int{v.H, v.W}}}
		for z, m := range masks {
			rep.Masks++
			if m.Mask.Empty() {
				continue
			}
			o := about[m.Object]
			attributes := map[string]any{}
			maps.Copy(attributes, marks.At(o.Notes, frame))
			maps.Copy(attributes, map[string]any{"track_id": int(m.Object), "object_label": o.Label, "object_class": o.Class})
			it.Annotations = append(it.Annotations, annotation{
				ID: next, Type: "mask", Group: int(m.Object), LabelID: of[m.Object], ZOrder: z,
				Attributes: attributes,
				RLE:        rle{m.Mask.RLEString(), [2]int{v.H, v.W}},
			})
			next++
		}
		out.Item(it)
		return out.Err()
	})
	out.Text("\n]\n}\n")
	if err := out.Close(err); err != nil {
		return rep, err
	}
	return rep, export.Check(ctx, Format(), folder, src)
}

type itemIn struct {
	ID          string            `json:"id"`
	Annotations []json.RawMessage `json:"annotations"`
	Attr        struct {
		Frame *jsonin.Number `json:"frame"`
	} `json:"attr"`
	Image struct {
		Path string `json:"path"`
	} `json:"image"`
}

type annotationIn struct {
	ID         jsonin.Key      `json:"id"`
	Type       string          `json:"type"`
	Group      jsonin.Key      `json:"group"`
	LabelID    *int            `json:"label_id"`
	Attributes attributesIn    `json:"attributes"`
	RLE        json.RawMessage `json:"rle"`
	Points     []float64       `json:"points"`
}

// attributesIn are the attributes that say which object it is, and all.
type attributesIn struct {
	TrackID jsonin.Key `json:"track_id"`
	Label   string     `json:"object_label"`
	Class   *string    `json:"object_class"`
	all     json.RawMessage
}

// UnmarshalJSON implements json.Unmarshaler.
func (a *attributesIn) UnmarshalJSON(data []byte) error {
	type plain attributesIn
	a.all = bytes.Clone(data)
	return json.Unmarshal(data, (*plain)(a))
}

func (a annotationIn) key() string {
	if a.Attributes.TrackID != "" {
		return string(a.Attributes.TrackID)
	}
	return string(a.Group)
}

func (a annotationIn) segmentation() json.RawMessage {
	if a.Type == "polygon" {
		data, err := json.Marshal([][]float64{a.Points})
		if err == nil {
			return data
		}
	}
	return a.RLE
}

// read takes a file, or a folder with annotations/default.json. Masks and
// polygons of one track_id (or group) on a frame are one object's parts.
func read(ctx context.Context, path string, in *export.Input) ([]export.Object, error) {
	file, err := jsonin.Find(export.SubFolder(path, "datumaro"), filepath.Join("annotations", "default.json"))
	if err != nil {
		return nil, err
	}
	r := reader{path: file, in: in, objects: export.Known{}}
	err = jsonin.Walk(ctx, file, "Datumaro", jsonin.Lists{"info{}": r.info, "categories{}": r.categories, "items": r.learn})
	if err != nil {
		return nil, err
	}
	if err := r.findFrames(); err != nil {
		return nil, err
	}
	err = jsonin.Walk(ctx, file, "Datumaro", jsonin.Lists{"items": r.item})
	r.seen.Into(in, r.objects)
	for id, record := range r.said {
		r.objects.Note(in, int(id), record.Notes())
	}
	return r.objects.List(), err
}

type reader struct {
	path    string
	in      *export.Input
	labels  []string
	names   []string
	indexes []int // -1: not said
	frames  []int
	next    int
	ids     export.IDs
	objects export.Known
	seen    marks.Seen
	said    map[annotate.ObjectID]marks.Record // Masklet's own
}

// info takes what Masklet's own files say; what others do not.
func (r *reader) info(raw json.RawMessage) error {
	var i info
	if json.Unmarshal(raw, &i) == nil {
		r.said = i.Marks
	}
	return nil
}

func (r *reader) categories(raw json.RawMessage) error {
	var c struct {
		Label struct {
			Labels []label `json:"labels"`
		} `json:"label"`
	}
	if err := json.Unmarshal(raw, &c); err != nil {
		return fmt.Errorf("%w: %s: its categories cannot be read: %v", export.ErrImport, r.path, err)
	}
	for _, l := range c.Label.Labels {
		r.labels = append(r.labels, l.Name)
	}
	return nil
}

func (r *reader) learn(raw json.RawMessage) error {
	var it itemIn
	if err := json.Unmarshal(raw, &it); err != nil {
		return fmt.Errorf("%w: %s: an item cannot be read: %v", export.ErrImport, r.path, err)
	}
	name := it.ID + ".x"
	if it.Image.Path != "" {
		name = it.Image.Path
	}
	r.names = append(r.names, name)
	index := -1
	if it.Attr.Frame != nil && it.Attr.Frame.Set {
		index = it.Attr.Frame.Int()
	}
	r.indexes = append(r.indexes, index)
	for _, raw := range it.Annotations {
		var a annotationIn
		if json.Unmarshal(raw, &a) == nil {
			r.ids.Add(a.key())
		}
	}
	return nil
}

// findFrames goes by names in a folder, by the attribute frame otherwise.
func (r *reader) findFrames() error {
	var err error
	r.frames, err = r.in.FramesAt("an item of "+r.path, "items in "+r.path, r.indexes, r.names)
	return err
}

func (r *reader) item(raw json.RawMessage) error {
	frame := r.frames[r.next]
	r.next++
	var it itemIn
	if err := json.Unmarshal(raw, &it); err != nil || frame < 0 {
		return r.in.Skip("item "+it.ID, "it is no frame of the video")
	}
	size := cocoseg.Size{W: r.in.Video.W, H: r.in.Video.H}
	var masks export.FrameMasks
	for _, raw := range it.Annotations {
		var a annotationIn
		which := "an annotation of item " + it.ID
		reason := "it cannot be read"
		var m annotate.Mask
		if json.Unmarshal(raw, &a) == nil {
			if reason = "a " + a.Type + " is no mask"; a.Type == "mask" || a.Type == "polygon" {
				size = r.learnSize(a, size)
				m, reason = cocoseg.Decode(a.segmentation(), size, size)
			}
		}
		if reason != "" {
			if err := r.in.Skip(which, reason); err != nil {
				return err
			}
			continue
		}
		id, _ := r.ids.Number(a.key())
		r.objects.Meet(id, a.Attributes.Label, r.class(a))
		if _, own := r.said[annotate.ObjectID(id)]; !own {
			r.seen.JSON(id, frame, a.Attributes.all)
		}
		if err := masks.Add(id, m); err != nil {
			return err
		}
	}
	return masks.Give(r.in, frame)
}

// learnSize takes the size of a video of which nothing is known from a mask.
func (r *reader) learnSize(a annotationIn, size cocoseg.Size) cocoseg.Size {
	var mask struct {
		Size [2]int `json:"size"`
	}
	if size.W == 0 && json.Unmarshal(a.RLE, &mask) == nil && r.in.CheckSize("a mask", mask.Size[1], mask.Size[0]) == nil {
		return cocoseg.Size{W: r.in.Video.W, H: r.in.Video.H}
	}
	return size
}

func (r *reader) class(a annotationIn) string {
	switch {
	case a.Attributes.Class != nil:
		return *a.Attributes.Class
	case a.LabelID != nil && *a.LabelID >= 0 && *a.LabelID < len(r.labels):
		return r.labels[*a.LabelID]
	}
	return ""
}
