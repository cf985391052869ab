package classic

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/masklet/masklet/inference"
	"github.com/masklet/masklet/inference/ort"
	"github.com/masklet/masklet/inference/ort/orttest"
	"github.com/masklet/masklet/inference/promptnet"
	"github.com/masklet/masklet/inference/promptnet/netort"
)

// openBuiltin returns the engine with its network; it skips where there is no
// ONNX Runtime.
func openBuiltin(t testing.TB) inference.Engine {
	t.Helper()
	orttest.Library(t)
	rt, err := ort.Load()
	if err != nil {
		t.Fatal(err)
	}
	read := func(name string) []byte {
		b, err := os.ReadFile(filepath.Join("..", "..", "assets", "net", name+".onnx"))
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	g, err := netort.Open(rt, netort.Files{Encode: read("encode"), Memory: read("memory"), Decode: read("decode")}, ort.Options{Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { g.Close() })
	return NewBuiltin(promptnet.New(g))
}
