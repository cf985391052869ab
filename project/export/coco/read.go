package coco

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/project/export"
	"github.com/masklet/masklet/project/export/internal/cocoseg"
	"github.com/masklet/masklet/project/export/internal/link"
	"github.com/masklet/masklet/project/export/internal/marks"
	"github.com/masklet/masklet/project/export/jsonin"
)

// read takes a COCO file as any tool writes it: the file, a zip with it, the
// output folder of a run, or a data set's folder. It holds run lengths
// (compressed or not) or polygons, which are filled by the even-odd rule at
// pixel centres. Objects get their names from the list tracks of Masklet's own
// files, else the category's name as class.
//
// An annotation's object is its track_id, instance_id or object_id, its own or
// among its attributes. Without any, annotations of one category on following
// frames are linked by their overlap. Several annotations of one object and
// frame are its parts. What is no mask is skipped.
//
// The file is read twice, from disk, piece by piece.
func read(ctx context.Context, path string, in *export.Input) ([]export.Object, error) {
	file, err := jsonin.Find(path, "coco.json", "_annotations.coco.json", "instances_default.json", "annotations/instances_default.json")
	if err != nil {
		return nil, err
	}
	r := &reader{path: file, in: in, categories: map[jsonin.Key]string{}, tracks: map[jsonin.Key]cocoTrack{},
		images: map[jsonin.Key]*image{}, parts: map[part]int{}, waiting: map[part]annotate.Mask{},
		objects: export.Known{}, given: map[part]bool{}}
	if err := r.learn(ctx); err != nil {
		return nil, err
	}
	if err := jsonin.Walk(ctx, file, "COCO", jsonin.Lists{"annotations": r.annotation}); err != nil {
		return nil, err
	}
	if err := r.rest(); err != nil {
		return nil, err
	}
	r.seen.Into(in, r.objects)
	return r.objects.List(), nil
}

// reader reads one file.
type reader struct {
	path       string
	in         *export.Input
	info       cocoInfo
	categories map[jsonin.Key]string
	tracks     map[jsonin.Key]cocoTrack
	videos     []inVideo
	images     map[jsonin.Key]*image
	order      []jsonin.Key // of images, as in the file
	ids        export.IDs
	parts      map[part]int // annotations of an object on a frame
	waiting    map[part]annotate.Mask
	given      map[part]bool
	seen       marks.Seen
	links      link.Linker // annotations that say no object
	objects    export.Known
}

// part is where an annotation belongs.
type part struct {
	track string
	image jsonin.Key
}

// image is an image record as other tools may write it.
type image struct {
	ID         jsonin.Key     `json:"id"`
	FileName   string         `json:"file_name"`
	Width      jsonin.Number  `json:"width"`
	Height     jsonin.Number  `json:"height"`
	FrameIndex *jsonin.Number `json:"frame_index"`
	VideoID    jsonin.Key     `json:"video_id"`
	TrackIDs   []jsonin.Key   `json:"track_ids"`
	Extra      struct {
		Name string `json:"name"` // Roboflow: what the picture was called
	} `json:"extra"`

	frame int // -1: none of the video
}

func (i *image) size() cocoseg.Size { return cocoseg.Size{W: i.Width.Int(), H: i.Height.Int()} }

// inVideo is an entry of the list videos.
type inVideo struct {
	ID       jsonin.Key `json:"id"`
	Name     string     `json:"name"`
	FileName string     `json:"file_name"`
}

// annotation is an annotation as other tools may write it.
type annotationIn struct {
	ID           jsonin.Key      `json:"id"`
	ImageID      jsonin.Key      `json:"image_id"`
	CategoryID   jsonin.Key      `json:"category_id"`
	Segmentation json.RawMessage `json:"segmentation"`
	TrackID      jsonin.Key      `json:"track_id"`
	InstanceID   jsonin.Key      `json:"instance_id"`
	ObjectID     jsonin.Key      `json:"object_id"`
	Attributes   json.RawMessage `json:"attributes"`
}

// track returns the name of the annotation's object, "" if it has none.
func (a annotationIn) track() string {
	keys := []jsonin.Key{a.TrackID, a.InstanceID, a.ObjectID}
	var more struct {
		TrackID    jsonin.Key `json:"track_id"`
		InstanceID jsonin.Key `json:"instance_id"`
		ObjectID   jsonin.Key `json:"object_id"`
	}
	if json.Unmarshal(a.Attributes, &more) == nil {
		keys = append(keys, more.TrackID, more.InstanceID, more.ObjectID)
	}
	for _, k := range keys {
		if k != "" {
			return string(k)
		}
	}
	return ""
}

func (a annotationIn) name() string { return "annotation " + string(a.ID) }

// learn reads everything but the masks.
func (r *reader) learn(ctx context.Context) error {
	broken := func(what string, err error) error {
		return fmt.Errorf("%w: %s: %s cannot be read: %v", export.ErrImport, r.path, what, err)
	}
	err := jsonin.Walk(ctx, r.path, "COCO", jsonin.Lists{
		"info{}": func(raw json.RawMessage) error {
			_ = json.Unmarshal(raw, &r.info) // what is no object says nothing
			return nil
		},
		"videos": func(raw json.RawMessage) error {
			var v inVideo
			if err := json.Unmarshal(raw, &v); err != nil {
				return broken("a video", err)
			}
			r.videos = append(r.videos, v)
			return nil
		},
		"images": func(raw json.RawMessage) error {
			img := &image{}
			if err := json.Unmarshal(raw, img); err != nil {
				return broken("an image", err)
			}
			if r.images[img.ID] != nil {
				return fmt.Errorf("%w: image %s in %s is there twice", export.ErrImport, img.ID, r.path)
			}
			r.images[img.ID] = img
			r.order = append(r.order, img.ID)
			return nil
		},
		"categories": func(raw json.RawMessage) error {
			var c struct {
				ID   jsonin.Key `json:"id"`
				Name string     `json:"name"`
			}
			if err := json.Unmarshal(raw, &c); err != nil {
				return broken("a category", err)
			}
			r.categories[c.ID] = c.Name
			return nil
		},
		"tracks": func(raw json.RawMessage) error {
			var t struct {
				ID jsonin.Key `json:"id"`
				cocoTrack
			}
			if err := json.Unmarshal(raw, &t); err == nil {
				r.tracks[t.ID] = t.cocoTrack
			}
			return nil
		},
		"annotations": func(raw json.RawMessage) error {
			var a annotationIn
			if err := json.Unmarshal(raw, &a); err != nil {
				return nil // told when the masks are read
			}
			if t := a.track(); t != "" {
				r.ids.Add(t)
				r.parts[part{t, a.ImageID}]++
			}
			return nil
		},
	})
	if err != nil {
		return err
	}
	for _, id := range r.order {
		for _, t := range r.images[id].TrackIDs {
			r.ids.Add(string(t))
		}
	}
	if len(r.images) == 0 && len(r.videos) > 0 {
		return fmt.Errorf("%w: %s holds videos rather than images: read it with -format ytvis", export.ErrImport, r.path)
	}
	return r.findFrames()
}

// annotation takes one annotation with its mask.
func (r *reader) annotation(raw json.RawMessage) error {
	var a annotationIn
	if err := json.Unmarshal(raw, &a); err != nil {
		return r.in.Skip("an annotation of "+r.path, "it cannot be read")
	}
	img := r.images[a.ImageID]
	if img == nil {
		return r.in.Skip(a.name(), fmt.Sprintf("there is no image %s", a.ImageID))
	}
	if img.frame < 0 {
		return r.in.Skip(a.name(), "its image is no frame of the video")
	}
	m, reason := cocoseg.Decode(a.Segmentation, img.size(), cocoseg.Size{W: r.in.Video.W, H: r.in.Video.H})
	if reason != "" {
		return r.in.Skip(a.name(), reason)
	}
	track := a.track()
	if track == "" {
		r.links.Add(img.frame, r.categories[a.CategoryID], m)
		return nil
	}
	at := part{track, a.ImageID}
	id := r.meet(track, r.categories[a.CategoryID])
	if _, own := r.tracks[jsonin.Key(track)]; !own {
		r.seen.JSON(id, img.frame, a.Attributes)
	}
	if r.parts[at] == 1 {
		r.given[at] = true
		return r.in.Give(id, img.frame, m)
	}
	if before, ok := r.waiting[at]; ok {
		both, err := annotate.Union(before, m)
		if err != nil {
			return err
		}
		m = both
	}
	r.waiting[at] = m
	return nil
}

// meet adds an object that has a mask; class is its name unless tracks has one.
func (r *reader) meet(track, class string) int {
	id, given := r.ids.Number(track)
	if _, known := r.objects[id]; known {
		return id
	}
	o := export.Object{ID: annotate.ObjectID(id), Class: class}
	t, own := r.tracks[jsonin.Key(track)]
	if own {
		o.Label, o.Class = t.Label, t.Class
	} else if _, number := jsonin.Key(track).Int(); !number {
		o.Label = track
	}
	if given {
		r.in.Note("the object that the file calls %q is number %d", track, id)
	}
	r.objects[id] = o
	r.objects.Note(r.in, id, t.Notes())
	return id
}

// rest gives what had to wait: objects of several parts, those without a
// number, and the empty masks of objects that were tracked and not seen.
func (r *reader) rest() error {
	if len(r.waiting) > 0 {
		r.in.Note("%d masks were put together from several annotations of one object and frame", len(r.waiting))
	}
	for _, id := range r.order {
		img := r.images[id]
		if img.frame < 0 {
			continue
		}
		for _, track := range r.tracksOn(id) {
			at := part{track, id}
			n, _ := r.ids.Number(track)
			if err := r.in.Give(n, img.frame, r.waiting[at]); err != nil {
				return err
			}
			r.given[at] = true
		}
	}
	if err := r.unseen(); err != nil {
		return err
	}
	return r.link()
}

// tracksOn lists the objects of several parts on an image.
func (r *reader) tracksOn(id jsonin.Key) []string {
	var out []string
	for at := range r.waiting {
		if at.image == id {
			out = append(out, at.track)
		}
	}
	slices.Sort(out)
	return out
}

func (r *reader) unseen() error {
	for _, id := range r.order {
		img := r.images[id]
		if img.frame < 0 {
			continue
		}
		for _, t := range img.TrackIDs {
			at := part{string(t), id}
			if r.given[at] || r.parts[at] > 0 {
				continue
			}
			r.given[at] = true
			n := r.meet(at.track, "")
			if err := r.in.Give(n, img.frame, annotate.EmptyMask(r.in.Video.W, r.in.Video.H)); err != nil {
				return err
			}
		}
	}
	return nil
}

// link gives the annotations that say no object.
func (r *reader) link() error {
	first := 1
	for id := range r.objects {
		first = max(first, id+1)
	}
	return r.links.Give(r.in, first, r.objects)
}
