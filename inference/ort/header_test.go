package ort

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"testing"

	onnx "github.com/yalue/onnxruntime_go"
)

func headerOf(t testing.TB, model []byte) (inputs, outputs []IO, err error) {
	t.Helper()
	return readHeader(bytes.NewReader(model), int64(len(model)))
}

// weighted is a graph with an initializer of n floats, listed as an input too,
// as old exporters do.
func weighted(n int) []byte {
	weights := num(nil, 1, uint64(n))
	weights = num(weights, 2, 1)
	weights = str(weights, 8, "w")
	weights = msg(weights, 9, make([]byte, 4*n))
	var graph []byte
	graph = msg(graph, 1, str(str(str(str(nil, 1, "x"), 1, "w"), 2, "y"), 4, "Add"))
	graph = str(graph, 2, "weighted")
	graph = msg(graph, 5, weights)
	for _, p := range []port{{"x", 1, []any{"n", n}}, {"w", 1, []any{n}}} {
		graph = msg(graph, 11, valueInfo(p))
	}
	graph = msg(graph, 12, valueInfo(port{"y", 1, []any{"n", n}}))
	m := num(nil, 1, 8)
	m = msg(m, 7, graph)
	return msg(m, 8, num(nil, 2, 17))
}

// What the file says must be what ONNX Runtime says.
func TestHeaderAgreesWithONNXRuntime(t *testing.T) {
	rt := runtimeForTest(t)
	for name, model := range map[string][]byte{"add": addGraph(), "slow": slowGraph(2), "weighted": weighted(3000)} {
		inputs, outputs, err := headerOf(t, model)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		var in, out []onnx.InputOutputInfo
		if err := rt.do(func() (err error) {
			in, out, err = onnx.GetInputOutputInfoWithONNXData(model)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if got, want := fmt.Sprint(inputs, outputs), fmt.Sprint(infos(in), infos(out)); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
}

// countingReader counts the bytes that are asked for.
type countingReader struct {
	io.ReaderAt
	read int
}

func (c *countingReader) ReadAt(p []byte, at int64) (int, error) {
	n, err := c.ReaderAt.ReadAt(p, at)
	c.read += n
	return n, err
}

func TestHeaderPassesOverTheWeights(t *testing.T) {
	model := weighted(1 << 20)
	r := &countingReader{ReaderAt: bytes.NewReader(model)}
	inputs, outputs, err := readHeader(r, int64(len(model)))
	if err != nil || len(inputs) != 1 || inputs[0].Name != "x" || len(outputs) != 1 {
		t.Fatalf("%v %v %v", inputs, outputs, err)
	}
	if r.read > 20000 {
		t.Errorf("%d of %d bytes were read", r.read, len(model))
	}
}

// Where the file does not tell all, ONNX Runtime is asked.
func TestGraphWithoutShapesLoads(t *testing.T) {
	bare := msg(str(nil, 1, "out"), 2, msg(nil, 1, num(nil, 1, 1)))
	var graph []byte
	graph = msg(graph, 1, str(str(str(nil, 1, "x"), 2, "y"), 4, "Identity"))
	graph = msg(graph, 1, str(str(str(nil, 1, "y"), 2, "out"), 4, "Identity"))
	graph = str(graph, 2, "test")
	graph = msg(graph, 11, valueInfo(port{"x", 1, []any{"n", 2}}))
	graph = msg(graph, 12, bare)
	m := msg(msg(num(nil, 1, 8), 7, graph), 8, num(nil, 2, 17))
	if _, _, err := headerOf(t, m); !errors.Is(err, errHeader) {
		t.Errorf("an output without a shape: %v", err)
	}
	s, err := runtimeForTest(t).NewSessionFromBytes("bare", m, Options{Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	out, err := s.Run(t.Context(), map[string]Tensor{"x": Floats([]float32{1, 2}, 1, 2)})
	if err != nil || !slices.Equal(out["out"].F32, []float32{1, 2}) {
		t.Errorf("%v %v", out, err)
	}
}

// Whatever the bytes are, reading ends in a description or an error.
func FuzzHeader(f *testing.F) {
	f.Add(addGraph())
	f.Add(weighted(3))
	f.Add([]byte{})
	f.Add([]byte{0x3a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01})
	f.Fuzz(func(t *testing.T, model []byte) {
		inputs, outputs, err := headerOf(t, model)
		if err == nil && (len(inputs) == 0 || len(outputs) == 0) {
			t.Error("a graph without inputs or outputs was described")
		}
	})
}
