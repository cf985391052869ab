package checkpoint

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/masklet/masklet/inference/checkpoint/ckpttest"
)

// openBytes reads a checkpoint that lies in memory.
func openBytes(data []byte) (*File, error) {
	return read(bytes.NewReader(data), int64(len(data)))
}

// floats returns storage bytes of n values 0, 1, 2, ...
func floats(n int) []byte {
	var out []byte
	for i := range n {
		out = binary.LittleEndian.AppendUint32(out, math.Float32bits(float32(i)))
	}
	return out
}

// torchFile wraps a pickle and one storage of 24 floats into a .pt file.
func torchFile(pickle []byte) []byte {
	return ckpttest.Zip(ckpttest.Entry{Name: "a/data.pkl", Data: pickle}, ckpttest.Entry{Name: "a/data/0", Data: floats(24)})
}

func view(offset int, shape, strides []int) ckpttest.View {
	return ckpttest.View{Storage: "0", Type: "FloatStorage", Elements: 24, Offset: offset, Shape: shape, Strides: strides}
}

// single returns a file with one tensor "x".
func single(v ckpttest.View) []byte {
	return torchFile(ckpttest.NewPickle().Op("}").Text("x").Tensor(v).Op("s.").Bytes())
}

func TestViews(t *testing.T) {
	for _, c := range []struct {
		name string
		view ckpttest.View
		want []float32
	}{
		{"contiguous", view(0, []int{2, 3}, []int{3, 1}), []float32{0, 1, 2, 3, 4, 5}},
		{"offset", view(4, []int{2, 2}, []int{2, 1}), []float32{4, 5, 6, 7}},
		{"transposed", view(0, []int{3, 2}, []int{1, 3}), []float32{0, 3, 1, 4, 2, 5}},
		{"column", view(2, []int{4}, []int{6}), []float32{2, 8, 14, 20}},
		{"block", view(7, []int{2, 3}, []int{6, 1}), []float32{7, 8, 9, 13, 14, 15}},
		{"repeated", view(5, []int{2, 2}, []int{0, 1}), []float32{5, 6, 5, 6}},
		{"size one, any stride", view(3, []int{1, 2}, []int{999, 1}), []float32{3, 4}},
		{"scalar", view(9, nil, nil), []float32{9}},
		{"empty", view(24, []int{0, 3}, []int{3, 1}), []float32{}},
		{"all", view(0, []int{24}, []int{1}), []float32{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23}},
	} {
		f, err := openBytes(single(c.view))
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		got, err := f.Float32("x")
		if err != nil || !slices.Equal(got, c.want) {
			t.Errorf("%s: %v %v, want %v", c.name, got, err, c.want)
		}
	}
}

// TestRandomViews compares views with the definition of strides.
func TestRandomViews(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		shape := make([]int, rnd.IntN(4))
		strides := make([]int, len(shape))
		last := 0
		for i := range shape {
			shape[i], strides[i] = rnd.IntN(4), rnd.IntN(5)
			last += max(0, shape[i]-1) * strides[i]
		}
		v := view(rnd.IntN(8), shape, strides)
		f, err := openBytes(single(v))
		inside := v.Offset+last < 24 || slices.Contains(shape, 0)
		if (err == nil) != inside {
			t.Errorf("%+v: %v, inside %v", v, err, inside)
		}
		if err != nil {
			continue
		}
		got, err := f.Float32("x")
		if want := gather(v.Offset, shape, strides); err != nil || !slices.Equal(got, want) {
			t.Errorf("%+v: %v %v, want %v", v, got, err, want)
		}
	}
}

func gather(at int, shape, strides []int) []float32 {
	if len(shape) == 0 {
		return []float32{float32(at)}
	}
	var out []float32
	for i := range shape[0] {
		out = append(out, gather(at+i*strides[0], shape[1:], strides[1:])...)
	}
	return out
}

// TestWrappers reads the layouts that state dictionaries are saved in.
func TestWrappers(t *testing.T) {
	x := view(0, []int{2}, []int{1})
	p := ckpttest.NewPickle
	for name, pickle := range map[string]*ckpttest.Pickle{
		"bare":            p().Op("}(").Text("x").Tensor(x).Text("epoch").Int(3).Op("u."),
		"model":           p().Op("}(").Text("y").Int(1).Text("model").Op("}").Text("x").Tensor(x).Op("su."),
		"state_dict":      p().Op("}(").Text("epoch").Int(1).Text("state_dict").Op("}").Text("x").Tensor(x).Op("su."),
		"both":            p().Op("}(").Text("state_dict").Op("}").Text("y").Tensor(x).Op("s").Text("model").Op("}").Text("x").Tensor(x).Op("su."),
		"model, a number": p().Op("}(").Text("model").Int(1).Text("x").Tensor(x).Op("u."),
		"ordered":         p().Global("collections", "OrderedDict").Op(")R").Text("x").Tensor(x).Op("s."),
		"ordered pairs":   p().Global("collections", "OrderedDict").Op("](](").Text("x").Tensor(x).Op("ee\x85R."),
		"metadata":        p().Global("collections", "OrderedDict").Op(")R").Text("x").Tensor(x).Op("s}").Text("_metadata").Op("}sb."),
		"parameter":       p().Op("}").Text("x").Global("torch._utils", "_rebuild_parameter").Tensor(x).Op("\x88").Global("collections", "OrderedDict").Op(")R\x87Rs."),
		"set twice":       p().Op("}(").Text("x").Int(1).Text("x").Tensor(x).Op("u."),
		"memo":            p().Op("}").Text("x").Op("q\x05").Tensor(x).Op("s0}h\x05").Tensor(x).Op("s."),
		"protocol 4":      p().Op("\x80\x04\x95\x00\x00\x00\x00\x00\x00\x00\x00}\x94\x8c\x01x").Tensor(x).Op("s."),
	} {
		f, err := openBytes(torchFile(pickle.Bytes()))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got, err := f.Float32("x"); err != nil || !slices.Equal(got, []float32{0, 1}) || len(f.Names()) != 1 {
			t.Errorf("%s: %v %v of %q", name, got, err, f.Names())
		}
	}
}

// TestBothFormats writes every supported way and reads it back.
func TestBothFormats(t *testing.T) {
	quarters := ckpttest.Rule{Kind: "c", A: -2.25}
	tensors := []ckpttest.Tensor{
		{Name: "f32", Shape: []int{3, 5}, DType: "F32", Rule: ckpttest.Rule{Kind: "n", B: 1}},
		{Name: "f16", Shape: []int{7}, DType: "F16", Rule: quarters},
		{Name: "bf16", Shape: []int{2, 2}, DType: "BF16", Rule: quarters},
		{Name: "i64", Shape: nil, DType: "I64", Rule: ckpttest.Rule{Kind: "c", A: -1000}},
		{Name: "empty", Shape: []int{0, 4}, DType: "F32"},
		{Name: "large", Shape: []int{3, 1 << 18}, DType: "F32", Rule: ckpttest.Rule{Kind: "u", A: 1, B: 0.5}},
	}
	for _, ext := range []string{".pt", ".safetensors"} {
		path := filepath.Join(t.TempDir(), "c"+ext)
		if err := ckpttest.Write(path, tensors); err != nil {
			t.Fatal(err)
		}
		for i := range tensors {
			if tensors[i].Shape == nil {
				tensors[i].Shape = []int{}
			}
		}
		compareAll(t, path, tensors)
	}
}

// TestHalf compares every binary16 value with its definition.
func TestHalf(t *testing.T) {
	for h := range 1 << 16 {
		exp, frac := h>>10&31, h&1023
		want := math.Ldexp(float64(frac+1024), exp-25)
		switch exp {
		case 0:
			want = math.Ldexp(float64(frac), -24)
		case 31:
			want = math.Inf(1)
			if frac != 0 {
				want = math.NaN()
			}
		}
		if h>>15 == 1 {
			want = math.Copysign(want, -1)
		}
		var one [1]float32
		f16.convert(one[:], []byte{byte(h), byte(h >> 8)})
		got := float64(one[0])
		if math.Float64bits(got) != math.Float64bits(want) && !(math.IsNaN(got) && math.IsNaN(want)) {
			t.Fatalf("%04x = %v, want %v", h, got, want)
		}
	}
}

// TestNothingRuns: whatever a pickle asks for beyond tensors is refused with a
// message that says what.
func TestNothingRuns(t *testing.T) {
	p := ckpttest.NewPickle
	tests := map[string]struct {
		pickle *ckpttest.Pickle
		says   string
	}{
		"os.system":         {p().Global("os", "system").Text("touch /tmp/x").Op("\x85R."), "os.system"},
		"posix":             {p().Global("posix", "system").Text("id").Op("\x85R."), "posix.system"},
		"eval":              {p().Global("__builtin__", "eval").Text("1").Op("\x85R."), "__builtin__.eval"},
		"stack global":      {p().Op("\x80\x04").Text("builtins").Text("exec").Op("\x93."), "builtins.exec"},
		"torch itself":      {p().Global("torch", "load").Op("."), "torch.load"},
		"other module":      {p().Global("evil", "FloatStorage").Op("."), "evil.FloatStorage"},
		"dotted":            {p().Global("torch._utils", "_rebuild_tensor_v2.__globals__").Op("."), "__globals__"},
		"instance":          {p().Op("(").Op("ios\nsystem\n."), "0x69"},
		"object":            {p().Op("(o."), "0x6f"},
		"new object":        {p().Global("collections", "OrderedDict").Op(")\x81."), "0x81"},
		"extension":         {p().Op("\x82\x01."), "0x82"},
		"text persistent":   {p().Op("Pos.system\n."), "0x50"},
		"calls a tensor":    {p().Tensor(view(0, nil, nil)).Op(")R."), "not a known function"},
		"calls a storage":   {p().Global("torch", "FloatStorage").Op(")R."), "torch.FloatStorage"},
		"attributes":        {p().Tensor(view(0, nil, nil)).Op("}b."), "attributes"},
		"persistent":        {p().Text("os.system").Op("Q."), "persistent id"},
		"in a name":         {p().Global("a\x1b[31m", "b").Op("."), `a\x1b[31m`},
		"after the tensors": {p().Op("}(").Text("x").Tensor(view(0, nil, nil)).Text("y").Global("os", "system").Text("id").Op("\x85Ru."), "os.system"},
	}
	for name, c := range tests {
		_, err := openBytes(torchFile(c.pickle.Bytes()))
		if !errors.Is(err, ErrUnsafe) || !strings.Contains(fmt.Sprint(err), c.says) || !strings.Contains(err.Error(), "at byte") {
			t.Errorf("%s: %v, want ErrUnsafe with %q and the place", name, err, c.says)
		}
	}
}

// TestBombs: small files that ask for much are refused before memory is set
// aside for them.
func TestBombs(t *testing.T) {
	p := ckpttest.NewPickle
	doubling := p().Op("]q\x00")
	for i := range 200 {
		doubling.Op("]").Op("(h" + string(rune(i%100)) + "h" + string(rune(i%100)) + "e").Op("q" + string(rune((i+1)%100)))
	}
	big := 1 << 30
	for name, data := range map[string][]byte{
		"nested references":  torchFile(doubling.Op(".").Bytes()),
		"only marks":         torchFile(bytes.Repeat([]byte("("), maxOps+10)),
		"pickle too large":   torchFile(make([]byte, maxPickle+1)),
		"string of 4 GB":     torchFile([]byte("X\xff\xff\xff\xffabc")),
		"string of 2^63":     torchFile([]byte("\x8d\xff\xff\xff\xff\xff\xff\xff\x7fabc")),
		"number of 2 GB":     torchFile([]byte("\x8b\xff\xff\xff\x7f")),
		"huge memo index":    torchFile([]byte("}r\xff\xff\xff\xffj\xfe\xff\xff\xff.")),
		"repeats a value":    single(view(0, []int{big, 1}, []int{0, 1})),
		"huge product":       single(view(0, []int{big, big, big, big}, []int{0, 0, 0, 0})),
		"huge stride":        single(view(0, []int{2}, []int{math.MaxInt64})),
		"negative stride":    single(view(5, []int{2}, []int{-1})),
		"negative size":      single(view(0, []int{-2, -2}, []int{1, 1})),
		"negative offset":    single(view(-1, []int{2}, []int{1})),
		"offset beyond":      single(view(25, []int{1}, []int{1})),
		"end beyond":         single(view(20, []int{5}, []int{1})),
		"many dimensions":    single(view(0, make([]int, 100), make([]int, 100))),
		"strides missing":    single(view(0, []int{2, 2}, []int{1})),
		"storage too large":  single(ckpttest.View{Storage: "0", Type: "FloatStorage", Elements: 25, Shape: []int{1}, Strides: []int{1}}),
		"storage negative":   single(ckpttest.View{Storage: "0", Type: "FloatStorage", Elements: -1, Shape: []int{1}, Strides: []int{1}}),
		"storage absent":     single(ckpttest.View{Storage: "7", Type: "FloatStorage", Elements: 24, Shape: []int{1}, Strides: []int{1}}),
		"storage elsewhere":  single(ckpttest.View{Storage: "../data.pkl", Type: "ByteStorage", Elements: 24, Shape: []int{1}, Strides: []int{1}}),
		"storage other type": single(ckpttest.View{Storage: "0", Type: "DoubleStorage", Elements: 24, Shape: []int{1}, Strides: []int{1}}),
	} {
		f, err := openBytes(data)
		if err == nil {
			t.Errorf("%s: accepted with %q", name, f.Names())
		} else if !errors.Is(err, ErrUnsafe) && !errors.Is(err, ErrDamaged) && !errors.Is(err, ErrFormat) {
			t.Errorf("%s: %v wraps none of the package's errors", name, err)
		}
	}
}
