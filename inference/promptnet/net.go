package promptnet

import (
	"context"
	"fmt"
	"image"
	"math"

	"golang.org/x/sync/errgroup"

	"github.com/masklet/masklet/annotate"
)

// Net answers queries with the network. It is safe for concurrent use.
type Net struct {
	graphs Graphs
	slots  chan struct{} // one for each crop that is worked on at once
}

// New returns the network that the graphs run, on so many cores at most. A crop
// takes one of them: crops side by side are faster than all cores on one.
func New(g Graphs, cores int) *Net { return &Net{g, make(chan struct{}, max(cores, 1))} }

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

// Segment answers queries, in their order.
func (n *Net) Segment(ctx context.Context, qs ...Query) ([]Answer, error) {
	out := make([]Answer, len(qs))
	g, ctx := errgroup.WithContext(ctx)
	for i, q := range qs {
		g.Go(func() (err error) {
			out[i], err = n.answer(ctx, q)
			return err
		})
	}
	return out, g.Wait()
}

// answer answers one query.
func (n *Net) answer(ctx context.Context, q Query) (Answer, error) {
	f, _, free, err := n.encode(ctx, q)
	if err != nil {
		return Answer{}, err
	}
	defer free()
	var memory Memory
	if q.Memory != nil {
		memory = *q.Memory
	}
	p, iou, err := n.graphs.Decode(ctx, f, memory)
	if err != nil {
		return Answer{}, fmt.Errorf("decode a mask: %w", err)
	}
	if len(p) != area {
		return Answer{}, fmt.Errorf("decode a mask: %d values for a crop", len(p))
	}
	for j, v := range p {
		p[j] = float32(1 / (1 + math.Exp(-float64(v))))
	}
	size := q.Picture.Rect.Size()
	return Answer{Crop: q.Crop, P: p, IoU: float64(iou), W: size.X, H: size.Y}, nil
}

// Reference returns the crop that a mask's memory is made of.
func Reference(mask image.Rectangle) Crop { return Around(mask, Margin, LeastSide) }

// Remember makes the memory of an object's mask on a frame, which covers the
// rectangle bounds of it. recent says that the mask was tracked, not prompted.
func (n *Net) Remember(ctx context.Context, picture *image.RGBA, mask *Soft, bounds image.Rectangle, recent bool) (Memory, error) {
	if bounds.Empty() {
		return Memory{}, fmt.Errorf("%w: nothing to remember of an empty mask", ErrInput)
	}
	f, crop, free, err := n.encode(ctx, Query{Picture: picture, Crop: Reference(bounds), Prior: mask})
	if err != nil {
		return Memory{}, err
	}
	defer free()
	m, err := n.graphs.Remember(ctx, f.F16, crop[5*area:6*area], recent)
	if err != nil {
		return Memory{}, fmt.Errorf("remember a mask: %w", err)
	}
	return m, nil
}

// encode cuts the crop of a query and encodes it, once a core is free for it;
// free gives that back.
func (n *Net) encode(ctx context.Context, q Query) (f Features, crop []float32, free func(), err error) {
	if err := q.check(); err != nil {
		return f, nil, nil, err
	}
	select {
	case n.slots <- struct{}{}:
	case <-ctx.Done():
		return f, nil, nil, ctx.Err()
	}
	free = func() { <-n.slots }
	crop = make([]float32, Channels*area)
	q.paint(crop)
	if f, err = n.graphs.Encode(ctx, crop); err != nil {
		free()
		return f, nil, nil, fmt.Errorf("encode a crop: %w", err)
	}
	return f, crop, free, nil
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
