package labelstudio

import "errors"

// Label Studio keeps a mask as the bytes of its RGBA picture, packed bit by bit:
// the number of bytes (32 bits), the size of a word less one (5 bits), four sizes
// of lengths less one (4 bits each), then blocks: 1 bit whether the word is
// repeated, 2 bits which size the length has, the length less one, and the word
// or words.
//
// Source: the package rle-pack of thi.ng/umbrella, of which Label Studio's brush
// tool takes the encoding.
var lengthSizes = [4]int{3, 4, 8, 16}

const wordSize = 8

var errRLE = errors.New("damaged run lengths")

// bitWriter appends numbers of any width, high bits first.
type bitWriter struct {
	out  []byte
	used int // bits of the last byte
}

func (w *bitWriter) write(v uint32, bits int) {
	for i := bits - 1; i >= 0; i-- {
		if w.used%8 == 0 {
			w.out = append(w.out, 0)
		}
		if v>>i&1 != 0 {
			w.out[len(w.out)-1] |= 1 << (7 - w.used%8)
		}
		w.used++
	}
}

type bitReader struct {
	in []byte
	at int
}

func (r *bitReader) read(bits int) (uint32, error) {
	if r.at+bits > 8*len(r.in) {
		return 0, errRLE
	}
	v := uint32(0)
	for range bits {
		v = v<<1 | uint32(r.in[r.at/8]>>(7-r.at%8)&1)
		r.at++
	}
	return v, nil
}

// encode packs a mask's pixels, in reading order, as RGBA: 255 four times on the
// object, else 0.
func encode(pix []byte) []byte {
	w := &bitWriter{}
	w.write(uint32(4*len(pix)), 32)
	w.write(wordSize-1, 5)
	for _, s := range lengthSizes {
		w.write(uint32(s-1), 4)
	}
	for i := 0; i < len(pix); {
		j := i + 1
		for j < len(pix) && (pix[j] != 0) == (pix[i] != 0) {
			j++
		}
		value := uint32(0)
		if pix[i] != 0 {
			value = 255
		}
		for left := 4 * (j - i); left > 0; {
			n := min(left, 1<<16)
			w.run(n, value)
			left -= n
		}
		i = j
	}
	return w.out
}

func (w *bitWriter) run(n int, value uint32) {
	w.write(1, 1)
	for i, bits := range lengthSizes {
		if n <= 1<<bits {
			w.write(uint32(i), 2)
			w.write(uint32(n-1), bits)
			break
		}
	}
	w.write(value, wordSize)
}

// decode unpacks the alpha of each of n pixels.
func decode(data []byte, n int) ([]byte, error) {
	r := &bitReader{in: data}
	total, err := r.read(32)
	if err != nil || int64(total) != 4*int64(n) {
		return nil, errRLE
	}
	word, err := r.read(5)
	if err != nil || word+1 != wordSize {
		return nil, errRLE
	}
	var sizes [4]int
	for i := range sizes {
		v, err := r.read(4)
		if err != nil {
			return nil, err
		}
		sizes[i] = int(v) + 1
	}
	out, at := make([]byte, n), 0
	for at < 4*n {
		next, err := r.block(sizes, out, at)
		if err != nil {
			return nil, err
		}
		at = next
	}
	return out, nil
}

// block unpacks one block that begins at byte at of the picture.
func (r *bitReader) block(sizes [4]int, out []byte, at int) (next int, err error) {
	repeated, err := r.read(1)
	if err != nil {
		return 0, err
	}
	which, err := r.read(2)
	if err != nil {
		return 0, err
	}
	length, err := r.read(sizes[which])
	if err != nil {
		return 0, err
	}
	var value uint32
	for i := range int(length) + 1 {
		if i == 0 || repeated == 0 {
			if value, err = r.read(wordSize); err != nil {
				return 0, err
			}
		}
		if p := at + i; p < 4*len(out) && p%4 == 3 {
			out[p/4] = byte(value)
		}
	}
	return at + int(length) + 1, nil
}
