package modelpack

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/adrg/xdg"
)

func TestStore(t *testing.T) {
	first, second := t.TempDir(), t.TempDir()
	s := NewStore(first, filepath.Join(second, "absent"), second, first+string(filepath.Separator))
	p := importNano(t, second)
	if _, err := Import(t.Context(), nanoCheckpoint(t, ".pt"), Options{Size: 96, Name: "other", DestRoot: first}); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(first, "notes"), 0o755); err != nil {
		t.Fatal(err)
	}
	list, err := s.List()
	if err != nil || len(list) != 2 || list[0].Name != "other-96" || list[1].Name != "nano-64" {
		t.Fatalf("%+v %v", list, err)
	}
	for _, name := range []string{"nano-64", "nano", p.Dir, p.Dir + string(filepath.Separator)} {
		got, err := s.Find(name)
		if err != nil || got.ID() != p.ID() {
			t.Errorf("%s: %v %v", name, got, err)
		}
	}
	if _, err := s.Find("large"); !errors.Is(err, ErrNotFound) || !strings.Contains(err.Error(), "nano-64") {
		t.Errorf("%v, want the names there are", err)
	}
	for _, name := range []string{"large", "notes", "..", "../nano-64", "", ".hidden", p.Dir} {
		if err := s.Remove(name); !errors.Is(err, ErrNotFound) {
			t.Errorf("remove %q: %v", name, err)
		}
	}
	if err := s.Remove("nano-64"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Find("nano-64"); !errors.Is(err, ErrNotFound) {
		t.Errorf("removed, but found: %v", err)
	}
	if left := visible(t, second); len(left) > 0 {
		t.Errorf("left %q behind", left)
	}
}

// TestDamagedPacks: each way a pack can be broken is named, and the broken pack
// can still be listed and removed.
func TestDamagedPacks(t *testing.T) {
	root := t.TempDir()
	for name, c := range map[string]struct {
		hurt func(p *Pack) error
		want error
		says string
	}{
		"missing file": {func(p *Pack) error { return os.Remove(p.GraphPath(GraphEncoder)) }, ErrDamaged, "encoder.onnx is missing"},
		"short file":   {func(p *Pack) error { return os.Truncate(p.GraphPath(GraphDecoder), 100) }, ErrDamaged, "decoder.onnx has 100 bytes"},
		"folder": {func(p *Pack) error {
			f := p.GraphPath(GraphDecoder)
			return errors.Join(os.Remove(f), os.Mkdir(f, 0o755))
		}, ErrDamaged, "not a plain file"},
		"link": {func(p *Pack) error {
			f := p.GraphPath(GraphDecoder)
			return errors.Join(os.Rename(f, f+"2"), os.Symlink(f+"2", f))
		}, ErrDamaged, "not a plain file"},
		"empty manifest": {func(p *Pack) error { return os.Truncate(filepath.Join(p.Dir, ManifestName), 0) }, ErrNotPack, ManifestName},
		"huge manifest":  {func(p *Pack) error { return os.Truncate(filepath.Join(p.Dir, ManifestName), maxManifest+1) }, ErrNotPack, ManifestName},
	} {
		p := importNano(t, root)
		if err := c.hurt(p); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(p.Dir); !errors.Is(err, c.want) || !strings.Contains(err.Error(), c.says) || !strings.Contains(err.Error(), p.Dir) {
			t.Errorf("%s: %v, want %q", name, err, c.says)
		}
		list, err := NewStore(root).List()
		if err != nil || len(list) != 1 || list[0].Err == nil {
			t.Errorf("%s: listed as %+v, %v", name, list, err)
		}
		if err := NewStore(root).Remove(p.Name()); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := Open(filepath.Join(root, "absent")); !errors.Is(err, ErrNotPack) {
		t.Errorf("absent folder: %v", err)
	}
}

func TestDefaultRoots(t *testing.T) {
	home := t.TempDir()
	t.Cleanup(xdg.Reload)
	t.Setenv("XDG_DATA_HOME", home)
	xdg.Reload()
	a, b := t.TempDir(), t.TempDir()
	t.Setenv(EnvModels, a+string(filepath.ListSeparator)+b)
	s := DefaultStore()
	if s.Root() != a || s.Roots()[1] != b || s.Roots()[2] != filepath.Join(home, "masklet", "models") || len(s.Roots()) != 5 || filepath.Base(s.Roots()[3]) != "models" {
		t.Errorf("%v", s)
	}
}

func TestCatalogue(t *testing.T) {
	var last int64
	for _, o := range Catalogue() {
		if checkName(o.Name) != nil || !isSHA256(o.SHA256) || o.Size <= last || !strings.HasPrefix(o.URL, "https://") || o.Title == "" || o.Licence == "" {
			t.Errorf("%+v", o)
		}
		last = o.Size
		if got, err := LookUp(o.Name); err != nil || got != o {
			t.Errorf("%v %v", got, err)
		}
	}
	if _, err := LookUp("sam9"); !errors.Is(err, ErrNotFound) || !strings.Contains(err.Error(), "sam2.1-tiny") {
		t.Errorf("%v", err)
	}
}
