package annotate

// thinReach returns how thin a part of a mask is that gets lost easily: it holds no square
// of 2*thinReach+1 pixels. That is 5 pixels on small frames, 7 at 480 rows and more on large ones.
func thinReach(h int) int { return max(2, (h+80)/160) }

// Thin returns the parts of the mask that are thin: what is left of it once every square
// of 2*reach+1 pixels that fits into it is taken out, with the pixels around, so that a
// rough outline is none.
func (m Mask) Thin(reach int) Mask {
	if m.Empty() {
		return m
	}
	r := m.Bounds().Inset(-1)
	all := m.Part(r)
	thick := spread(spread(all, reach, false), reach+1, true)
	for i := range all.Pix {
		if thick.Pix[i] != 0 {
			all.Pix[i] = 0
		}
	}
	return MaskFromPart(m.w, m.h, r.Min.X, r.Min.Y, all)
}

// spread grows what is on, or what is off, by reach pixels to all sides. Beyond the border
// everything is off.
func spread(b *Bitmap, reach int, on bool) *Bitmap {
	across := NewBitmap(b.W, b.H)
	for y := range b.H {
		spreadLine(across.Pix[y*b.W:], b.Pix[y*b.W:], b.W, 1, reach, on)
	}
	out := NewBitmap(b.W, b.H)
	for x := range b.W {
		spreadLine(out.Pix[x:], across.Pix[x:], b.H, b.W, reach, on)
	}
	return out
}

// spreadLine spreads along n pixels that lie stride apart.
func spreadLine(dst, src []uint8, n, stride, reach int, on bool) {
	last := -reach - 1 // the latest pixel of the kind
	if !on {
		last = -1
	}
	next := 0 // the first of the kind that is not before the window
	for i := range n {
		for next = max(next, i); next <= i+reach && next < n && (src[next*stride] != 0) != on; {
			next++
		}
		ahead := next <= i+reach && (next < n || !on)
		if next == i && next < n {
			last = i
		}
		if (ahead || i-last <= reach) == on {
			dst[i*stride] = 255
		}
	}
}

// ThinKept tells which share of the thin parts of a mask a later mask of the same object
// still has, in [0, 1]. The object may move and change its size: what counts is the share
// of the thin parts in the area. It is 1 where the first mask has hardly any, or the
// later one is empty.
func ThinKept(first, later Mask) float64 {
	return thinKept(first.thinShare(), later)
}

// thinFrom is the share of thin parts in an area below which they are none to speak of.
const thinFrom = 0.03

func thinKept(share float64, later Mask) float64 {
	if share < thinFrom || later.Empty() {
		return 1
	}
	return min(1, later.thinShare()/share)
}

// thinShare returns the share of the thin parts in the mask's area.
func (m Mask) thinShare() float64 {
	if m.Empty() {
		return 0
	}
	return float64(m.Thin(thinReach(m.h)).Area()) / float64(m.Area())
}

// thinShares are the shares of thin parts in the masks of an object that the user made or
// accepted, by their place in a ReviewInput.
type thinShares map[int]float64

func newThinShares(in ReviewInput) (thinShares, error) {
	out := thinShares{}
	for i, fixed := range in.Fixed {
		if !fixed {
			continue
		}
		m, err := in.Result[i].Mask.Load()
		if err != nil {
			return nil, err
		}
		out[i] = m.thinShare()
	}
	return out, nil
}

// kept returns the share of the thin parts that the i-th mask still has of those that the
// nearest of these masks has.
func (s thinShares) kept(in ReviewInput, i int, m Mask) float64 {
	near := -1
	off := func(j int) int { return max(in.Frames[i]-in.Frames[j], in.Frames[j]-in.Frames[i]) }
	for j := range s {
		if near < 0 || off(j) < off(near) || off(j) == off(near) && j < near {
			near = j
		}
	}
	if near < 0 {
		return 1
	}
	return thinKept(s[near], m)
}
