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
		"encode": {g.Encode, "4dd28eb9c6a11d1167b9156aee9d1f9105d75bb8512da2a2109d05bcf5ead0c8"},
		"memory": {g.Memory, "097ba0e7920704859e67aa7667f16f0c845156fd7376273f191a443fc7c8532b"},
		"decode": {g.Decode, "f226f06bd19de6475758fcd027e2059a3bb11ddb076e9c443f1666f951a3d793"},
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
