package classic

import (
	"testing"

	"github.com/masklet/masklet/inference"
	"github.com/masklet/masklet/inference/promptnet/netort/nettest"
)

// openBuiltin returns the engine with its network; it skips where there is no
// ONNX Runtime.
func openBuiltin(t testing.TB) inference.Engine {
	t.Helper()
	return NewBuiltin(nettest.Open(t, 1))
}
