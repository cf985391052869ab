// Package sav is the format of the SA-V data set: for every annotated frame the
// run-length masks of all masklets in one order.
package sav

import (
	"context"
	"encoding/json"
	"fmt"
	"path"
	"strconv"
	"strings"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/project/export"
	"github.com/masklet/masklet/project/export/internal/cocoseg"
	"github.com/masklet/masklet/project/export/jsonin"
	"github.com/masklet/masklet/project/export/jsonout"
)

// Format describes the format. A masklet that is not seen has a mask without
// pixels, as one that was not tracked has.
//
// Source: SA-V dataset, README "Annotation format".
func Format() export.Format {
	return export.Format{
		Name: "sav", Label: "SA-V JSON", Place: "sav.json", File: true,
		About: "`sav.json`: compressed RLE of every masklet on every frame, with the fields of the SA-V data set",
		Holds: export.Holds{Overlaps: true, Holes: true, Parts: true, Labels: true, Classes: true, IDs: true},
		Write: write, Read: read,
	}
}

type rle struct {
	Size   [2]int `json:"size"` // height, width
	Counts string `json:"counts"`
}

// summary is what the data set says of each masklet.
type summary struct {
	first, frames, changes int
	area                   int
	seen                   bool
}

func write(ctx context.Context, file string, src export.Source, _ export.Options) (export.Report, error) {
	v, rep := src.Video(), export.Report{Files: 1}
	out, err := jsonout.Create(file)
	if err != nil {
		return rep, err
	}
	objects := src.Objects()
	at := map[annotate.ObjectID]int{}
	for i, o := range objects {
		at[o.ID] = i
	}
	all := make([]summary, len(objects))
	none := rle{[2]int{v.H, v.W}, annotate.EmptyMask(v.W, v.H).RLEString()}
	next := 0
	row := func(masks []export.FrameMask) error {
		list := make([]rle, len(objects))
		for i := range list {
			list[i] = none
		}
		seen := map[int]bool{}
		for _, m := range masks {
			i, ok := at[m.Object]
			if !ok {
				return fmt.Errorf("%w: frame %d has object %d, which is not in the list of objects", export.ErrSource, next, m.Object)
			}
			list[i] = rle{none.Size, m.Mask.RLEString()}
			seen[i] = !m.Mask.Empty()
			all[i].area += m.Mask.Area()
		}
		for i := range all {
			all[i].frame(next, seen[i])
		}
		next++
		out.Item(list)
		return out.Err()
	}
	out.List("{\n\"masklet\": ")
	err = export.Each(ctx, src, func(frame int, masks []export.FrameMask) error {
		rep.Frames++
		rep.Masks += len(masks)
		for next < frame {
			if err := row(nil); err != nil {
				return err
			}
		}
		return row(masks)
	})
	for err == nil && next < v.Frames {
		err = row(nil)
	}
	out.Text("\n]")
	fields(out, v, objects, all)
	out.Text("\n}\n")
	if err := out.Close(err); err != nil {
		return rep, err
	}
	return rep, export.Check(ctx, Format(), file, src)
}

func (s *summary) frame(frame int, seen bool) {
	if seen {
		if s.frames == 0 {
			s.first = frame
		}
		s.frames++
	}
	if s.seen != seen && (s.frames > 1 || !seen) {
		s.changes++
	}
	s.seen = seen
}

// fields writes what stands beside the masks.
func fields(out *jsonout.Writer, v export.Video, objects []export.Object, all []summary) {
	field := func(name string, value any) {
		out.Text(",\n\"" + name + "\": ")
		out.Value(value)
	}
	duration := 0.0
	if n := len(v.Timestamps); n > 1 {
		duration = v.Timestamps[n-1] * float64(n) / float64(n-1)
	}
	field("video_id", strings.TrimSuffix(v.Name, path.Ext(v.Name)))
	field("video_duration", duration)
	field("video_frame_count", float64(v.Frames))
	field("video_height", float64(v.H))
	field("video_width", float64(v.W))
	field("video_resolution", float64(v.W*v.H))
	ids, types, labels, classes := []int{}, []string{}, []string{}, []string{}
	absolute, relative, first, frames, changes := []float64{}, []float64{}, []int{}, []int{}, []int{}
	for i, o := range objects {
		s := all[i]
		ids, types = append(ids, int(o.ID)), append(types, "manual")
		labels, classes = append(labels, o.Label), append(classes, o.Class)
		mean := float64(s.area) / float64(max(1, s.frames))
		absolute, relative = append(absolute, mean), append(relative, mean/float64(v.W*v.H))
		first, frames, changes = append(first, s.first), append(frames, s.frames), append(changes, s.changes)
	}
	field("masklet_id", ids)
	field("masklet_type", types)
	field("masklet_size_abs", absolute)
	field("masklet_size_rel", relative)
	field("masklet_first_appeared_frame", first)
	field("masklet_frame_count", frames)
	field("masklet_visibility_changes", changes)
	field("masklet_num", len(objects))
	field("masklet_label", labels) // Masklet's own
	field("masklet_class", classes)
}

// read takes a file of the data set, in which every fourth frame is annotated,
// or of an export, in which all are.
func read(ctx context.Context, path string, in *export.Input) ([]export.Object, error) {
	file, err := jsonin.Find(path, "sav.json")
	if err != nil {
		return nil, err
	}
	r := reader{path: file, in: in, objects: export.Known{}}
	rows := 0
	keep := func(to any) func(json.RawMessage) error {
		return func(raw json.RawMessage) error {
			if err := json.Unmarshal(raw, to); err != nil {
				return fmt.Errorf("%w: %s: %v", export.ErrImport, file, err)
			}
			return nil
		}
	}
	err = jsonin.Walk(ctx, file, "SA-V", jsonin.Lists{
		"masklet":             func(json.RawMessage) error { rows++; return nil },
		"masklet_id{}":        keep(&r.ids),
		"masklet_label{}":     keep(&r.labels),
		"masklet_class{}":     keep(&r.classes),
		"video_frame_count{}": keep(&r.count),
		"video_width{}":       keep(&r.width),
		"video_height{}":      keep(&r.height),
	})
	if err != nil {
		return nil, err
	}
	if err := r.stride(rows); err != nil {
		return nil, err
	}
	err = jsonin.Walk(ctx, file, "SA-V", jsonin.Lists{"masklet": r.row})
	return r.objects.List(), err
}

type reader struct {
	path                 string
	in                   *export.Input
	ids                  []jsonin.Key
	labels, classes      []string
	count, width, height jsonin.Number
	numbers              export.IDs
	step, next           int
	objects              export.Known
}

// stride finds out which frames the rows are for.
func (r *reader) stride(rows int) error {
	for _, k := range r.ids {
		r.numbers.Add(string(k))
	}
	if r.in.Video.W == 0 {
		r.in.Video.W, r.in.Video.H = r.width.Int(), r.height.Int()
	}
	if r.in.Video.Frames == 0 {
		r.in.Video.Frames = max(r.count.Int(), rows)
	}
	switch frames := r.in.Video.Frames; {
	case rows == frames:
		r.step = 1
	case rows > 0 && (frames+3)/4 == rows:
		r.step = 4
		r.in.Note("%s has a mask on every fourth frame, as the SA-V data set has", r.path)
	default:
		return fmt.Errorf("%w: %s has masks of %d frames, the video %d", export.ErrImport, r.path, rows, frames)
	}
	return nil
}

// row takes the masks of one frame.
func (r *reader) row(raw json.RawMessage) error {
	frame := r.next * r.step
	r.next++
	var masks []json.RawMessage
	if err := json.Unmarshal(raw, &masks); err != nil {
		return r.in.Skip(fmt.Sprintf("frame %d of %s", frame, r.path), "its masks cannot be read")
	}
	size := cocoseg.Size{W: r.in.Video.W, H: r.in.Video.H}
	for i, data := range masks {
		key := jsonin.Key(strconv.Itoa(i))
		if i < len(r.ids) {
			key = r.ids[i]
		} else {
			r.numbers.Add(string(key))
		}
		m, reason := cocoseg.Decode(data, cocoseg.Size{W: r.width.Int(), H: r.height.Int()}, size)
		if reason == cocoseg.NoPixel {
			continue // not seen, or not tracked
		}
		if reason != "" {
			if err := r.in.Skip(fmt.Sprintf("masklet %s, frame %d", key, frame), reason); err != nil {
				return err
			}
			continue
		}
		id, given := r.numbers.Number(string(key))
		if given {
			r.in.Note("the masklet that the file calls %q is object %d", key, id)
		}
		r.objects.Meet(id, nth(r.labels, i), nth(r.classes, i))
		if err := r.in.Give(id, frame, m); err != nil {
			return err
		}
	}
	return nil
}

func nth(list []string, i int) string {
	if i < len(list) {
		return list[i]
	}
	return ""
}
