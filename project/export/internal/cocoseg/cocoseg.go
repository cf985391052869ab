// Package cocoseg reads the segmentations of COCO and of the formats that took
// them over, as strictly as the masks need it and no more: run lengths
// (compressed or not) and polygons, of the video's size or scaled.
package cocoseg

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"strings"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/project/export/outline"
)

// maxCorner bounds the coordinates of polygons; outside the frame they only
// clip.
const maxCorner = 1e6

// NoPixel is the reason of a mask that is empty, or wholly outside of the frame.
const NoPixel = "its mask has no pixel of the frame"

// Size is a size in pixels.
type Size struct{ W, H int }

// Decode reads the segmentation of an image of a size (0: not known) and returns
// its mask at the size of the video. reason says why it cannot be used: it must
// then change nothing.
func Decode(data json.RawMessage, image, video Size) (m annotate.Mask, reason string) {
	if image.W <= 0 || image.H <= 0 {
		image = video
	}
	if video.W <= 0 || video.H <= 0 {
		return m, "the size of the video is not known"
	}
	if image != video && !SameShape(image, video) {
		return m, fmt.Sprintf("its image is %dx%d, the video %dx%d", image.W, image.H, video.W, video.H)
	}
	switch data := bytes.TrimSpace(data); {
	case len(data) == 0 || bytes.Equal(data, []byte("null")):
		return m, "it has no segmentation"
	case data[0] == '[':
		m, reason = decodePolygons(data, image, video)
	case data[0] == '{':
		m, reason = decodeRLE(data, image, video)
	default:
		return m, "its segmentation cannot be read"
	}
	if reason == "" && m.Empty() {
		reason = NoPixel
	}
	return m, reason
}

// SameShape reports whether two sizes differ in scale only.
func SameShape(a, b Size) bool {
	x, y := float64(b.W)/float64(a.W), float64(b.H)/float64(a.H)
	return math.Abs(x/y-1) < 0.02
}

func decodePolygons(data []byte, image, video Size) (annotate.Mask, string) {
	var list []json.RawMessage
	if err := json.Unmarshal(data, &list); err != nil {
		return annotate.Mask{}, "its polygons cannot be read"
	}
	if len(list) == 0 {
		return annotate.Mask{}, "its segmentation is empty"
	}
	if first := bytes.TrimSpace(list[0]); len(first) > 0 && first[0] != '[' {
		list = []json.RawMessage{data} // one polygon as a flat list
	}
	polys := corners(list)
	if len(polys) == 0 {
		return annotate.Mask{}, "its polygons have fewer than three corners"
	}
	most, whole := 0.0, true
	for _, p := range polys {
		for i := range p {
			if math.Abs(p[i]) > maxCorner {
				return annotate.Mask{}, fmt.Sprintf("a polygon has a corner at %g", p[i])
			}
			most = max(most, p[i])
			whole = whole && p[i] == math.Trunc(p[i])
		}
	}
	if most <= 1 && !whole && image.W > 2 && image.H > 2 { // whole numbers are the corners of one pixel
		return annotate.Mask{}, "its coordinates are shares of the size (0 to 1), not pixels"
	}
	for _, p := range polys {
		for i := 0; i+1 < len(p); i += 2 {
			p[i] *= float64(video.W) / float64(image.W)
			p[i+1] *= float64(video.H) / float64(image.H)
		}
	}
	return outline.Fill(video.W, video.H, polys), ""
}

// corners reads polygons; those that enclose nothing are left out.
func corners(list []json.RawMessage) [][]float64 {
	var polys [][]float64
	for _, raw := range list {
		var flat []float64
		if json.Unmarshal(raw, &flat) != nil {
			var pairs [][2]float64
			if json.Unmarshal(raw, &pairs) != nil {
				continue
			}
			flat = nil
			for _, c := range pairs {
				flat = append(flat, c[0], c[1])
			}
		}
		if len(flat) >= 6 {
			polys = append(polys, flat[:len(flat)/2*2])
		}
	}
	return polys
}

func decodeRLE(data []byte, image, video Size) (annotate.Mask, string) {
	var rle struct {
		Size   []float64       `json:"size"` // height, width
		Counts json.RawMessage `json:"counts"`
	}
	if err := json.Unmarshal(data, &rle); err != nil {
		return annotate.Mask{}, "its segmentation cannot be read"
	}
	if len(rle.Size) != 2 || rle.Size[0] < 1 || rle.Size[1] < 1 || rle.Size[0] > annotate.MaxSide || rle.Size[1] > annotate.MaxSide {
		return annotate.Mask{}, fmt.Sprintf("its mask has size %v", rle.Size)
	}
	size := Size{int(rle.Size[1]), int(rle.Size[0])}
	if size != video && (size != image || !SameShape(size, video)) {
		return annotate.Mask{}, fmt.Sprintf("its mask is %dx%d, the video %dx%d", size.W, size.H, video.W, video.H)
	}
	m, err := decodeCounts(size, rle.Counts)
	if err != nil {
		return annotate.Mask{}, "its counts cannot be read"
	}
	return Scale(m, video), ""
}

func decodeCounts(size Size, counts json.RawMessage) (annotate.Mask, error) {
	var text string
	if err := json.Unmarshal(counts, &text); err == nil {
		if strings.HasPrefix(text, "b'") && strings.HasSuffix(text, "'") { // Python's bytes written as text
			text = strings.ReplaceAll(text[2:len(text)-1], `\\`, `\`)
		}
		return annotate.MaskFromRLEString(size.W, size.H, text)
	}
	var runs []uint32
	if err := json.Unmarshal(counts, &runs); err != nil {
		return annotate.Mask{}, err
	}
	return FromLooseRuns(size, runs)
}

// FromLooseRuns allows runs of length 0 anywhere, as some tools write.
func FromLooseRuns(size Size, runs []uint32) (annotate.Mask, error) {
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
	return annotate.MaskFromRuns(size.W, size.H, tight)
}

// Scale returns the mask at another size, each pixel as the nearest of m.
func Scale(m annotate.Mask, to Size) annotate.Mask {
	w, h := m.Size()
	if w == to.W && h == to.H {
		return m
	}
	from, b := m.Bitmap(), annotate.NewBitmap(to.W, to.H)
	for y := range to.H {
		row := (2*y + 1) * h / (2 * to.H) * w
		for x := range to.W {
			b.Pix[y*to.W+x] = from.Pix[row+(2*x+1)*w/(2*to.W)]
		}
	}
	return annotate.MaskFromBitmap(b)
}
