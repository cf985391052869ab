package promptnet

import (
	"context"
	"fmt"
	"image"
	"math"
	"runtime"
	"slices"
	"sync"

	"github.com/masklet/masklet/annotate"
)

// Net answers queries with the network. It is safe for concurrent use.
type Net struct{ graphs Graphs }

// New returns the network that the graphs run.
func New(g Graphs) *Net { return &Net{g} }

// ID names the network and its weights.
func (n *Net) ID() string { return n.graphs.ID() }

// Query asks for the object in one crop of a picture.
type Query struct {
	// Picture is a whole frame at full size; its bounds start at (0, 0).
	Picture *image.RGBA
	Crop    Crop
	Points  []annotate.Point // all standing clicks of the object on the frame
	Box     *annotate.Box    // nil: none
	Prior   *Soft            // an earlier mask; nil: none
	Memory  *Memory          // of other frames; nil or empty: none
}

// batch is how many crops go through a graph at once: more are no faster, and
// what runs graphs keeps the memory of the largest batch.
const batch = 2

// Segment answers queries, in their order. Their crops are encoded in batches,
// and those that share a memory (the same pointer) decoded in batches.
func (n *Net) Segment(ctx context.Context, qs ...Query) ([]Answer, error) {
	if len(qs) == 0 {
		return nil, nil
	}
	f, _, err := n.encode(ctx, qs)
	if err != nil {
		return nil, err
	}
	var order []*Memory
	groups := map[*Memory][]int{}
	for i, q := range qs {
		if groups[q.Memory] == nil {
			order = append(order, q.Memory)
		}
		groups[q.Memory] = append(groups[q.Memory], i)
	}
	out := make([]Answer, len(qs))
	for _, m := range order {
		for some := range slices.Chunk(groups[m], batch) {
			if err := n.decode(ctx, f, m, some, qs, out); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}

// decode answers the queries of one memory.
func (n *Net) decode(ctx context.Context, f Features, m *Memory, which []int, qs []Query, out []Answer) error {
	var memory Memory
	if m != nil {
		memory = *m
	}
	logits, iou, err := n.graphs.Decode(ctx, f.pick(which), memory)
	if err != nil {
		return fmt.Errorf("decode masks: %w", err)
	}
	if len(logits) != len(which)*area || len(iou) != len(which) {
		return fmt.Errorf("decode masks: %d values and %d predictions for %d crops", len(logits), len(iou), len(which))
	}
	for k, i := range which {
		p := logits[k*area : (k+1)*area : (k+1)*area]
		for j, v := range p {
			p[j] = float32(1 / (1 + math.Exp(-float64(v))))
		}
		size := qs[i].Picture.Rect.Size()
		out[i] = Answer{Crop: qs[i].Crop, P: p, IoU: float64(iou[k]), W: size.X, H: size.Y}
	}
	return nil
}

// Reference returns the crop that a mask's memory is made of.
func Reference(mask image.Rectangle) Crop { return Around(mask, Margin, LeastSide) }

// Remember makes the memory of an object's mask on a frame, which covers the
// rectangle bounds of it. recent says that the mask was tracked, not prompted.
func (n *Net) Remember(ctx context.Context, picture *image.RGBA, mask *Soft, bounds image.Rectangle, recent bool) (Memory, error) {
	if bounds.Empty() {
		return Memory{}, fmt.Errorf("%w: nothing to remember of an empty mask", ErrInput)
	}
	f, crops, err := n.encode(ctx, []Query{{Picture: picture, Crop: Reference(bounds), Prior: mask}})
	if err != nil {
		return Memory{}, err
	}
	m, err := n.graphs.Remember(ctx, f.F16, crops[5*area:6*area], recent)
	if err != nil {
		return Memory{}, fmt.Errorf("remember a mask: %w", err)
	}
	return m, nil
}

// encode cuts the crops of queries and encodes them.
func (n *Net) encode(ctx context.Context, qs []Query) (Features, []float32, error) {
	for _, q := range qs {
		if err := q.check(); err != nil {
			return Features{}, nil, err
		}
	}
	crops := make([]float32, len(qs)*Channels*area)
	each(len(qs), func(i int) { qs[i].paint(crops[i*Channels*area : (i+1)*Channels*area]) })
	if err := ctx.Err(); err != nil {
		return Features{}, nil, err
	}
	var f Features
	for part := range slices.Chunk(crops, batch*Channels*area) {
		some, err := n.graphs.Encode(ctx, part, len(part)/(Channels*area))
		if err != nil {
			return Features{}, nil, fmt.Errorf("encode crops: %w", err)
		}
		f = f.with(some)
	}
	return f, crops, nil
}

func (q Query) check() error {
	if q.Picture == nil || q.Picture.Rect.Empty() || q.Picture.Rect.Min != (image.Point{}) {
		return fmt.Errorf("%w: no picture that starts at (0, 0)", ErrInput)
	}
	if p := q.Prior; p != nil && (p.W < 1 || p.H < 1 || len(p.Pix) != p.W*p.H || !(p.Step > 0)) {
		return fmt.Errorf("%w: an earlier mask of %dx%d with %d values", ErrInput, p.W, p.H, len(p.Pix))
	}
	return q.Crop.check()
}

// paint fills the channels of the query's crop.
func (q Query) paint(dst []float32) {
	paintPicture(dst, q.Picture, q.Crop)
	paintPoints(dst, q.Points, q.Crop)
	if q.Prior != nil {
		paintPrior(dst[5*area:6*area], q.Prior, q.Crop)
	}
	if q.Box != nil {
		paintBox(dst, *q.Box, q.Crop)
	}
}

// each calls f for 0 to n-1, on all cores.
func each(n int, f func(i int)) {
	workers := min(runtime.GOMAXPROCS(0), n)
	if workers < 2 {
		for i := range n {
			f(i)
		}
		return
	}
	var wg sync.WaitGroup
	for k := range workers {
		wg.Go(func() {
			for i := k; i < n; i += workers {
				f(i)
			}
		})
	}
	wg.Wait()
}
