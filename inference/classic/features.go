package classic

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"image"
	"math"

	"github.com/masklet/masklet/inference/classic/vision"
)

// features is what Phase 1 computes for one frame, at working size.
type features struct {
	w, h int
	rgb  []uint8 // 3·w·h
	prev []int16 // motion to frame-1 in 1/32 px, 2·w·h; nil on the first frame
	next []int16 // motion to frame+1; nil on the last frame
	jump float32 // how far the colours differ from those of frame-1, 0..1
}

// flowUnit is the step of stored motion: 1/32 pixel, far below the error of
// the flow itself.
const flowUnit = 32

var errFeatures = errors.New("stored features cannot be used")

const (
	featureMagic   = "MKCF"
	featureVersion = 1
	featureHeader  = 28
	hasPrev        = 1
	hasNext        = 2
	maxWorkingSide = 1 << 15
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// encode returns the features as bytes: a header (magic, version, flags, width,
// height, jump, payload length and checksum, little endian), the pixels, the motions.
func (f *features) encode() []byte {
	out := make([]byte, featureHeader, featureHeader+len(f.rgb)+2*len(f.prev)+2*len(f.next))
	out = append(out, f.rgb...)
	flags := uint16(0)
	for _, part := range []struct {
		flow []int16
		flag uint16
	}{{f.prev, hasPrev}, {f.next, hasNext}} {
		if part.flow == nil {
			continue
		}
		flags |= part.flag
		for _, v := range part.flow {
			out = binary.LittleEndian.AppendUint16(out, uint16(v))
		}
	}
	copy(out, featureMagic)
	binary.LittleEndian.PutUint16(out[4:], featureVersion)
	binary.LittleEndian.PutUint16(out[6:], flags)
	binary.LittleEndian.PutUint32(out[8:], uint32(f.w))
	binary.LittleEndian.PutUint32(out[12:], uint32(f.h))
	binary.LittleEndian.PutUint32(out[16:], math.Float32bits(f.jump))
	binary.LittleEndian.PutUint32(out[20:], uint32(len(out)-featureHeader))
	binary.LittleEndian.PutUint32(out[24:], checksum(out))
	return out
}

// checksum covers everything but itself.
func checksum(b []byte) uint32 {
	return crc32.Update(crc32.Checksum(b[:24], castagnoli), castagnoli, b[featureHeader:])
}

// decodeFeatures reads what encode wrote. The pixels are not copied.
func decodeFeatures(b []byte) (*features, error) {
	if len(b) < featureHeader || string(b[:4]) != featureMagic {
		return nil, fmt.Errorf("%w: not made by this engine", errFeatures)
	}
	if v := binary.LittleEndian.Uint16(b[4:]); v != featureVersion {
		return nil, fmt.Errorf("%w: version %d", errFeatures, v)
	}
	flags := binary.LittleEndian.Uint16(b[6:])
	w, h := int(binary.LittleEndian.Uint32(b[8:])), int(binary.LittleEndian.Uint32(b[12:]))
	if w < 1 || h < 1 || w > maxWorkingSide || h > maxWorkingSide {
		return nil, fmt.Errorf("%w: size %dx%d", errFeatures, w, h)
	}
	f := &features{w: w, h: h, jump: math.Float32frombits(binary.LittleEndian.Uint32(b[16:]))}
	body := b[featureHeader:]
	want := 3 * w * h
	for _, flag := range []uint16{hasPrev, hasNext} {
		if flags&flag != 0 {
			want += 4 * w * h
		}
	}
	if len(body) != want || int(binary.LittleEndian.Uint32(b[20:])) != want {
		return nil, fmt.Errorf("%w: %d bytes for %d", errFeatures, len(body), want)
	}
	if checksum(b) != binary.LittleEndian.Uint32(b[24:]) {
		return nil, fmt.Errorf("%w: damaged", errFeatures)
	}
	f.rgb, body = body[:3*w*h], body[3*w*h:]
	if flags&hasPrev != 0 {
		f.prev, body = readMotion(body, 2*w*h), body[4*w*h:]
	}
	if flags&hasNext != 0 {
		f.next = readMotion(body, 2*w*h)
	}
	return f, nil
}

func readMotion(b []byte, n int) []int16 {
	out := make([]int16, n)
	for i := range out {
		out[i] = int16(binary.LittleEndian.Uint16(b[2*i:]))
	}
	return out
}

// packMotion rounds a flow to 1/32 px.
func packMotion(f vision.Flow) []int16 {
	out := make([]int16, len(f.V))
	for i, v := range f.V {
		out[i] = int16(math.Round(float64(min(max(v*flowUnit, math.MinInt16), math.MaxInt16))))
	}
	return out
}

// flow returns a stored motion; a missing one is no motion.
func (f *features) flow(packed []int16) vision.Flow {
	out := vision.NewFlow(f.w, f.h)
	for i, v := range packed {
		out.V[i] = float32(v) / flowUnit
	}
	return out
}

// lab returns the frame's colours.
func (f *features) lab() (vision.Lab, error) {
	img := image.NewRGBA(image.Rect(0, 0, f.w, f.h))
	for i := range f.w * f.h {
		img.Pix[4*i], img.Pix[4*i+1], img.Pix[4*i+2], img.Pix[4*i+3] = f.rgb[3*i], f.rgb[3*i+1], f.rgb[3*i+2], 255
	}
	return vision.LabOf(img)
}

func packRGB(img *image.RGBA) []uint8 {
	n := len(img.Pix) / 4
	out := make([]uint8, 3*n)
	for i := range n {
		out[3*i], out[3*i+1], out[3*i+2] = img.Pix[4*i], img.Pix[4*i+1], img.Pix[4*i+2]
	}
	return out
}

// colourJump is half the L1 distance of the colour histograms (8 bins a
// channel) of two images of one size: 0 the same colours, 1 none in common.
func colourJump(a, b *image.RGBA) float32 {
	var count [512]int
	for _, side := range []struct {
		img  *image.RGBA
		sign int
	}{{a, 1}, {b, -1}} {
		p := side.img.Pix
		for i := 0; i+3 < len(p); i += 4 {
			count[int(p[i]>>5)<<6|int(p[i+1]>>5)<<3|int(p[i+2]>>5)] += side.sign
		}
	}
	sum := 0
	for _, n := range count {
		sum += max(n, -n)
	}
	return float32(sum) / float32(2*len(a.Pix)/4)
}
