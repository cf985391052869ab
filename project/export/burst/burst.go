// Package burst is the format of the BURST benchmark: one file with the
// run-length masks of every track on every annotated frame.
package burst

import (
	"context"
	"encoding/json"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/project/export"
	"github.com/masklet/masklet/project/export/internal/cocoseg"
	"github.com/masklet/masklet/project/export/jsonin"
	"github.com/masklet/masklet/project/export/jsonout"
)

// Format describes the format.
//
// Source: Athar et al., "BURST: A Benchmark for Unifying Object Recognition,
// Segmentation and Tracking in Video", and its annotation files.
func Format() export.Format {
	return export.Format{
		Name: "burst", Label: "BURST JSON", Place: "burst.json", File: true,
		About: "`burst.json`: compressed RLE of every track on every frame, as the BURST benchmark has it",
		Holds: export.Holds{Overlaps: true, Holes: true, Parts: true, Labels: true, Classes: true, IDs: true},
		Write: write, Read: read,
	}
}

// entry is one mask; the size is the sequence's.
type entry struct {
	RLE  string `json:"rle"`
	IsGT bool   `json:"is_gt"`
}

type category struct {
	ID   int    `json:"id"`
	Name string `json:"name"`
}

func write(ctx context.Context, file string, src export.Source, opt export.Options) (export.Report, error) {
	v, rep := src.Video(), export.Report{Files: 1}
	out, err := jsonout.Create(file)
	if err != nil {
		return rep, err
	}
	names, of := export.Categories(src.Objects())
	var cats []category
	for i, n := range names {
		cats = append(cats, category{i + 1, n})
	}
	out.Text("{\n\"categories\": ")
	out.Value(cats)
	out.Text(",\n\"split\": \"train\",\n\"sequences\": [{")
	name := strings.TrimSuffix(v.Name, path.Ext(v.Name))
	images := []string{}
	frame := v.Namer(opt.Names)
	for f := range v.Frames {
		images = append(images, frame(f)+".jpg")
	}
	tracks, labels, classes := map[string]int{}, map[string]string{}, map[string]string{}
	for _, o := range src.Objects() {
		key := strconv.Itoa(int(o.ID))
		tracks[key], labels[key], classes[key] = of[o.ID]+1, o.Label, o.Class
	}
	for _, f := range []struct {
		name  string
		value any
	}{
		{"id", 1}, {"seq_name", name}, {"dataset", "Masklet"}, {"width", v.W}, {"height", v.H}, {"fps", fps(v)},
		{"all_image_paths", images}, {"annotated_image_paths", images},
		{"track_category_ids", tracks}, {"neg_category_ids", []int{}}, {"not_exhaustive_category_ids", []int{}},
		{"track_labels", labels}, {"track_classes", classes}, // Masklet's own
	} {
		out.Text("\n\"" + f.name + "\": ")
		out.Value(f.value)
		out.Text(",")
	}
	out.List("\n\"segmentations\": ")
	next := 0
	err = export.Each(ctx, src, func(frame int, masks []export.FrameMask) error {
		rep.Frames++
		rep.Masks += len(masks)
		for ; next < frame; next++ {
			out.Item(struct{}{})
		}
		row := map[string]entry{}
		for _, m := range masks {
			if !m.Mask.Empty() {
				row[strconv.Itoa(int(m.Object))] = entry{m.Mask.RLEString(), true}
			}
		}
		out.Item(row)
		next++
		return out.Err()
	})
	for ; next < v.Frames; next++ {
		out.Item(struct{}{})
	}
	out.Text("\n]}]\n}\n")
	if err := out.Close(err); err != nil {
		return rep, err
	}
	return rep, export.Check(ctx, Format(), file, src)
}

// fps returns the mean frame rate, 25 if it is not known.
func fps(v export.Video) float64 {
	if n := len(v.Timestamps); n > 1 && v.Timestamps[n-1] > v.Timestamps[0] {
		return float64(n-1) / (v.Timestamps[n-1] - v.Timestamps[0])
	}
	return 25
}

type sequence struct {
	Name       string                       `json:"seq_name"`
	Width      jsonin.Number                `json:"width"`
	Height     jsonin.Number                `json:"height"`
	Annotated  []string                     `json:"annotated_image_paths"`
	Categories map[string]jsonin.Key        `json:"track_category_ids"`
	Labels     map[string]string            `json:"track_labels"`
	Classes    map[string]string            `json:"track_classes"`
	Masks      []map[string]json.RawMessage `json:"segmentations"`
}

// read holds the run lengths of one sequence.
func read(ctx context.Context, path string, in *export.Input) ([]export.Object, error) {
	file, err := jsonin.Find(path, "burst.json", "all_classes.json")
	if err != nil {
		return nil, err
	}
	categories, names := map[jsonin.Key]string{}, []string{}
	err = jsonin.Walk(ctx, file, "BURST", jsonin.Lists{
		"categories": func(raw json.RawMessage) error {
			var c struct {
				ID   jsonin.Key `json:"id"`
				Name string     `json:"name"`
			}
			if json.Unmarshal(raw, &c) == nil {
				categories[c.ID] = c.Name
			}
			return nil
		},
		"sequences": func(raw json.RawMessage) error {
			var s struct {
				Name string `json:"seq_name"`
			}
			if err := json.Unmarshal(raw, &s); err != nil {
				return fmt.Errorf("%w: %s: a sequence cannot be read: %v", export.ErrImport, file, err)
			}
			names = append(names, s.Name)
			return nil
		},
	})
	if err != nil {
		return nil, err
	}
	chosen := ""
	if len(names) > 1 {
		if chosen, err = in.ChooseVideo(file, names); err != nil {
			return nil, err
		}
	}
	objects := export.Known{}
	err = jsonin.Walk(ctx, file, "BURST", jsonin.Lists{"sequences": func(raw json.RawMessage) error {
		var s sequence
		if err := json.Unmarshal(raw, &s); err != nil {
			return fmt.Errorf("%w: %s: a sequence cannot be read: %v", export.ErrImport, file, err)
		}
		if chosen != "" && s.Name != chosen {
			return nil
		}
		return readSequence(file, s, categories, in, objects)
	}})
	return objects.List(), err
}

func readSequence(file string, s sequence, categories map[jsonin.Key]string, in *export.Input, objects export.Known) error {
	size := cocoseg.Size{W: s.Width.Int(), H: s.Height.Int()}
	if err := in.CheckSize(file, size.W, size.H); err != nil {
		return err
	}
	frames, err := framesOf(file, s, in)
	if err != nil {
		return err
	}
	var ids export.IDs
	for _, row := range s.Masks {
		for _, k := range sorted(row) {
			ids.Add(k)
		}
	}
	for i, row := range s.Masks {
		for _, key := range sorted(row) {
			var e struct {
				RLE string `json:"rle"`
			}
			which := fmt.Sprintf("track %s, frame %d", key, i)
			if err := json.Unmarshal(row[key], &e); err != nil || i >= len(frames) || frames[i] < 0 {
				if err := in.Skip(which, "it cannot be read, or is for no frame of the video"); err != nil {
					return err
				}
				continue
			}
			m, err := annotate.MaskFromRLEString(size.W, size.H, e.RLE)
			if err != nil || m.Empty() {
				if err := in.Skip(which, "its mask is empty or cannot be read"); err != nil {
					return err
				}
				continue
			}
			id, given := ids.Number(key)
			if given {
				in.Note("the track that the file calls %q is object %d", key, id)
			}
			class, own := s.Classes[key]
			if !own {
				class = categories[s.Categories[key]]
			}
			objects.Meet(id, s.Labels[key], class)
			if err := in.Give(id, frames[i], m); err != nil {
				return err
			}
		}
	}
	return nil
}

// framesOf returns the frame of each annotated image.
func framesOf(file string, s sequence, in *export.Input) ([]int, error) {
	if len(s.Annotated) == 0 || len(s.Masks) == in.Video.Frames {
		if in.Video.Frames == 0 {
			in.Video.Frames = len(s.Masks)
		}
		out := make([]int, len(s.Masks))
		for i := range out {
			out[i] = i
		}
		return out, nil
	}
	names := make([]string, len(s.Annotated))
	for i, n := range s.Annotated {
		names[i] = path.Base(n)
	}
	return in.FramesOf("images in "+file, names)
}

func sorted(row map[string]json.RawMessage) []string {
	keys := make([]string, 0, len(row))
	for k := range row {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, export.CompareNatural)
	return keys
}
