package speed

import (
	"maps"
	"testing"
)

type prefs map[string]string

func (p prefs) Get(key string) string { return p[key] }

func (p prefs) Set(key, value string) { p[key] = value }

func TestFiguresAreKept(t *testing.T) {
	p, want := prefs{}, Measured{"builtin accurate 854x480": {0.05, 0.07}, "sam2.1 tiny": {2.5, 0}}
	want.Save(p)
	if got := Load(p); !maps.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	p[key] += "no figures\nnegative\t-1\t2\nwords\tone\ttwo\n"
	if got := Load(p); !maps.Equal(got, want) {
		t.Errorf("with lines that are none: %v", got)
	}
}
