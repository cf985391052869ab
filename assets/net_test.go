package assets

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"testing"
)

// The network is the one that was measured and whose card says what it is.
func TestNetIsTheOneThatWasMeasured(t *testing.T) {
	g := Net()
	for name, part := range map[string]struct {
		graph []byte
		want  string
	}{
		"encode": {g.Encode, "1132c371392ee80a497b4805b44ee777749216a57ce9c6b849fe15df8e03bfa3"},
		"memory": {g.Memory, "097ba0e7920704859e67aa7667f16f0c845156fd7376273f191a443fc7c8532b"},
		"decode": {g.Decode, "39a036f664dac813893a119e016fad1dfca8f8a750e026b664629f689cc12d3c"},
	} {
		sum := sha256.Sum256(part.graph)
		if got := hex.EncodeToString(sum[:]); got != part.want {
			t.Errorf("%s has the hash %s, want %s", name, got, part.want)
		}
	}
	for _, word := range []string{"non-commercial", "licence", "-engine classic", "SAM 2.1"} {
		if !strings.Contains(NetCard(), word) {
			t.Errorf("the model card does not say %q", word)
		}
	}
}
