package opening

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/masklet/masklet/project"
)

// madeProject returns a video with its project, both closed.
func madeProject(t *testing.T) (clip, place string) {
	t.Helper()
	clip = sample(t)
	shut(t, open(t, clip))
	return clip, clip + project.Extension
}

func move(t *testing.T, from, to string) {
	t.Helper()
	if err := os.Rename(from, to); err != nil {
		t.Fatal(err)
	}
}

// mustAsk opens and expects the question where the video is.
func mustAsk(t *testing.T, place, told string, cause error, says ...string) {
	t.Helper()
	o, err := Open(context.Background(), OpenRequest{Path: place, Video: told}, func(int, int) {})
	if o != nil {
		shut(t, o)
	}
	var m *MissingVideo
	if !errors.As(err, &m) || !errors.Is(err, cause) {
		t.Fatalf("told %q: %v, want a question because of %v", told, err, cause)
	}
	if m.Project != place || strings.ContainsRune(m.Reason, '\n') {
		t.Errorf("question %+v", m)
	}
	for _, s := range says {
		if !strings.Contains(m.Reason, s) {
			t.Errorf("the reason %q does not name %s", m.Reason, s)
		}
	}
}

func TestVideoMovedAwayIsAskedFor(t *testing.T) {
	clip, place := madeProject(t)
	away := t.TempDir()
	moved := filepath.Join(away, "renamed.mp4")
	move(t, clip, moved)
	mustAsk(t, place, "", project.ErrMediaMissing, filepath.Base(clip), filepath.Dir(clip))

	// Wrong answers: another file, a folder without it, nothing at all.
	other := filepath.Join(t.TempDir(), "other.mp4")
	if err := os.WriteFile(other, []byte("not the video"), 0o600); err != nil {
		t.Fatal(err)
	}
	mustAsk(t, place, other, project.ErrMediaDiffers, "other.mp4", filepath.Base(place))
	mustAsk(t, place, filepath.Dir(other), project.ErrMediaMissing, filepath.Base(clip))
	mustAsk(t, place, filepath.Join(away, "none.mp4"), project.ErrMediaMissing, "none.mp4")

	// The folder that holds it is answer enough; the place is then remembered.
	o, err := Open(context.Background(), OpenRequest{Path: place, Video: away}, func(int, int) {})
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(o.Notice, moved) {
		t.Errorf("notice %q", o.Notice)
	}
	shut(t, o)
	o = open(t, place)
	if o.Notice != "" {
		t.Errorf("asked to find what it knows: notice %q", o.Notice)
	}
	shut(t, o)

	again := filepath.Join(t.TempDir(), "again.mp4")
	move(t, moved, again)
	if o, err = Open(context.Background(), OpenRequest{Path: place, Video: again}, func(int, int) {}); err != nil {
		t.Fatal(err)
	}
	shut(t, o)
}

func TestRenamedVideoIsFoundWithoutAsking(t *testing.T) {
	clip, place := madeProject(t)
	renamed := filepath.Join(filepath.Dir(clip), "other name.mp4")
	move(t, clip, renamed)
	o := open(t, place)
	if !strings.Contains(o.Notice, renamed) {
		t.Errorf("notice %q", o.Notice)
	}
	shut(t, o)
}

func TestReplacedVideoIsRefused(t *testing.T) {
	clip, place := madeProject(t)
	kept := filepath.Join(t.TempDir(), "kept.mp4")
	move(t, clip, kept)
	data, err := os.ReadFile(kept)
	if err != nil {
		t.Fatal(err)
	}
	// As long as the real one, and different.
	data[len(data)-1] ^= 1
	if err := os.WriteFile(clip, data, 0o600); err != nil {
		t.Fatal(err)
	}
	mustAsk(t, place, "", project.ErrMediaDiffers, filepath.Base(clip))
	mustAsk(t, place, clip, project.ErrMediaDiffers, filepath.Base(clip))
	o, err := Open(context.Background(), OpenRequest{Path: place, Video: kept}, func(int, int) {})
	if err != nil {
		t.Fatal(err)
	}
	shut(t, o)
}
