package samplegen

import (
	"encoding/json"
	"fmt"
	"os"

	"github.com/masklet/masklet/annotate"
)

// truth collects the true masks and writes them as the package assets reads
// them.
type truth struct {
	Width   int      `json:"width"`
	Height  int      `json:"height"`
	FPS     int      `json:"fps"`
	Frames  int      `json:"frames"`
	Objects []object `json:"objects"`
}

// object is one tracked object with a mask per frame, as the COCO tools'
// compressed run-length strings.
type object struct {
	ID    int      `json:"id"`
	Label string   `json:"label"`
	Masks []string `json:"masks"`
}

func newTruth() *truth {
	return &truth{Width: width, Height: height, FPS: fps, Objects: []object{
		{ID: ownerBall, Label: "ball"}, {ID: ownerCar, Label: "car"}, {ID: ownerKite, Label: "kite"},
	}}
}

func (t *truth) add(owners []uint8) {
	t.Frames++
	for i := range t.Objects {
		o := &t.Objects[i]
		b := annotate.NewBitmap(width, height)
		for p, owner := range owners {
			if int(owner) == o.ID {
				b.Pix[p] = 255
			}
		}
		o.Masks = append(o.Masks, annotate.MaskFromBitmap(b).RLEString())
	}
}

func (t *truth) write(path string) error {
	data, err := json.Marshal(t)
	if err != nil {
		return err
	}
	return os.WriteFile(path, append(data, '\n'), 0o644)
}

// prompts is the prompt file of the command line.
type prompts struct {
	Objects []promptObject `json:"objects"`
}

type promptObject struct {
	ID      int      `json:"id"`
	Label   string   `json:"label"`
	Prompts []prompt `json:"prompts"`
}

type prompt struct {
	Frame  int      `json:"frame"`
	Points [][3]int `json:"points"`
	Box    *[4]int  `json:"box,omitempty"`
}

// writePrompts writes one click on every object on the first frame.
func (t *truth) writePrompts(path string) error {
	var out prompts
	for _, o := range t.Objects {
		m, err := annotate.MaskFromRLEString(t.Width, t.Height, o.Masks[0])
		if err != nil {
			return err
		}
		x, y, ok := m.Centroid()
		if !ok {
			return fmt.Errorf("%s is not to be seen on the first frame", o.Label)
		}
		out.Objects = append(out.Objects, promptObject{o.ID, o.Label, []prompt{{
			Points: [][3]int{{int(x), int(y), 1}},
		}}})
	}
	data, err := json.MarshalIndent(out, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(path, append(data, '\n'), 0o644)
}
