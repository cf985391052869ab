package checkpoint

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/masklet/masklet/inference/checkpoint/ckpttest"
)

// checkAnswer demands that any file is either read, tensors of the announced
// size included, or refused with one of the package's errors.
func checkAnswer(t *testing.T, data []byte) {
	f, err := openBytes(data)
	if err == nil {
		for _, name := range f.Names() {
			info, _ := f.Tensor(name)
			n := 1
			for _, d := range info.Shape {
				n *= d
			}
			values, rerr := f.Float32(name)
			if rerr == nil && len(values) != n {
				t.Errorf("tensor %q of shape %v has %d values", name, info.Shape, len(values))
			}
			if rerr != nil {
				err = rerr
			}
		}
	}
	if err != nil && !errors.Is(err, ErrDamaged) && !errors.Is(err, ErrFormat) && !errors.Is(err, ErrUnsafe) && !errors.Is(err, ErrLegacy) {
		t.Errorf("%v wraps none of the package's errors", err)
	}
}

func FuzzOpen(f *testing.F) {
	f.Add(smallFile(f, ".pt"))
	f.Add(smallFile(f, ".safetensors"))
	f.Add(single(view(2, []int{4}, []int{6})))
	f.Add([]byte{})
	golden, _ := filepath.Glob("../../../shared/golden/*/ckpt/odd_tensors*.pt")
	for _, path := range golden {
		if data, err := os.ReadFile(path); err == nil {
			f.Add(data)
		}
	}
	f.Fuzz(checkAnswer)
}

func FuzzSafetensors(f *testing.F) {
	f.Add(`{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}`, 8)
	f.Add(`{"__metadata__":{"a":"b"},"x":{"dtype":"U8","shape":[],"data_offsets":[0,1]}}`, 1)
	f.Add(`{"x":{"dtype":"F16","shape":[0,9],"data_offsets":[0,0]}}`, 0)
	f.Fuzz(func(t *testing.T, header string, n int) {
		checkAnswer(t, safeFile(header, min(max(n, 0), 1<<12)))
	})
}

// FuzzPickle puts any pickle into an otherwise valid file.
func FuzzPickle(f *testing.F) {
	p := ckpttest.NewPickle
	f.Add(p().Op("}").Text("x").Tensor(view(0, []int{2, 3}, []int{3, 1})).Op("s.").Bytes())
	f.Add(p().Op("}(").Text("model").Global("collections", "OrderedDict").Op(")R(").Text("x").Tensor(view(1, nil, nil)).Op("uu.").Bytes())
	f.Add(p().Global("os", "system").Text("true").Op("\x85R.").Bytes())
	f.Add([]byte("(lp0\nI1\naL2L\naF1.5\naVtext\nag0\na."))
	f.Add([]byte("\x80\x04\x95\x05\x00\x00\x00\x00\x00\x00\x00}\x94\x8f(K\x01\x90\x91s."))
	f.Fuzz(func(t *testing.T, pickle []byte) { checkAnswer(t, torchFile(pickle)) })
}
