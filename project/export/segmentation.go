package export

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"

	"github.com/masklet/masklet/annotate"
)

// maxCorner bounds the coordinates of polygons; outside the frame they only
// clip.
const maxCorner = 1e6

// decodeSegmentation reads the segmentation of a COCO annotation.
func decodeSegmentation(data json.RawMessage, l Limits) (annotate.Mask, error) {
	switch data := bytes.TrimSpace(data); {
	case len(data) == 0 || bytes.Equal(data, []byte("null")):
		return annotate.Mask{}, fmt.Errorf("it has no segmentation")
	case data[0] == '[':
		return decodePolygons(data, l)
	default:
		return decodeRLE(data, l)
	}
}

func decodePolygons(data []byte, l Limits) (annotate.Mask, error) {
	var polys [][]float64
	if err := json.Unmarshal(data, &polys); err != nil {
		return annotate.Mask{}, fmt.Errorf("its polygons cannot be read: %w", err)
	}
	for _, p := range polys {
		if len(p) < 6 || len(p)%2 != 0 {
			return annotate.Mask{}, fmt.Errorf("a polygon has %d numbers", len(p))
		}
		for _, v := range p {
			if math.Abs(v) > maxCorner {
				return annotate.Mask{}, fmt.Errorf("a polygon has a corner at %g", v)
			}
		}
	}
	return rasterise(l.W, l.H, polys), nil
}

func decodeRLE(data []byte, l Limits) (annotate.Mask, error) {
	var rle struct {
		Size   []int           `json:"size"` // height, width
		Counts json.RawMessage `json:"counts"`
	}
	if err := json.Unmarshal(data, &rle); err != nil {
		return annotate.Mask{}, fmt.Errorf("its segmentation cannot be read: %w", err)
	}
	if len(rle.Size) != 2 || rle.Size[0] != l.H || rle.Size[1] != l.W {
		return annotate.Mask{}, fmt.Errorf("its mask has size %v (height, width), the video is %dx%d", rle.Size, l.W, l.H)
	}
	var text string
	if err := json.Unmarshal(rle.Counts, &text); err == nil {
		return annotate.MaskFromRLEString(l.W, l.H, text)
	}
	var runs []uint32
	if err := json.Unmarshal(rle.Counts, &runs); err != nil {
		return annotate.Mask{}, fmt.Errorf("its counts cannot be read: %w", err)
	}
	return maskFromLooseRuns(l.W, l.H, runs)
}

// maskFromLooseRuns allows runs of length 0 anywhere, as some tools write.
func maskFromLooseRuns(w, h int, runs []uint32) (annotate.Mask, error) {
	var tight []uint32
	for i, n := range runs {
		switch {
		case i == 0 || n > 0 && len(tight)%2 == i%2:
			tight = append(tight, n)
		case n > 0: // the run between was empty: go on with the one before
			if last := &tight[len(tight)-1]; *last <= math.MaxUint32-n {
				*last += n
			}
		}
	}
	return annotate.MaskFromRuns(w, h, tight)
}
