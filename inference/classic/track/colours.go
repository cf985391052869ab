package track

import "github.com/masklet/masklet/inference/classic/vision"

// Colour bins: lightness every 8 units, a and b every 6; a bin's centre lies
// at a whole number of steps.
const (
	stepL, stepAB = 8, 6
	offsetAB      = 132 // a and b start at -132, a multiple of the step below -128
	binsL         = 100/stepL + 3
	binsAB        = 2*offsetAB/stepAB + 2
	maxColours    = 6000
)

// colourTable numbers the colour bins that occur, so that grids over place and
// colour hold only those. A bin is numbered together with its 26 neighbours,
// because counts are blurred into them. Numbers are given once and stay.
type colourTable struct {
	number []int32 // of each bin, -1 if it has none
	bins   []int32 // of each number
	seen   []bool  // bins whose neighbours are numbered
}

func newColourTable() *colourTable {
	t := &colourTable{number: make([]int32, binsL*binsAB*binsAB), seen: make([]bool, binsL*binsAB*binsAB)}
	for i := range t.number {
		t.number[i] = -1
	}
	return t
}

// colourAt is where a colour lies between the bins: bin is that of the lower
// corner, l, a, b the way to the next one.
type colourAt struct {
	bin     int32
	l, a, b float32
}

// strides of the bins in the three channels.
const strideL, strideA, strideB = binsAB * binsAB, binsAB, 1

func locate(lab []float32) colourAt {
	l := min(max(lab[0]/stepL, 0), binsL-2)
	a := min(max((lab[1]+offsetAB)/stepAB, 1), binsAB-2.001)
	b := min(max((lab[2]+offsetAB)/stepAB, 1), binsAB-2.001)
	il, ia, ib := int32(l), int32(a), int32(b)
	return colourAt{il*strideL + ia*strideA + ib*strideB, l - float32(il), a - float32(ia), b - float32(ib)}
}

// nearest returns the bin whose centre is closest.
func (c colourAt) nearest() int32 {
	bin := c.bin
	if c.l >= 0.5 {
		bin += strideL
	}
	if c.a >= 0.5 {
		bin += strideA
	}
	if c.b >= 0.5 {
		bin += strideB
	}
	return bin
}

// locateAll returns the bins of every pixel of an image.
func locateAll(lab vision.Lab) []colourAt {
	out := make([]colourAt, lab.W*lab.H)
	for i := range out {
		out[i] = locate(lab.Pix[3*i : 3*i+3])
	}
	return out
}

// add numbers a bin and its neighbours.
func (t *colourTable) add(bin int32) {
	if t.seen[bin] {
		return
	}
	t.seen[bin] = true
	t.around(bin, func(b int32) {
		if t.number[b] < 0 && len(t.bins) < maxColours {
			t.number[b] = int32(len(t.bins))
			t.bins = append(t.bins, b)
		}
	})
}

// around calls f for a bin and those of its 26 neighbours that exist.
func (t *colourTable) around(bin int32, f func(int32)) {
	l, a, b := bin/strideL, bin/strideA%binsAB, bin%binsAB
	for dl := max(l-1, 0); dl <= min(l+1, binsL-1); dl++ {
		for da := max(a-1, 0); da <= min(a+1, binsAB-1); da++ {
			for db := max(b-1, 0); db <= min(b+1, binsAB-1); db++ {
				f(dl*strideL + da*strideA + db*strideB)
			}
		}
	}
}

// neighbour returns the number of the bin one step along a channel (stride),
// -1 if it has none.
func (t *colourTable) neighbour(bin, stride int32, ahead bool) int32 {
	at := bin / strideL
	limit := int32(binsL)
	switch stride {
	case strideA:
		at, limit = bin/strideA%binsAB, binsAB
	case strideB:
		at, limit = bin%binsAB, binsAB
	}
	if ahead {
		if at+1 >= limit {
			return -1
		}
		return t.number[bin+stride]
	}
	if at == 0 {
		return -1
	}
	return t.number[bin-stride]
}
