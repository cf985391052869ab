// Package labelstudio is the JSON of Label Studio: one task per frame, with the
// brush masks of its objects.
package labelstudio

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"path"
	"strings"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/project/export"
	"github.com/masklet/masklet/project/export/internal/marks"
	"github.com/masklet/masklet/project/export/jsonin"
	"github.com/masklet/masklet/project/export/jsonout"
	"github.com/masklet/masklet/project/export/outline"
)

// Format describes the format.
func Format() export.Format {
	return export.Format{
		Name: "labelstudio", Label: "Label Studio JSON (brush)", Place: "labelstudio.json", File: true,
		About: "`labelstudio.json`: one task per frame with brush masks (Label Studio's own RLE); the object id is in `meta`",
		Holds: export.Holds{Overlaps: true, Holes: true, Parts: true, Labels: true, Classes: true, IDs: true, Occluded: true, Attributes: true},
		Write: write, Read: read,
	}
}

type task struct {
	ID          int               `json:"id"`
	Data        map[string]string `json:"data"`
	Annotations []annotation      `json:"annotations"`
	Meta        map[string]int    `json:"meta"`
}

type annotation struct {
	Result []region `json:"result"`
}

type region struct {
	ID             string         `json:"id"`
	Type           string         `json:"type"`
	FromName       string         `json:"from_name"`
	ToName         string         `json:"to_name"`
	OriginalWidth  int            `json:"original_width"`
	OriginalHeight int            `json:"original_height"`
	ImageRotation  int            `json:"image_rotation"`
	Value          value          `json:"value"`
	Meta           map[string]any `json:"meta"`
}

type value struct {
	Format      string   `json:"format"`
	RLE         []int    `json:"rle"`
	BrushLabels []string `json:"brushlabels"`
}

func write(ctx context.Context, file string, src export.Source, opt export.Options) (export.Report, error) {
	rep, v := export.Report{Files: 1}, src.Video()
	out, err := jsonout.Create(file)
	if err != nil {
		return rep, err
	}
	names, of := export.Categories(src.Objects())
	about := map[annotate.ObjectID]export.Object{}
	for _, o := range src.Objects() {
		about[o.ID] = o
	}
	name := v.Namer(opt.Names)
	out.List("")
	err = export.Each(ctx, src, func(frame int, masks []export.FrameMask) error {
		rep.Frames++
		t := task{ID: frame + 1, Data: map[string]string{"image": name(frame) + ".jpg"}, Meta: map[string]int{"frame": frame}}
		results := []region{}
		for _, m := range masks {
			rep.Masks++
			if m.Mask.Empty() {
				continue
			}
			o := about[m.Object]
			packed := encode(m.Mask.Bitmap().Pix)
			numbers := make([]int, len(packed))
			for i, b := range packed {
				numbers[i] = int(b)
			}
			meta := map[string]any{"object": int(m.Object), "label": o.Label, "class": o.Class}
			if said := marks.At(o.Notes, frame); said != nil {
				meta["attributes"] = said
			}
			results = append(results, region{
				ID: fmt.Sprintf("f%d_o%d", frame, m.Object), Type: "brushlabels", FromName: "tag", ToName: "image",
				OriginalWidth: v.W, OriginalHeight: v.H,
				Value: value{"rle", numbers, []string{names[of[m.Object]]}},
				Meta:  meta,
			})
		}
		t.Annotations = []annotation{{results}}
		out.Item(t)
		return out.Err()
	})
	out.Text("\n]\n")
	if err := out.Close(err); err != nil {
		return rep, err
	}
	return rep, export.Check(ctx, Format(), file, src)
}

type taskIn struct {
	ID          jsonin.Key                 `json:"id"`
	Data        map[string]json.RawMessage `json:"data"`
	FileUpload  string                     `json:"file_upload"`
	Annotations []struct {
		Result []json.RawMessage `json:"result"`
	} `json:"annotations"`
	Meta struct {
		Frame *jsonin.Number `json:"frame"`
	} `json:"meta"`
}

type regionIn struct {
	ID             string        `json:"id"`
	Type           string        `json:"type"`
	OriginalWidth  jsonin.Number `json:"original_width"`
	OriginalHeight jsonin.Number `json:"original_height"`
	Value          struct {
		Packed        []int        `json:"rle"`
		Points        [][2]float64 `json:"points"` // percent of the size
		BrushLabels   []string     `json:"brushlabels"`
		PolygonLabels []string     `json:"polygonlabels"`
	} `json:"value"`
	Meta struct {
		Object jsonin.Key `json:"object"`
		Label  string     `json:"label"`
		Class  *string    `json:"class"`
		// Attributes are those of the object, and occluded.
		Attributes json.RawMessage `json:"attributes"`
	} `json:"meta"`
}

func (r regionIn) label() string {
	for _, l := range append(r.Value.BrushLabels, r.Value.PolygonLabels...) {
		return l
	}
	return ""
}

// key names the object: Masklet's own number, else the label.
func (r regionIn) key() string {
	if r.Meta.Object != "" {
		return string(r.Meta.Object)
	}
	return r.label()
}

// read takes a JSON export of Label Studio. Regions without an object of their
// own are one object per label.
func read(ctx context.Context, path string, in *export.Input) ([]export.Object, error) {
	file, err := jsonin.Find(path, "labelstudio.json")
	if err != nil {
		return nil, err
	}
	r := reader{path: file, in: in, objects: export.Known{}}
	if err := r.tasks(ctx, r.learn); err != nil {
		return nil, err
	}
	if err := r.findFrames(); err != nil {
		return nil, err
	}
	err = r.tasks(ctx, r.task)
	r.seen.Into(in, r.objects)
	return r.objects.List(), err
}

type reader struct {
	path    string
	in      *export.Input
	names   []string
	indexes []int
	frames  []int
	next    int
	ids     export.IDs
	objects export.Known
	seen    marks.Seen
}

// tasks reads the list of tasks, one at a time.
func (r *reader) tasks(ctx context.Context, take func(taskIn) error) error {
	f, err := jsonin.Open(ctx, r.path)
	if err != nil {
		return err
	}
	defer f.Close()
	broken := func(err error) error {
		return fmt.Errorf("%w: %s is no readable Label Studio file: %v", export.ErrImport, r.path, err)
	}
	dec := json.NewDecoder(f)
	if tok, err := dec.Token(); err != nil || tok != json.Delim('[') {
		if err == nil || err == io.EOF {
			err = fmt.Errorf("it begins with no list")
		}
		return broken(err)
	}
	for dec.More() {
		if err := ctx.Err(); err != nil {
			return err
		}
		var t taskIn
		if err := dec.Decode(&t); err != nil {
			return broken(err)
		}
		if err := take(t); err != nil {
			return err
		}
	}
	if _, err := dec.Token(); err != nil {
		return broken(err)
	}
	return nil
}

func (r *reader) learn(t taskIn) error {
	name := t.FileUpload
	for _, key := range []string{"image", "img", "image_url", "url"} {
		var text string
		if json.Unmarshal(t.Data[key], &text) == nil && text != "" {
			name = text
			break
		}
	}
	if i := strings.IndexByte(name, '?'); i >= 0 && !strings.Contains(name[i:], "d=") {
		name = name[:i]
	}
	r.names = append(r.names, path.Base(strings.ReplaceAll(name, `\`, "/")))
	index := -1
	if t.Meta.Frame != nil && t.Meta.Frame.Set {
		index = t.Meta.Frame.Int()
	}
	r.indexes = append(r.indexes, index)
	for _, a := range t.Annotations {
		for _, raw := range a.Result {
			var reg regionIn
			if json.Unmarshal(raw, &reg) == nil {
				r.ids.Add(reg.key())
			}
		}
	}
	return nil
}

func (r *reader) findFrames() error {
	var err error
	r.frames, err = r.in.FramesAt("a task of "+r.path, "images of "+r.path, r.indexes, r.names)
	return err
}

func (r *reader) task(t taskIn) error {
	frame := r.frames[r.next]
	r.next++
	if frame < 0 {
		return r.in.Skip("task "+string(t.ID), "its image is no frame of the video")
	}
	var masks export.FrameMasks
	for _, a := range t.Annotations {
		for _, raw := range a.Result {
			var reg regionIn
			m, reason := annotate.Mask{}, "it cannot be read"
			if json.Unmarshal(raw, &reg) == nil {
				m, reason = r.mask(reg)
			}
			if reason != "" {
				if err := r.in.Skip(fmt.Sprintf("region %s of task %s", reg.ID, t.ID), reason); err != nil {
					return err
				}
				continue
			}
			id, _ := r.ids.Number(reg.key())
			class := reg.label()
			if reg.Meta.Class != nil {
				class = *reg.Meta.Class
			}
			r.objects.Meet(id, reg.Meta.Label, class)
			r.seen.JSON(id, frame, reg.Meta.Attributes)
			if err := masks.Add(id, m); err != nil {
				return err
			}
		}
	}
	return masks.Give(r.in, frame)
}

// mask returns the pixels of a region; reason says why there are none.
func (r *reader) mask(reg regionIn) (m annotate.Mask, reason string) {
	w, h := reg.OriginalWidth.Int(), reg.OriginalHeight.Int()
	if err := r.in.CheckSize("a region", w, h); err != nil {
		return m, fmt.Sprintf("its image is %dx%d, the video %dx%d", w, h, r.in.Video.W, r.in.Video.H)
	}
	switch {
	case len(reg.Value.Packed) > 0:
		packed := make([]byte, len(reg.Value.Packed))
		for i, n := range reg.Value.Packed {
			packed[i] = byte(n)
		}
		alpha, err := decode(packed, w*h)
		if err != nil {
			return m, "its run lengths cannot be read"
		}
		b := annotate.NewBitmap(w, h)
		for i, a := range alpha {
			if a > 127 {
				b.Pix[i] = 255
			}
		}
		m = annotate.MaskFromBitmap(b)
	case len(reg.Value.Points) > 2:
		var flat []float64
		for _, p := range reg.Value.Points {
			flat = append(flat, p[0]*float64(w)/100, p[1]*float64(h)/100)
		}
		m = outline.Fill(w, h, [][]float64{flat})
	default:
		return m, "a " + reg.Type + " is no mask"
	}
	if m.Empty() {
		return m, "its mask has no pixel"
	}
	return m, ""
}
