package export

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/project/atomicfile"
)

// Run is the record of how masks were made, which lies beside every output.
type Run struct {
	Program    string      `json:"program"` // name and version
	Video      RunVideo    `json:"video"`
	Engine     string      `json:"engine"`
	Settings   any         `json:"settings"`
	Direction  string      `json:"direction,omitempty"`
	FirstFrame int         `json:"first_frame"`
	LastFrame  int         `json:"last_frame"`
	Completed  bool        `json:"completed"` // false for a run that was stopped
	Phases     []RunPhase  `json:"phases"`
	Objects    []RunObject `json:"objects"`
	Outputs    []string    `json:"outputs"` // formats that were written
}

// RunVideo describes the video of a run.
type RunVideo struct {
	Path     string `json:"path"`
	Hash     string `json:"hash"` // media.QuickHash
	Width    int    `json:"width"`
	Height   int    `json:"height"`
	Rotation int    `json:"rotation"`           // degrees, already applied
	Mirrored bool   `json:"mirrored,omitempty"` // left to right before the rotation, already applied
	// PixelAspect is width by height of a pixel as the video is to be shown;
	// masks have the stored pixels. 0 or missing: square.
	PixelAspect float64   `json:"pixel_aspect,omitempty"`
	FPS         float64   `json:"fps"`
	Frames      int       `json:"frames"`
	Timestamps  []float64 `json:"timestamps"` // seconds, one per frame
}

// RunPhase is the time that one phase took.
type RunPhase struct {
	Name    string  `json:"name"`   // "encode" or "propagate"
	Frames  int     `json:"frames"` // encoded anew; or tracked in all, as the progress counts them
	Seconds float64 `json:"seconds"`
}

// RunObject holds what a run found for one object. The lists run in parallel:
// one entry per tracked frame.
type RunObject struct {
	ID         int       `json:"id"`
	Label      string    `json:"label"`
	Class      string    `json:"class,omitempty"`
	Frames     []int     `json:"frames"`
	Confidence []float64 `json:"confidence"` // 0..1, below 0.5: look at it
	Score      []float64 `json:"score"`      // the engine's object score: above 0 visible
	Area       []int     `json:"area"`       // pixels, 0: not visible
}

// RunObjects collects the objects of a run from what is exported.
func RunObjects(ctx context.Context, src Source) ([]RunObject, error) {
	index := map[annotate.ObjectID]int{}
	var out []RunObject
	for _, o := range src.Objects() {
		index[o.ID] = len(out)
		out = append(out, RunObject{ID: int(o.ID), Label: o.Label, Class: o.Class,
			Frames: []int{}, Confidence: []float64{}, Score: []float64{}, Area: []int{}})
	}
	err := Each(ctx, src, func(frame int, masks []FrameMask) error {
		for _, m := range masks {
			i, ok := index[m.Object]
			if !ok {
				return fmt.Errorf("%w: frame %d has object %d, which is not in the list of objects", ErrSource, frame, m.Object)
			}
			o := &out[i]
			o.Frames = append(o.Frames, frame)
			o.Confidence = append(o.Confidence, m.Confidence)
			o.Score = append(o.Score, m.Score)
			o.Area = append(o.Area, m.Mask.Area())
		}
		return nil
	})
	return out, err
}

// WriteRun replaces DIR/run.json. dir must exist.
func WriteRun(dir string, r Run) error {
	data, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("write run.json: %w", err)
	}
	return atomicfile.WriteBytes(filepath.Join(dir, "run.json"), append(data, '\n'))
}
