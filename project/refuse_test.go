package project

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/masklet/masklet/project/internal/dbfile"
)

// sample returns the bytes of a closed project with some work in it.
func sample(t *testing.T) []byte {
	t.Helper()
	p := create(t)
	a := newActor(3, p.Document(), p.History())
	for range 60 {
		a.step()
	}
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(p.Path())
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// folderState returns the name and content of every file in dir.
func folderState(t *testing.T, dir string) map[string]string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, e := range entries {
		data, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		out[e.Name()] = string(data)
	}
	return out
}

// TestOpenRefuses checks that what is not a sound project is refused with the
// right reason in one line that names it, and that not a byte changes.
func TestOpenRefuses(t *testing.T) {
	good := sample(t)
	edit := func(query string) []byte { return edited(t, good, query) }
	const page = 4096
	cases := map[string]struct {
		data []byte
		want error
	}{
		"empty":               {nil, ErrNotProject},
		"text":                {[]byte("hello, this is no project"), ErrNotProject},
		"one byte":            {[]byte("S"), ErrDamaged},
		"cut in the header":   {good[:50], ErrDamaged},
		"cut in page 1":       {good[:page/2], ErrDamaged},
		"cut in the middle":   {good[:len(good)/2/page*page], ErrDamaged},
		"last page cut":       {good[:len(good)-page], ErrDamaged},
		"half of last page":   {good[:len(good)-page/2], ErrDamaged},
		"another program's":   {edit("PRAGMA application_id = 77"), ErrNotProject},
		"newer":               {edit("PRAGMA user_version = 99"), ErrNewer},
		"version 0":           {edit("PRAGMA user_version = 0"), ErrDamaged},
		"table missing":       {edit("DROP TABLE prompts"), nil},
		"no media":            {edit("DELETE FROM media"), ErrDamaged},
		"timestamps":          {edit("UPDATE media SET timestamps = '[1'"), ErrDamaged},
		"timestamps too few":  {edit("UPDATE media SET timestamps = '[1, 2]'"), ErrDamaged},
		"no frames":           {edit("UPDATE media SET frames = 0"), ErrDamaged},
		"frame out of range":  {edit("INSERT INTO protected SELECT id, 4000 FROM objects LIMIT 1"), ErrDamaged},
		"colour":              {edit("UPDATE objects SET color = 'red'"), ErrDamaged},
		"points":              {edit("UPDATE prompts SET points = '{}'"), ErrDamaged},
		"history":             {edit("UPDATE history SET edits = 'x'"), ErrDamaged},
		"history of nothing":  {edit("UPDATE history SET edits = '[{}]'"), ErrDamaged},
		"history's mask gone": {edit("UPDATE history SET edits = '[{\"results\":[[1,1,0,999999]]}]'"), ErrDamaged},
		"column renamed":      {bytes.Replace(good, []byte("engine    TEXT"), []byte("engime    TEXT"), 1), ErrDamaged},
		"index that lacks a row": {edit(`PRAGMA writable_schema = ON;
			CREATE TEMP TABLE kept AS SELECT * FROM sqlite_schema WHERE name = 'objects_class';
			DELETE FROM sqlite_schema WHERE name = 'objects_class';
			PRAGMA writable_schema = RESET;
			INSERT INTO objects (id, label, color, hidden) VALUES (900, '', '#000000', 0);
			PRAGMA writable_schema = ON;
			INSERT INTO sqlite_schema SELECT * FROM kept;
			PRAGMA writable_schema = RESET`), ErrDamaged},
		"a trigger": {edit("CREATE TRIGGER t AFTER UPDATE ON progress BEGIN DELETE FROM masklets; END"), ErrDamaged},
		"a view":    {edit("CREATE VIEW v AS SELECT 1"), ErrDamaged},
		"a table":   {edit("CREATE TABLE extra (id INTEGER)"), ErrDamaged},
		"an index":  {edit("CREATE INDEX i ON masks (rle)"), ErrDamaged},
		"a view for a table": {edit(`ALTER TABLE settings RENAME TO s2;
			CREATE VIEW settings AS WITH RECURSIVE n(key, value) AS (SELECT '1', '' UNION ALL SELECT key + 1, '' FROM n) SELECT * FROM n`), ErrDamaged},
		"another view":      {edit("DROP VIEW masklet_list; CREATE VIEW masklet_list AS SELECT 1"), ErrDamaged},
		"checks taken away": {edit(`PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = replace(sql, 'CHECK (id = 1)', '') WHERE name = 'media'`), ErrDamaged},
		"masklet without":   {edit("PRAGMA foreign_keys = OFF; DELETE FROM results"), ErrDamaged},
	}
	const writeVersion, readVersion, schemaFormat = 18, 19, 47
	for _, at := range []int{writeVersion, readVersion, schemaFormat} {
		data := bytes.Clone(good)
		data[at] ^= 0x10
		cases[fmt.Sprintf("byte %d of the header", at)] = struct {
			data []byte
			want error
		}{data, ErrDamaged}
	}
	for _, at := range []int{1, 2, 3, 5, len(good)/page - 1} {
		data := bytes.Clone(good)
		for i := range page {
			data[at*page+i] = byte(i * 37)
		}
		cases[fmt.Sprintf("page %d overwritten", at)] = struct {
			data []byte
			want error
		}{data, ErrDamaged}
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			path := filepath.Join(dir, "odd name %41?#.masklet")
			if err := os.WriteFile(path, c.data, 0o644); err != nil {
				t.Fatal(err)
			}
			before := folderState(t, dir)
			for _, open := range []func(context.Context, string) (*Project, error){Open, OpenReadOnly} {
				p, err := open(context.Background(), path)
				if err == nil {
					p.Close()
					t.Fatal("it was opened")
				}
				if c.want != nil && !errors.Is(err, c.want) {
					t.Errorf("error %q has another reason than %q", err, c.want)
				}
				if !strings.Contains(err.Error(), "odd name") || strings.Contains(err.Error(), "\n") {
					t.Errorf("not one line that names the file: %q", err)
				}
			}
			if after := folderState(t, dir); !mapsEqual(before, after) {
				t.Errorf("the folder changed")
			}
		})
	}
}

func mapsEqual(a, b map[string]string) bool {
	if len(a) != len(b) {
		return false
	}
	for k, v := range a {
		if w, ok := b[k]; !ok || v != w {
			return false
		}
	}
	return true
}

// edited returns data after an SQL script was run on it.
func edited(t *testing.T, data []byte, script string) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "edit.masklet")
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
	db, err := dbfile.Open(context.Background(), path, dbfile.ReadWrite, 1)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec(script); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	out, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestOpenRefusesMissingAndFolder(t *testing.T) {
	dir := t.TempDir()
	if _, err := Open(context.Background(), filepath.Join(dir, "no.masklet")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("missing file: %v", err)
	}
	if _, err := Open(context.Background(), dir); !errors.Is(err, ErrNotProject) {
		t.Errorf("folder: %v", err)
	}
	if n := len(folderState(t, dir)); n != 0 {
		t.Errorf("%d files appeared", n)
	}
}

// TestDamagedLogIsCutAtItsLastCommit: what a crash leaves in the log may be
// torn; everything before stays.
func TestDamagedLogIsCutAtItsLastCommit(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "clip.masklet")
	p, err := Create(context.Background(), path, testMedia())
	if err != nil {
		t.Fatal(err)
	}
	a := newActor(1, p.Document(), p.History())
	a.addObject()
	flush(t, p)
	want := p.Document().Contents()
	copied := filepath.Join(t.TempDir(), "clip.masklet")
	copyFile(t, path, copied)
	copyFile(t, path+"-wal", copied+"-wal")
	p.Close()
	log, err := os.OpenFile(copied+"-wal", os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	log.Write(bytes.Repeat([]byte("torn"), 3000))
	log.Close()
	sameContents(t, "after a torn log", reopenPath(t, copied).Document().Contents(), want)
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	data, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(to, data, 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestRefusedWithLogIsNotChanged: a damaged file beside a log that was left by
// a killed program keeps both.
func TestRefusedWithLogIsNotChanged(t *testing.T) {
	p := create(t)
	newActor(1, p.Document(), p.History()).addObject()
	flush(t, p)
	dir := t.TempDir()
	path := filepath.Join(dir, "clip.masklet")
	data, err := os.ReadFile(p.Path())
	if err != nil {
		t.Fatal(err)
	}
	for i := 4096; i < len(data); i++ {
		data[i] = byte(i * 31)
	}
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
	copyFile(t, p.Path()+"-wal", path+"-wal")
	before := folderState(t, dir)
	for _, open := range []func(context.Context, string) (*Project, error){Open, OpenReadOnly} {
		if _, err := open(context.Background(), path); !errors.Is(err, ErrDamaged) {
			t.Fatalf("got %v", err)
		}
		sameFolder(t, dir, before)
	}
}

func sameFolder(t *testing.T, dir string, before map[string]string) {
	t.Helper()
	after := folderState(t, dir)
	for name, content := range before {
		if after[name] != content {
			t.Errorf("%s changed", name)
		}
		delete(after, name)
	}
	for name := range after {
		t.Errorf("%s was left behind", name)
	}
}

// TestLookingLeavesNothing: who only looks at what a killed program left
// changes no file and adds none; the index of another program stays.
func TestLookingLeavesNothing(t *testing.T) {
	p := create(t)
	newActor(1, p.Document(), p.History()).addObject()
	flush(t, p)
	for _, withIndex := range []bool{false, true} {
		path := filepath.Join(t.TempDir(), "clip.masklet")
		copyFile(t, p.Path(), path)
		copyFile(t, p.Path()+"-wal", path+"-wal")
		if withIndex {
			db, err := dbfile.Open(context.Background(), path, dbfile.ReadOnly, 1)
			if err != nil {
				t.Fatal(err)
			}
			defer db.Close()
			if _, err := db.Exec("SELECT count(*) FROM media"); err != nil {
				t.Fatal(err)
			}
		}
		before := folderState(t, filepath.Dir(path))
		if _, there := before["clip.masklet-shm"]; there != withIndex {
			t.Fatalf("an index is there: %v", there)
		}
		q, err := OpenReadOnly(context.Background(), path)
		if err != nil {
			t.Fatal(err)
		}
		sameContents(t, "looked at", q.Document().Contents(), p.Document().Contents())
		if err := q.Close(); err != nil {
			t.Fatal(err)
		}
		sameFolder(t, filepath.Dir(path), before)
	}
}

func TestCreateNeverOverwrites(t *testing.T) {
	path := filepath.Join(t.TempDir(), "clip.masklet")
	if err := os.WriteFile(path, []byte("mine"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := Create(context.Background(), path, testMedia()); !errors.Is(err, ErrExists) {
		t.Errorf("got %v", err)
	}
	if state := folderState(t, filepath.Dir(path)); len(state) != 1 || state["clip.masklet"] != "mine" {
		t.Errorf("the folder changed: %v", state)
	}
}

func TestCreateRefusesBadMedia(t *testing.T) {
	for name, spoil := range map[string]func(*Media){
		"no frames":      func(m *Media) { m.Frames = 0 },
		"no size":        func(m *Media) { m.W = 0 },
		"few timestamps": func(m *Media) { m.Timestamps = m.Timestamps[1:] },
	} {
		m := testMedia()
		spoil(&m)
		dir := t.TempDir()
		if _, err := Create(context.Background(), filepath.Join(dir, "a.masklet"), m); err == nil {
			t.Errorf("%s: accepted", name)
		}
		if len(folderState(t, dir)) != 0 {
			t.Errorf("%s: something was left behind", name)
		}
	}
}

// TestSideFilesVanish: a closed project is one file.
func TestSideFilesVanish(t *testing.T) {
	p := create(t)
	newActor(5, p.Document(), p.History()).addObject()
	p.Close()
	if state := folderState(t, filepath.Dir(p.Path())); len(state) != 1 {
		t.Errorf("%d files are left", len(state))
	}
}

// TestReadableWithOtherTools reads masks with the sqlite3 program, as the user
// would.
func TestReadableWithOtherTools(t *testing.T) {
	tool, err := exec.LookPath("sqlite3")
	if err != nil {
		t.Skip("the sqlite3 program is not installed")
	}
	p := create(t)
	a := newActor(5, p.Document(), p.History())
	a.addObject()
	a.paint()
	p.Close()
	out, err := exec.Command(tool, p.Path(), "PRAGMA integrity_check; PRAGMA application_id; SELECT width, height, rle FROM masklet_list").CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	frame := p.Document().ResultFrames(1)[0]
	snap := reopenPath(t, p.Path()).Snapshot()
	m := snap.Results[1][frame]
	mask, err := m.Mask.Load()
	if err != nil {
		t.Fatal(err)
	}
	want := fmt.Sprintf("ok\n%d\n%d|%d|%s\n", dbfile.ApplicationID, testW, testH, mask.RLEString())
	if string(out) != want {
		t.Errorf("got  %q\nwant %q", out, want)
	}
}
