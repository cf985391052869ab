package export

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/masklet/masklet/annotate"
)

// ReadCOCO reads masks from a COCO file: run lengths (compressed or not) or
// polygons, which are filled by the even-odd rule at pixel centres. path is the
// file or the output folder of a run. The objects are returned in the order of
// their IDs, with their names from the list tracks of Masklet's own files, else
// with the category's name as class.
//
// An annotation's object is its track_id (or attributes.track_id). An image's
// frame is its frame_index; without one the images, in the order of their IDs,
// must be exactly the frames of the video. Errors wrap ErrImport and say which
// annotation is meant. The file is read twice, from disk, piece by piece.
func ReadCOCO(ctx context.Context, path string, l Limits, each Each) ([]Object, error) {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		path = filepath.Join(path, "coco.json")
	}
	r := cocoReader{path: path, limits: l, each: each,
		frames: map[int]int{}, tracked: map[int][]int{}, names: map[int]string{},
		labels: map[int]cocoTrack{}, seen: map[annotate.FrameKey]bool{}, objects: map[annotate.ObjectID]Object{}}
	if err := r.readImages(ctx); err != nil {
		return nil, err
	}
	if err := r.walk(ctx, map[string]func(*json.Decoder) error{"annotations": r.annotation}); err != nil {
		return nil, err
	}
	if err := r.giveEmpty(); err != nil {
		return nil, err
	}
	ids := slices.Sorted(maps.Keys(r.objects))
	out := make([]Object, len(ids))
	for i, id := range ids {
		out[i] = r.objects[id]
	}
	return out, nil
}

type cocoReader struct {
	path    string
	limits  Limits
	each    Each
	images  []cocoImage
	frames  map[int]int    // image ID to frame
	tracked map[int][]int  // frame to the objects that were tracked there
	names   map[int]string // category ID to name
	labels  map[int]cocoTrack
	seen    map[annotate.FrameKey]bool
	objects map[annotate.ObjectID]Object
}

// walk reads the file and hands the elements of the named lists, one at a
// time, to their functions.
func (r *cocoReader) walk(ctx context.Context, lists map[string]func(*json.Decoder) error) error {
	f, err := os.Open(r.path)
	if err != nil {
		return fmt.Errorf("import COCO: %w", err)
	}
	defer f.Close()
	dec := json.NewDecoder(bufio.NewReaderSize(f, 256<<10))
	if err := r.delim(dec, '{'); err != nil {
		return err
	}
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			return r.broken(err)
		}
		take := lists[fmt.Sprint(key)]
		if take == nil {
			var skipped json.RawMessage
			if err := dec.Decode(&skipped); err != nil {
				return r.broken(err)
			}
			continue
		}
		if err := r.list(ctx, dec, take); err != nil {
			return err
		}
	}
	return r.delim(dec, '}')
}

func (r *cocoReader) list(ctx context.Context, dec *json.Decoder, take func(*json.Decoder) error) error {
	if err := r.delim(dec, '['); err != nil {
		return err
	}
	for dec.More() {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := take(dec); err != nil {
			return err
		}
	}
	return r.delim(dec, ']')
}

func (r *cocoReader) delim(dec *json.Decoder, want json.Delim) error {
	tok, err := dec.Token()
	if err != nil {
		return r.broken(err)
	}
	if tok != want {
		return r.broken(fmt.Errorf("%v where %v should be", tok, want))
	}
	return nil
}

func (r *cocoReader) broken(err error) error {
	return fmt.Errorf("%w: %s is no readable COCO file: %v", ErrImport, r.path, err)
}

// readImages learns which image is which frame, and the names of categories.
func (r *cocoReader) readImages(ctx context.Context) error {
	err := r.walk(ctx, map[string]func(*json.Decoder) error{
		"images": func(dec *json.Decoder) error {
			var img cocoImage
			if err := dec.Decode(&img); err != nil {
				return r.broken(err)
			}
			r.images = append(r.images, img)
			return r.limits.checkSize(fmt.Sprintf("image %d in %s", img.ID, r.path), img.Width, img.Height)
		},
		"categories": func(dec *json.Decoder) error {
			var c category
			if err := dec.Decode(&c); err != nil {
				return r.broken(err)
			}
			r.names[c.ID] = c.Name
			return nil
		},
		"tracks": func(dec *json.Decoder) error {
			var t cocoTrack
			if err := dec.Decode(&t); err != nil {
				return r.broken(err)
			}
			r.labels[t.ID] = t
			return nil
		},
	})
	if err != nil {
		return err
	}
	return r.numberImages()
}

func (r *cocoReader) numberImages() error {
	slices.SortFunc(r.images, func(a, b cocoImage) int { return cmp.Compare(a.ID, b.ID) })
	taken := map[int]bool{}
	for i, img := range r.images {
		frame := i
		if img.FrameIndex != nil {
			frame = *img.FrameIndex
		} else if len(r.images) != r.limits.Frames {
			return fmt.Errorf("%w: the images in %s have no frame_index, and there are %d for a video of %d frames",
				ErrImport, r.path, len(r.images), r.limits.Frames)
		}
		if err := r.limits.checkFrame(fmt.Sprintf("image %d in %s", img.ID, r.path), frame); err != nil {
			return err
		}
		if _, twice := r.frames[img.ID]; twice || taken[frame] {
			return fmt.Errorf("%w: image %d in %s is there twice", ErrImport, img.ID, r.path)
		}
		taken[frame] = true
		r.frames[img.ID] = frame
		r.tracked[frame] = img.TrackIDs
	}
	return nil
}

// cocoInput is an annotation as other tools may write it.
type cocoInput struct {
	ID           json.Number     `json:"id"`
	ImageID      int             `json:"image_id"`
	CategoryID   int             `json:"category_id"`
	Segmentation json.RawMessage `json:"segmentation"`
	TrackID      *int            `json:"track_id"`
	Attributes   struct {
		TrackID *int `json:"track_id"`
	} `json:"attributes"`
}

func (r *cocoReader) annotation(dec *json.Decoder) error {
	var a cocoInput
	if err := dec.Decode(&a); err != nil {
		return r.broken(err)
	}
	key, err := r.key(a)
	if err == nil {
		var m annotate.Mask
		if m, err = decodeSegmentation(a.Segmentation, r.limits); err == nil {
			r.seen[key] = true
			r.meet(key.Object, r.names[a.CategoryID])
			return r.each(key, m)
		}
	}
	return fmt.Errorf("%w: annotation %s in %s: %w", ErrImport, a.ID, r.path, err)
}

// meet adds an object that has a mask; class is its name unless tracks has one.
func (r *cocoReader) meet(id annotate.ObjectID, class string) {
	if _, known := r.objects[id]; known {
		return
	}
	o := Object{ID: id, Class: class}
	if t, ok := r.labels[int(id)]; ok {
		o.Label, o.Class = t.Label, t.Class
	}
	r.objects[id] = o
}

// key finds out which object and frame an annotation is for.
func (r *cocoReader) key(a cocoInput) (annotate.FrameKey, error) {
	track := a.TrackID
	if track == nil {
		track = a.Attributes.TrackID
	}
	if track == nil {
		return annotate.FrameKey{}, fmt.Errorf("it has no track_id, so its object is not known")
	}
	if *track < 1 || *track > maxObjectID {
		return annotate.FrameKey{}, fmt.Errorf("track_id %d is no object ID", *track)
	}
	frame, ok := r.frames[a.ImageID]
	if !ok {
		return annotate.FrameKey{}, fmt.Errorf("there is no image %d", a.ImageID)
	}
	key := annotate.FrameKey{Object: annotate.ObjectID(*track), Frame: frame}
	if r.seen[key] {
		return annotate.FrameKey{}, fmt.Errorf("object %d has another mask on frame %d", key.Object, key.Frame)
	}
	return key, nil
}

// giveEmpty gives the empty masks of objects that were tracked and not seen.
func (r *cocoReader) giveEmpty() error {
	for _, frame := range slices.Sorted(maps.Keys(r.tracked)) {
		for _, id := range r.tracked[frame] {
			key := annotate.FrameKey{Object: annotate.ObjectID(id), Frame: frame}
			if r.seen[key] {
				continue
			}
			if id < 1 || id > maxObjectID {
				return fmt.Errorf("%w: track_ids of frame %d in %s holds %d, which is no object ID", ErrImport, frame, r.path, id)
			}
			r.seen[key] = true
			r.meet(key.Object, "")
			if err := r.each(key, annotate.EmptyMask(r.limits.W, r.limits.H)); err != nil {
				return err
			}
		}
	}
	return nil
}
