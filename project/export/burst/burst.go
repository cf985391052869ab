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
	"github.com/masklet/masklet/project/export/jsonin"
	"github.com/masklet/masklet/project/export/jsonout"
	"github.com/masklet/masklet/project/natural"
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

// sequence is the head of a video.
type sequence struct {
	Name       string                `json:"seq_name"`
	Width      jsonin.Number         `json:"width"`
	Height     jsonin.Number         `json:"height"`
	Annotated  []string              `json:"annotated_image_paths"`
	Categories map[string]jsonin.Key `json:"track_category_ids"`
	Labels     map[string]string     `json:"track_labels"`
	Classes    map[string]string     `json:"track_classes"`

	rows int        // annotated frames
	ids  export.IDs // of its tracks
}

// reader reads a file twice, a row of masks at a time.
type reader struct {
	path       string
	in         *export.Input
	categories map[jsonin.Key]string
	sequences  map[int]*sequence
	names      []string
	chosen     int
	frames     []int // of the rows of the chosen sequence
	objects    export.Known
}

func read(ctx context.Context, path string, in *export.Input) ([]export.Object, error) {
	file, err := jsonin.Find(path, "burst.json", "all_classes.json")
	if err != nil {
		return nil, err
	}
	r := reader{path: file, in: in, categories: map[jsonin.Key]string{}, sequences: map[int]*sequence{}, objects: export.Known{}}
	if err := jsonin.Walk(ctx, file, "BURST", jsonin.Lists{"categories": r.category}); err != nil {
		return nil, err
	}
	rows := func(take func(int, int, json.RawMessage) error) map[string]func(int, int, json.RawMessage) error {
		return map[string]func(int, int, json.RawMessage) error{"segmentations": take}
	}
	if err := jsonin.WalkElements(ctx, file, "BURST", jsonin.Elements{Key: "sequences", Inner: rows(r.learn), Head: r.head}); err != nil {
		return nil, err
	}
	if err := r.choose(); err != nil {
		return nil, err
	}
	err = jsonin.WalkElements(ctx, file, "BURST", jsonin.Elements{Key: "sequences", Inner: rows(r.row)})
	return r.objects.List(), err
}

func (r *reader) category(raw json.RawMessage) error {
	var c struct {
		ID   jsonin.Key `json:"id"`
		Name string     `json:"name"`
	}
	if json.Unmarshal(raw, &c) == nil {
		r.categories[c.ID] = c.Name
	}
	return nil
}

func (r *reader) sequence(i int) *sequence {
	if r.sequences[i] == nil {
		r.sequences[i] = &sequence{}
	}
	return r.sequences[i]
}

// learn meets the tracks of a row.
func (r *reader) learn(i, _ int, raw json.RawMessage) error {
	s := r.sequence(i)
	s.rows++
	var row map[string]json.RawMessage
	if err := json.Unmarshal(raw, &row); err != nil {
		return fmt.Errorf("%w: %s: a sequence cannot be read: %v", export.ErrImport, r.path, err)
	}
	for _, k := range sorted(row) {
		s.ids.Add(k)
	}
	return nil
}

func (r *reader) head(i int, raw json.RawMessage) error {
	s := r.sequence(i)
	if err := json.Unmarshal(raw, s); err != nil {
		return fmt.Errorf("%w: %s: a sequence cannot be read: %v", export.ErrImport, r.path, err)
	}
	r.names = append(r.names, s.Name)
	return nil
}

// choose picks the sequence and finds its frames.
func (r *reader) choose() error {
	if len(r.names) == 0 {
		return nil
	}
	if len(r.names) > 1 {
		name, err := r.in.ChooseVideo(r.path, r.names)
		if err != nil {
			return err
		}
		r.chosen = slices.Index(r.names, name)
	}
	s := r.sequences[r.chosen]
	if err := r.in.CheckSize(r.path, s.Width.Int(), s.Height.Int()); err != nil {
		return err
	}
	var err error
	r.frames, err = r.framesOf(s)
	return err
}

// row takes the masks of a frame.
func (r *reader) row(i, k int, raw json.RawMessage) error {
	if i != r.chosen {
		return nil
	}
	s := r.sequences[i]
	var row map[string]json.RawMessage
	if err := json.Unmarshal(raw, &row); err != nil {
		return fmt.Errorf("%w: %s: a sequence cannot be read: %v", export.ErrImport, r.path, err)
	}
	for _, key := range sorted(row) {
		var e struct {
			RLE string `json:"rle"`
		}
		which := fmt.Sprintf("track %s, frame %d", key, k)
		if err := json.Unmarshal(row[key], &e); err != nil || k >= len(r.frames) || r.frames[k] < 0 {
			if err := r.in.Skip(which, "it cannot be read, or is for no frame of the video"); err != nil {
				return err
			}
			continue
		}
		m, err := annotate.MaskFromRLEString(s.Width.Int(), s.Height.Int(), e.RLE)
		if err != nil || m.Empty() {
			if err := r.in.Skip(which, "its mask is empty or cannot be read"); err != nil {
				return err
			}
			continue
		}
		id, given := s.ids.Number(key)
		if given {
			r.in.Note("the track that the file calls %q is object %d", key, id)
		}
		class, own := s.Classes[key]
		if !own {
			class = r.categories[s.Categories[key]]
		}
		r.objects.Meet(id, s.Labels[key], class)
		if err := r.in.Give(id, r.frames[k], m); err != nil {
			return err
		}
	}
	return nil
}

// framesOf returns the frame of each annotated image.
func (r *reader) framesOf(s *sequence) ([]int, error) {
	if len(s.Annotated) == 0 || s.rows == r.in.Video.Frames {
		if r.in.Video.Frames == 0 {
			r.in.Video.Frames = s.rows
		}
		out := make([]int, s.rows)
		for i := range out {
			out[i] = i
		}
		return out, nil
	}
	names := make([]string, len(s.Annotated))
	for i, n := range s.Annotated {
		names[i] = path.Base(n)
	}
	return r.in.FramesOf("images in "+r.path, names)
}

func sorted(row map[string]json.RawMessage) []string {
	keys := make([]string, 0, len(row))
	for k := range row {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, natural.Compare)
	return keys
}
