package engines

import (
	"fmt"

	"github.com/masklet/masklet/assets"
	"github.com/masklet/masklet/inference"
	"github.com/masklet/masklet/inference/classic"
	"github.com/masklet/masklet/inference/ort"
	"github.com/masklet/masklet/inference/promptnet"
	"github.com/masklet/masklet/inference/promptnet/netort"
)

// Default is the engine that works where no other was chosen.
const Default = classic.Builtin

// Label returns what the window calls an engine.
func Label(name string) string {
	if name == classic.Builtin {
		return "Built-in, no download"
	}
	return name
}

// builtin is the embedded engine with the embedded network, as far as this
// machine can run it.
type builtin struct {
	*classic.Engine
	graphs *netort.Graphs // nil: the engine works without
	notice string
}

// newBuiltin returns the engine with the network that was loaded. Where that
// failed it is the engine "classic", and says so.
func newBuiltin(g *netort.Graphs, cores int, err error) builtin {
	if err != nil {
		return builtin{Engine: classic.New(), notice: fmt.Sprintf("The built-in network cannot be used; the engine classic works in its place: %v", err)}
	}
	return builtin{Engine: classic.NewBuiltin(promptnet.New(g, cores)), graphs: g}
}

func loadNet() (*netort.Graphs, error) {
	rt, err := ort.Load()
	if err != nil {
		return nil, err
	}
	files := assets.Net()
	return netort.Open(rt, netort.Files(files))
}

// Notice implements inference.Noticer.
func (b builtin) Notice() string { return b.notice }

// GraphStats returns, by graph name, how often each graph of the network ran and
// how long it took in all.
func (b builtin) GraphStats() map[string]ort.Stats {
	if b.graphs == nil {
		return nil
	}
	return b.graphs.Stats()
}

// Close frees the network.
func (b builtin) Close() error {
	if b.graphs == nil {
		return nil
	}
	return b.graphs.Close()
}

var _ inference.Noticer = builtin{}
