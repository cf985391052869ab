package project

import (
	"context"
	"path/filepath"
	"testing"
)

// TestARelativePath makes and opens projects the way a shell user names them.
func TestARelativePath(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	for _, path := range []string{"clip.masklet", "./other.masklet", "../" + filepath.Base(dir) + "/third.masklet"} {
		p, err := Create(context.Background(), path, testMedia())
		if err != nil {
			t.Fatal(err)
		}
		if !filepath.IsAbs(p.Path()) {
			t.Errorf("the path of %s is %s", path, p.Path())
		}
		if err := p.Close(); err != nil {
			t.Error(err)
		}
		if p, err = Open(context.Background(), path); err != nil {
			t.Fatal(err)
		}
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	}
}
