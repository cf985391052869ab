package project

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/project/internal/tables"
)

// nextSchema is a format that this program may have one day: it is built on
// the present one by a step that changes a table.
var nextSchema = tables.Schema{Version: tables.Current.Version + 2, Steps: map[int]string{
	tables.Current.Version: `ALTER TABLE objects ADD COLUMN note TEXT NOT NULL DEFAULT '';
		UPDATE objects SET note = 'was ' || label;`,
	tables.Current.Version + 1: `CREATE TABLE extra (id INTEGER PRIMARY KEY) STRICT; INSERT INTO extra SELECT id FROM objects;`,
}}

func openAs(path string, sc tables.Schema) (*Project, error) {
	return open(context.Background(), path, options{schema: sc, historyLimit: HistoryLimit})
}

// TestMigration brings a file two formats forward: everything stays, a backup
// holds the file as it was.
func TestMigration(t *testing.T) {
	path := filepath.Join(t.TempDir(), "clip.masklet")
	old := sample(t)
	if err := os.WriteFile(path, old, 0o644); err != nil {
		t.Fatal(err)
	}
	before := reopenPath(t, path)
	want := plainContents(t, before.Document().Contents())
	before.Close()

	for range 2 {
		p, err := openAs(path, nextSchema)
		if err != nil {
			t.Fatal(err)
		}
		sameContents(t, "migrated", p.Document().Contents(), want)
		if n := count(t, p, "extra"); n != len(want.Objects) {
			t.Errorf("the last step made %d rows", n)
		}
		if got := p.Backup(); got != "" {
			view := reopenPath(t, got)
			sameContents(t, "backup", view.Document().Contents(), want)
			view.Close()
		}
		p.Close()
	}
	if state := folderState(t, filepath.Dir(path)); len(state) != 2 {
		t.Errorf("%d files, want the project and one backup", len(state))
	}
	// And now it is too new for this program.
	if _, err := Open(context.Background(), path); !errors.Is(err, ErrNewer) {
		t.Errorf("got %v", err)
	}
}

// TestMigrationWithLog migrates what a killed program left half in its log.
func TestMigrationWithLog(t *testing.T) {
	p := create(t)
	work(p, 3, 40)
	flush(t, p)
	want := plainContents(t, p.Document().Contents())
	path := filepath.Join(t.TempDir(), "clip.masklet")
	copyFile(t, p.Path(), path)
	copyFile(t, p.Path()+"-wal", path+"-wal")
	q, err := openAs(path, nextSchema)
	if err != nil {
		t.Fatal(err)
	}
	defer q.Close()
	sameContents(t, "migrated", q.Document().Contents(), want)
	view := reopenPath(t, q.Backup())
	sameContents(t, "backup", view.Document().Contents(), want)
}

// TestFailedMigrationChangesNothing: a step that fails takes the others back,
// and a second backup does not replace the first.
func TestFailedMigrationChangesNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "clip.masklet")
	if err := os.WriteFile(path, sample(t), 0o644); err != nil {
		t.Fatal(err)
	}
	broken := tables.Schema{Version: nextSchema.Version, Steps: map[int]string{
		tables.Current.Version:     nextSchema.Steps[tables.Current.Version],
		tables.Current.Version + 1: "INSERT INTO nowhere VALUES (1)",
	}}
	for range 2 {
		if _, err := openAs(path, broken); err == nil || !strings.Contains(err.Error(), "clip.masklet") {
			t.Fatalf("got %v", err)
		}
	}
	if _, err := openAs(path, tables.Schema{Version: nextSchema.Version}); err == nil {
		t.Error("a missing step was passed over")
	}
	p := reopenPath(t, path)
	if len(p.Document().Objects()) == 0 {
		t.Error("the document is empty")
	}
	if n := len(folderState(t, filepath.Dir(path))); n < 4 {
		t.Errorf("%d files, want three backups beside the project", n)
	}
}

// TestOlderFormatIsOnlyLookedAtAfterUpgrade: looking must not write.
func TestOlderFormatIsOnlyLookedAtAfterUpgrade(t *testing.T) {
	path := filepath.Join(t.TempDir(), "clip.masklet")
	if err := os.WriteFile(path, sample(t), 0o644); err != nil {
		t.Fatal(err)
	}
	before := folderState(t, filepath.Dir(path))
	o := options{schema: nextSchema, historyLimit: HistoryLimit, viewOnly: true}
	if _, err := open(context.Background(), path, o); err == nil || !strings.Contains(err.Error(), "older format") {
		t.Errorf("got %v", err)
	}
	if !mapsEqual(before, folderState(t, filepath.Dir(path))) {
		t.Error("the folder changed")
	}
}

// TestNotANumber: one bad number from an engine must not keep the rest of the
// work from being saved.
func TestNotANumber(t *testing.T) {
	p := create(t)
	a := newActor(1, p.Document(), p.History())
	a.addObject()
	zero := 0.0
	r := annotate.NewResult(a.mask(), zero/zero, annotate.Tracked, "bad\xffname")
	r.Score, r.IoU = 1/zero, -1/zero
	prompt := annotate.Prompt{Points: []annotate.Point{{X: zero / zero, Y: 1}}}
	key := "k\xff"
	a.do("Bad", p.Document().SetResult(frameOf(1, 0), &r), p.Document().SetPrompt(frameOf(1, 0), &prompt),
		p.Document().SetSetting(key, &key))
	p = reopen(t, p)
	got, ok := p.Document().Result(frameOf(1, 0))
	if !ok || got.Confidence != 0 || got.Area != r.Area {
		t.Errorf("result %+v", got)
	}
	undoAll(p)
	redoAll(p)
	flush(t, p)
}
