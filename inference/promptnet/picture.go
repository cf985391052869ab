package promptnet

import (
	"image"
	"math"
)

// outside is the colour of what lies outside of the picture.
var outside = [3]float32{124, 116, 104}

// How dark crops are made lighter: their mean value is raised to leastMean, by
// a factor of mostGain at most. The network was trained on daylight.
const (
	leastMean = 60
	mostGain  = 8
)

// paintPicture writes the picture's part into the first three channels of a
// crop: bilinear, after a box blur where the crop is much larger than its pixels,
// and lighter where it is dark.
func paintPicture(dst []float32, img *image.RGBA, c Crop) {
	rows := rowReader{img: img, box: 1}
	if c.Step() > 1/0.6 {
		rows.box = max(1, int(math.RoundToEven(0.7*c.Step())))
	}
	xs := samples(c.X, c.Step(), img.Rect.Dx())
	ys := samples(c.Y, c.Step(), img.Rect.Dy())
	for v := range Size {
		rows.pair(ys[v], xs)
		for ch := range 3 {
			line := dst[ch*area+v*Size : ch*area+(v+1)*Size]
			for u, s := range xs {
				top := mix(rows.at(0, s.at, ch), rows.at(0, s.at+1, ch), s.part)
				bottom := mix(rows.at(1, s.at, ch), rows.at(1, s.at+1, ch), s.part)
				line[u] = roundByte(mix(top, bottom, ys[v].part))/127.5 - 1
			}
		}
	}
	lighten(dst, xs, ys, img.Rect.Size())
}

// lighten raises the mean of a dark crop. What lies outside of the picture stays.
func lighten(dst []float32, xs, ys [Size]sample, of image.Point) {
	u0, u1 := insideOf(xs, of.X)
	v0, v1 := insideOf(ys, of.Y)
	rows := func(f func(row []float32)) {
		for ch := range 3 {
			for v := v0; v < v1; v++ {
				f(dst[ch*area+v*Size:][u0:u1])
			}
		}
	}
	sum := 0.0
	rows(func(row []float32) {
		for _, v := range row {
			sum += float64(v)
		}
	})
	n := float64(3 * max(u1-u0, 1) * max(v1-v0, 1))
	mean := (sum/n + 1) * 127.5
	if mean >= leastMean {
		return
	}
	gain := float32(min(leastMean/max(mean, 1), mostGain))
	rows(func(row []float32) {
		for i, v := range row {
			row[i] = min((v+1)*gain, 2) - 1
		}
	})
}

// insideOf returns the first sample between two of n pixels and the one after the
// last.
func insideOf(s [Size]sample, n int) (from, to int) {
	between := func(i int) bool { return i < Size && s[i].at >= 0 && s[i].at < n-1 }
	for from < Size && !between(from) {
		from++
	}
	for to = from; between(to); to++ {
	}
	return from, to
}

// roundByte rounds a value that a byte could hold, halves up.
func roundByte(v float32) float32 { return float32(int(v + 0.5)) }

func mix(a, b, part float32) float32 { return a + (b-a)*part }

// sample is where a crop's pixel lies between two pixels of the picture.
type sample struct {
	at     int // of the first of the two, -1 to n-1, or far outside
	part   float32
	inside bool // one of the two is in the picture
}

// samples returns where the pixels of one side of a crop lie in a picture of n
// pixels on that side.
func samples(centre, step float64, n int) [Size]sample {
	var out [Size]sample
	first := math.RoundToEven(1024 * (centre - Size/2*step))
	for u := range out {
		out[u] = sampleAt(first+math.RoundToEven(1024*step*float64(u)), n)
	}
	return out
}

// sampleAt returns the sample at a place in 1/1024 pixels, rounded to 1/32 as
// OpenCV does, which made the crops of the training.
func sampleAt(place float64, n int) sample {
	x := math.Floor((place+16)/32) / 32
	at := math.Floor(x)
	return sample{int(at), float32(x - at), at >= -1 && at < float64(n)}
}

// rowReader gives the blurred values of two neighbouring rows of a picture.
type rowReader struct {
	img    *image.RGBA
	box    int // side of the blur in pixels
	have   [2]int
	filled [2]bool
	rows   [2][]float32 // RGB, as wide as the picture; nil outside of it
	store  [2][]float32
	sums   []uint32
}

// pair makes the two rows of a sample ready, where the samples xs need them.
func (r *rowReader) pair(s sample, xs [Size]sample) {
	if !s.inside {
		r.rows = [2][]float32{}
		return
	}
	if r.filled[1] && r.have[1] == s.at { // one row further: what was second is first
		r.store[0], r.store[1] = r.store[1], r.store[0]
		r.have[0], r.filled[0], r.filled[1] = s.at, true, false
	}
	for i := range r.rows {
		y := s.at + i
		if y < 0 || y >= r.img.Rect.Dy() {
			r.rows[i] = nil
			continue
		}
		if !r.filled[i] || r.have[i] != y {
			r.fill(i, y, xs)
		}
		r.rows[i] = r.store[i]
	}
}

// at returns a channel of a pixel of one of the two rows.
func (r *rowReader) at(row, x, ch int) float32 {
	line := r.rows[row]
	if line == nil || x < 0 || x >= r.img.Rect.Dx() {
		return outside[ch]
	}
	return line[3*x+ch]
}

// fill computes row y, of which the samples need some pixels.
func (r *rowReader) fill(i, y int, xs [Size]sample) {
	w := r.img.Rect.Dx()
	if r.store[i] == nil {
		r.store[i] = make([]float32, 3*w)
	}
	r.have[i], r.filled[i] = y, true
	from, to := w, 0
	for _, s := range xs {
		if s.inside {
			from, to = min(from, max(s.at, 0)), max(to, min(s.at+2, w))
		}
	}
	if from >= to {
		return
	}
	if r.box == 1 {
		pix := r.img.Pix[y*r.img.Stride:]
		for x := from; x < to; x++ {
			r.store[i][3*x], r.store[i][3*x+1], r.store[i][3*x+2] = float32(pix[4*x]), float32(pix[4*x+1]), float32(pix[4*x+2])
		}
		return
	}
	r.blur(r.store[i], y, xs, from, to)
}

// blur writes the means over boxes around the pixels of row y that the samples
// need, rounded as bytes are. The picture is mirrored at its border.
func (r *rowReader) blur(dst []float32, y int, xs [Size]sample, from, to int) {
	w, h := r.img.Rect.Dx(), r.img.Rect.Dy()
	before := r.box / 2
	from, to = max(from-before, 0), min(to+r.box, w)
	if from < r.box { // what is mirrored is needed too
		from = 0
	}
	if to > w-r.box {
		to = w
	}
	if r.sums == nil {
		r.sums = make([]uint32, 4*w)
	}
	sums := r.sums[4*from : 4*to]
	clear(sums)
	for k := range r.box {
		line := r.img.Pix[mirror(y-before+k, h)*r.img.Stride:]
		for j, v := range line[4*from : 4*to] {
			sums[j] += uint32(v)
		}
	}
	scale := 1 / float64(r.box*r.box)
	last := -1 << 30
	for _, s := range xs {
		for x := s.at; x <= s.at+1; x++ {
			if !s.inside || x < 0 || x >= w || x == last {
				continue
			}
			last = x
			var sum [3]uint32
			for k := range r.box {
				j := 4 * mirror(x-before+k, w)
				sum[0] += r.sums[j]
				sum[1] += r.sums[j+1]
				sum[2] += r.sums[j+2]
			}
			for ch, v := range sum {
				dst[3*x+ch] = float32(math.RoundToEven(float64(v) * scale))
			}
		}
	}
}

// mirror brings a place outside of n pixels back inside, the border pixel itself
// not repeated.
func mirror(i, n int) int {
	if n == 1 {
		return 0
	}
	period := 2*n - 2
	if i %= period; i < 0 {
		i += period
	}
	if i >= n {
		return period - i
	}
	return i
}
