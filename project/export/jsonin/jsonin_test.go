package jsonin

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A large value whose decoding takes for ever keeps nobody waiting.
func TestDecodingIsCancelled(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.json")
	text := `{"list": ["` + strings.Repeat("x", largeValue) + `"]}`
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	never := make(chan bool)
	defer close(never)
	for _, key := range []string{"list", "list{}"} {
		ctx, cancel := context.WithCancel(context.Background())
		err := Walk(ctx, path, "test", Lists{key: func(json.RawMessage) error {
			cancel()
			<-never
			return nil
		}})
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", key, err)
		}
	}
}
