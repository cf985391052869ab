package project

import (
	"compress/gzip"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"

	"github.com/masklet/masklet/annotate"
)

// format1 writes a file of schema version 1, which a Masklet of that time made:
// two classes and objects, a click, a prompt mask, a run that was stopped, and
// one step that was undone.
func format1(t *testing.T) string {
	t.Helper()
	packed, err := os.Open(filepath.Join("testdata", "v1.masklet.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer packed.Close()
	z, err := gzip.NewReader(packed)
	if err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "old.masklet")
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestFormat1Opens: a project of the first format has everything it had, with a
// backup beside it, and takes the new notes.
func TestFormat1Opens(t *testing.T) {
	path := format1(t)
	p := reopenPath(t, path)
	if p.Backup() == "" {
		t.Error("there is no backup")
	}
	checkFormat1(t, p)

	d := p.Document()
	yes := true
	c, _ := d.Class(1)
	c.Key = "d"
	n := annotate.Notes{Absent: annotate.Ranges{{First: 10, Last: 12}}}.WithThrough(20, true)
	p.History().Do(annotate.Change{Name: "Note", Edits: []annotate.Edit{d.SetNotes(2, n), d.SetCut(20, &yes), d.SetClass(c)}})
	want := plainContents(t, d.Contents())
	p = reopen(t, p)
	sameContents(t, "reopened", p.Document().Contents(), want)
	p.History().Undo()
	checkFormat1(t, p)
}

func checkFormat1(t *testing.T, p *Project) {
	t.Helper()
	c := p.Document().Contents()
	classes := []annotate.Class{{ID: 1, Name: "dog", Color: annotate.PaletteColor(1)}, {ID: 2, Name: "猫", Color: annotate.PaletteColor(2)}}
	if !reflect.DeepEqual(c.Classes, classes) || len(c.Objects) != 2 || c.Objects[0].Label != "Rex" || !c.Objects[1].Hidden {
		t.Errorf("classes %+v, objects %+v", c.Classes, c.Objects)
	}
	if len(c.Prompts) != 2 || len(c.Prompts[frameOf(1, 3)].Points) != 2 || c.Prompts[frameOf(2, 0)].Mask.Area() != 200 {
		t.Errorf("prompts %+v", c.Prompts)
	}
	if m, err := c.Results[1][8].Mask.Load(); err != nil || m.Area() != 200 || len(c.Results[1]) != 6 {
		t.Errorf("a mask of %d pixels, %v, of %d", m.Area(), err, len(c.Results[1]))
	}
	if !slices.Equal(c.Protected, []annotate.FrameKey{frameOf(1, 5)}) || *c.Range != (annotate.Range{First: 2, Last: 30}) || c.Settings["preset"] != "fast" {
		t.Errorf("protected %v, range %v, settings %v", c.Protected, c.Range, c.Settings)
	}
	if len(c.Notes) != 0 || len(c.Cuts) != 0 {
		t.Errorf("notes %v, cuts %v out of nothing", c.Notes, c.Cuts)
	}
	if r, ok := p.PendingRun(); !ok || r.Range != (annotate.Range{First: 4, Last: 20}) {
		t.Errorf("pending run %+v", r)
	}
	done, ok := p.History().CanUndo()
	undone, ok2 := p.History().CanRedo()
	if done != "Change setting" || !ok || ok2 && undone != "Delete object" && undone != "Note" {
		t.Errorf("undo %q, redo %q", done, undone)
	}
}

// TestFormat1KilledInUpgrade: a Masklet that is killed before the upgrade is
// committed leaves the file as it was, and the next one does it again.
func TestFormat1KilledInUpgrade(t *testing.T) {
	path := format1(t)
	was, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Open(ctx, path); !errors.Is(err, context.Canceled) {
		t.Fatalf("opened: %v", err)
	}
	if now, err := os.ReadFile(path); err != nil || !slices.Equal(now, was) {
		t.Errorf("the file changed: %v", err)
	}
	checkFormat1(t, reopenPath(t, path))
}

// TestHostileNotes: what another program wrote into the new tables is refused as
// damaged and left alone, or harmless.
func TestHostileNotes(t *testing.T) {
	for sql, refused := range map[string]bool{
		"INSERT INTO spans VALUES (1, 'absent', 5, 4)":                                           true,
		"INSERT INTO spans VALUES (1, 'absent', -1, 4)":                                          true,
		"INSERT INTO spans VALUES (1, 'occluded', 5, 4000000000000)":                             true,
		"INSERT INTO passed_cuts VALUES (1, 40)":                                                 true,
		"INSERT INTO cuts VALUES (0, 1)":                                                         true,
		"INSERT INTO cuts VALUES (-7, 1)":                                                        true,
		"INSERT INTO attributes VALUES (1, '', -1, -1, 'x')":                                     true,
		"INSERT INTO attributes VALUES (1, 'k', 3, 99, 'x')":                                     true,
		"INSERT INTO attributes VALUES (1, 'k', -1, -1, hex(zeroblob(9999)))":                    true,
		`UPDATE history SET edits = '[{"notes":1,"before":{"absent":[[3,900]]}}]' WHERE seq = 1`: true,
		"INSERT INTO spans VALUES (1, 'absent', 3, 9), (1, 'absent', 5, 20)":                     false,
	} {
		path := format1(t)
		p := reopenPath(t, path)
		if err := p.Close(); err != nil {
			t.Fatal(err)
		}
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, edited(t, data, sql), 0o644); err != nil {
			t.Fatal(err)
		}
		p, err = Open(context.Background(), path)
		if refused != errors.Is(err, ErrDamaged) || !refused && err != nil {
			t.Errorf("%s: error %v", sql, err)
		}
		if err == nil {
			if got := p.Document().Notes(1).Absent; !slices.Equal(got, annotate.Ranges{{First: 3, Last: 20}}) {
				t.Errorf("%s: absent %v", sql, got)
			}
			p.Close()
		}
	}
}
