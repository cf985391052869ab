// Package sample tells the true masks of the sample clip, for tests: the program
// has no use for them and does not carry them.
package sample

import (
	_ "embed"
	"encoding/json"
	"fmt"
)

//go:embed truth.json
var truth []byte

// Clip holds the true masks of the sample clip.
type Clip struct {
	Width   int      `json:"width"`  // pixels
	Height  int      `json:"height"` // pixels
	FPS     int      `json:"fps"`
	Frames  int      `json:"frames"`
	Objects []Object `json:"objects"`
}

// Object is one object of the sample clip.
type Object struct {
	ID    int    `json:"id"` // as in the prompt file
	Label string `json:"label"`
	// Masks has one mask per frame: the compressed run-length string of the
	// COCO tools, which annotate.MaskFromRLEString reads.
	Masks []string `json:"masks"`
}

// Truth returns the true masks of the sample clip.
func Truth() (Clip, error) {
	var t Clip
	if err := json.Unmarshal(truth, &t); err != nil {
		return Clip{}, fmt.Errorf("embedded truth of the sample: %w", err)
	}
	return t, nil
}
