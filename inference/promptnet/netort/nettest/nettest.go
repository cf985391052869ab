// Package nettest opens the network of the source tree for tests.
package nettest

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/masklet/masklet/inference/ort"
	"github.com/masklet/masklet/inference/ort/orttest"
	"github.com/masklet/masklet/inference/promptnet"
	"github.com/masklet/masklet/inference/promptnet/netort"
)

// Files reads the graphs of the source tree.
func Files(t testing.TB) netort.Files {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		up := filepath.Dir(dir)
		if up == dir {
			t.Fatal("the test does not run in the source tree")
		}
		dir = up
	}
	read := func(name string) []byte {
		b, err := os.ReadFile(filepath.Join(dir, "assets", "net", name+".onnx"))
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	return netort.Files{Encode: read("encode"), Memory: read("memory"), Decode: read("decode")}
}

// Graphs loads the network and frees it when the test ends. Without ONNX Runtime
// the test is skipped.
func Graphs(t testing.TB) *netort.Graphs {
	t.Helper()
	orttest.Library(t)
	rt, err := ort.Load()
	if err != nil {
		t.Fatal(err)
	}
	g, err := netort.Open(rt, Files(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := g.Close(); err != nil {
			t.Error(err)
		}
	})
	return g
}

// Open is Graphs as a network that uses so many cores.
func Open(t testing.TB, cores int) *promptnet.Net {
	t.Helper()
	return promptnet.New(Graphs(t), cores)
}
