package project

import (
	"maps"
	"os"
	"slices"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/project/internal/tables"
)

// Summary is what `masklet info -project` prints as JSON.
type Summary struct {
	Path      string          `json:"path"`
	FileBytes int64           `json:"file_bytes"` // with the log beside it
	Version   int             `json:"format"`
	Media     Media           `json:"media"`
	Seconds   float64         `json:"seconds"` // presentation time of the last frame
	Range     *FrameRange     `json:"range"`   // null: the whole video
	Classes   []ClassSummary  `json:"classes"`
	Objects   []ObjectSummary `json:"objects"`
	Masks     int             `json:"masks"`
	Keyframes int             `json:"keyframes"`
	Protected int             `json:"protected"`
	Undo      string          `json:"undo,omitempty"` // what undo would take back
	Redo      string          `json:"redo,omitempty"`
	Pending   *RunSummary     `json:"pending_run"` // a propagation to be continued
	Changes   int64           `json:"changes"`     // committed since the project was made
}

// FrameRange is an in/out range, both ends included.
type FrameRange struct {
	First int `json:"first"`
	Last  int `json:"last"`
}

// ClassSummary is a class and how many objects it has.
type ClassSummary struct {
	ID      annotate.ClassID `json:"id"`
	Name    string           `json:"name"`
	Objects int              `json:"objects"`
}

// ObjectSummary is what is known of one object.
type ObjectSummary struct {
	ID         annotate.ObjectID       `json:"id"`
	Name       string                  `json:"name"`
	Class      string                  `json:"class,omitempty"`
	Masks      int                     `json:"masks"`   // frames with a result
	Visible    int                     `json:"visible"` // of these, with a mask that is not empty
	Keyframes  int                     `json:"keyframes"`
	Protected  int                     `json:"protected"`
	FirstFrame int                     `json:"first_frame"` // of its masks; -1 without any
	LastFrame  int                     `json:"last_frame"`
	Confidence float64                 `json:"mean_confidence"`
	Sources    map[annotate.Source]int `json:"sources"`
	Engines    map[string]int          `json:"engines"`
}

// RunSummary is a propagation that did not come to its end.
type RunSummary struct {
	ID        int64               `json:"id"`
	State     RunState            `json:"state"`
	Objects   []annotate.ObjectID `json:"objects"`
	Range     FrameRange          `json:"range"`
	Direction string              `json:"direction"`
	Engine    string              `json:"engine"`
	Phase     int                 `json:"phase"`
}

// Summary returns what the project holds. It is called on the goroutine that
// owns the document and reads no pixels.
func (p *Project) Summary() Summary {
	snap := p.Snapshot()
	s := Summary{
		Path: p.path, Version: tables.Current.Version, Media: snap.Media,
		Classes: []ClassSummary{}, Objects: []ObjectSummary{},
		Keyframes: len(snap.Prompts), Protected: len(snap.Protected),
		Changes: p.Status().Committed,
	}
	for _, suffix := range []string{"", "-wal"} {
		if info, err := os.Stat(p.path + suffix); err == nil {
			s.FileBytes += info.Size()
		}
	}
	s.Seconds, _ = snap.Media.Time(snap.Media.Frames - 1)
	if r := snap.Range; r != nil {
		s.Range = &FrameRange{r.First, r.Last}
	}
	classes := map[annotate.ClassID]int{}
	for _, o := range snap.Objects {
		classes[o.Class]++
		s.Objects = append(s.Objects, snap.summarize(o))
		s.Masks += len(snap.Results[o.ID])
	}
	for _, c := range snap.Classes {
		s.Classes = append(s.Classes, ClassSummary{c.ID, c.Name, classes[c.ID]})
	}
	s.Undo, _ = p.history.CanUndo()
	s.Redo, _ = p.history.CanRedo()
	if r, ok := p.PendingRun(); ok {
		s.Pending = &RunSummary{r.ID, r.State, r.Objects, FrameRange{r.Range.First, r.Range.Last}, r.Direction, r.Engine, r.Phase}
	}
	return s
}

func (s *Snapshot) summarize(o annotate.Object) ObjectSummary {
	out := ObjectSummary{
		ID: o.ID, Name: s.name(o), Class: s.class(o.Class).Name, Masks: len(s.Results[o.ID]), FirstFrame: -1, LastFrame: -1,
		Sources: map[annotate.Source]int{}, Engines: map[string]int{},
	}
	frames := slices.Sorted(maps.Keys(s.Results[o.ID])) // in order: sums of numbers depend on it
	if len(frames) > 0 {
		out.FirstFrame, out.LastFrame = frames[0], frames[len(frames)-1]
	}
	for _, f := range frames {
		r := s.Results[o.ID][f]
		if r.Area > 0 {
			out.Visible++
		}
		out.Confidence += r.Confidence / float64(out.Masks)
		out.Sources[r.Source]++
		if r.Engine != "" {
			out.Engines[r.Engine]++
		}
	}
	for k := range s.Prompts {
		if k.Object == o.ID {
			out.Keyframes++
		}
	}
	for _, k := range s.Protected {
		if k.Object == o.ID {
			out.Protected++
		}
	}
	return out
}
