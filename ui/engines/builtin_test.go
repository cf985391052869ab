package engines

import (
	"errors"
	"strings"
	"testing"

	"github.com/masklet/masklet/inference"
	"github.com/masklet/masklet/inference/classic"
	"github.com/masklet/masklet/inference/modelpack"
	"github.com/masklet/masklet/inference/ort/orttest"
)

func TestBuiltinIsTheDefault(t *testing.T) {
	r := &Registry{modelpack.NewStore(t.TempDir())}
	if names := r.Names(); names[0] != Default || names[1] != classic.Name {
		t.Errorf("engines %v", names)
	}
	orttest.Library(t)
	e, err := r.Open(t.Context(), Default, inference.DefaultSettings())
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	if e.Name() != Default || e.(inference.Noticer).Notice() != "" {
		t.Errorf("opened %s, which says %q", e.Name(), e.(inference.Noticer).Notice())
	}
	if err := tryEngine(t.Context(), e, inference.DefaultSettings()); err != nil {
		t.Error(err)
	}
}

// Without the library the default engine works as classic does, says why, and
// names its results so.
func TestBuiltinWithoutTheLibrary(t *testing.T) {
	e := newBuiltin(nil, 1, errors.New("no library found"))
	if e.Name() != classic.Name || !strings.Contains(e.Notice(), "no library found") || !strings.Contains(e.Notice(), classic.Name) {
		t.Errorf("%s says %q", e.Name(), e.Notice())
	}
	if err := tryEngine(t.Context(), e, inference.DefaultSettings()); err != nil {
		t.Error(err)
	}
	if err := e.Close(); err != nil {
		t.Error(err)
	}
}
