package kept

import (
	"bytes"
	"errors"
	"math"
	"reflect"
	"testing"
)

func sample() Frame {
	return Frame{
		Tracked: true, Reverse: true,
		Ordinary: &Output{Score: -1.5, IoU: 0.25, Ptr: []float32{1, float32(math.Inf(1))}, Mem: []uint16{0, 65535, 7}},
		Pending:  &Output{Score: 10, Low: []float32{-1024, 0.1}},
	}
}

func TestKeptAsItWas(t *testing.T) {
	for _, f := range []Frame{{}, {Tracked: true}, {Guide: &Output{}}, sample()} {
		got, err := ParseFrame(f.Bytes())
		if err != nil || !reflect.DeepEqual(got, f) {
			t.Errorf("%+v came back as %+v (%v)", f, got, err)
		}
	}
	h := Head{Of: "model", Frames: 3}
	if got, err := ParseHead(h.Bytes()); err != nil || got != h {
		t.Errorf("%+v came back as %+v (%v)", h, got, err)
	}
}

// Every byte that is wrong or missing is noticed.
func TestDamageIsNoticed(t *testing.T) {
	for name, data := range map[string][]byte{"frame": sample().Bytes(), "head": Head{Of: "m", Frames: 1}.Bytes()} {
		parse := func(b []byte) error {
			_, err := ParseFrame(b)
			if name == "head" {
				_, err = ParseHead(b)
			}
			return err
		}
		for i := range data {
			bad := bytes.Clone(data)
			bad[i]++
			if err := parse(bad); !errors.Is(err, ErrUnreadable) {
				t.Errorf("%s, byte %d changed: %v", name, i, err)
			}
			if err := parse(data[:i]); !errors.Is(err, ErrUnreadable) {
				t.Errorf("%s, %d of %d bytes: %v", name, i, len(data), err)
			}
		}
	}
	if _, err := ParseFrame(sealed([]byte{version + 1, 0})); !errors.Is(err, ErrUnreadable) {
		t.Errorf("another version: %v", err)
	}
}

// FuzzFrame: bytes with a right checksum may hold anything else.
func FuzzFrame(f *testing.F) {
	for _, s := range []Frame{{}, sample()} {
		data := s.Bytes()
		f.Add(data[:len(data)-4])
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		frame, err := ParseFrame(sealed(data))
		if err != nil {
			if !errors.Is(err, ErrUnreadable) {
				t.Error(err)
			}
			return
		}
		if got := frame.Bytes(); !bytes.Equal(got, sealed(data)) {
			t.Errorf("%x is written as %x", data, got)
		}
	})
}
