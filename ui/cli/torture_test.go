package cli

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/masklet/masklet/inference/modelpack"
	"github.com/masklet/masklet/inference/ort/orttest"
	"github.com/masklet/masklet/project"
)

// torment is one command that is killed at a random moment, again and again.
type torment struct {
	kind   string
	setup  func(t *testing.T, dir string)       // what must be there before the command
	args   func(dir string) []string            // the command; repeating it goes on
	resume func(dir string) []string            // another that goes on, once a run is under way; may be nil
	whole  func(t *testing.T, dir string) state // what it leaves when it is not killed
}

// state is the content of files by their names.
type state map[string]string

// tally counts what kills did.
type tally struct{ kills, unfinished, lost, deadEnds, left int }

// TestKilledCommands kills commands at random moments. Each is then given again
// as it was, which must end it as if it had never been killed, with nothing
// left behind. MASKLET_KILLS says how many kills each command gets.
func TestKilledCommands(t *testing.T) {
	kills := 2
	if n, err := strconv.Atoi(os.Getenv("MASKLET_KILLS")); err == nil {
		kills = n
	}
	frames, truth, prompts := makeClip(t)
	tracked := t.TempDir()
	program(t, tracked, "track", "-video", frames, "-prompts", prompts, "-project", filepath.Join(tracked, "p.masklet"))
	project := func(t *testing.T, dir string) {
		data, err := os.ReadFile(filepath.Join(tracked, "p.masklet"))
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, "p.masklet"), data, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	checkpoint := nanoFile(t)
	nothing := func(*testing.T, string) {}
	track := func(more ...string) func(dir string) []string {
		return func(dir string) []string {
			return append([]string{"track", "-project", filepath.Join(dir, "p.masklet"), "-out", filepath.Join(dir, "out")}, more...)
		}
	}
	kinds := []torment{
		{"track", nothing, track("-video", frames, "-prompts", prompts), track("-resume"), masksIn("out/png")},
		{"export", project, func(dir string) []string {
			return []string{"export", "-project", filepath.Join(dir, "p.masklet"), "-format", "png,davis,coco", "-out", filepath.Join(dir, "out")}
		}, nil, masksIn("out")},
		{"import", project, func(dir string) []string {
			return []string{"import", "-project", filepath.Join(dir, "p.masklet"), "-format", "png", "-in", truth, "-match", "order"}
		}, nil, func(t *testing.T, dir string) state {
			program(t, dir, "export", "-project", filepath.Join(dir, "p.masklet"), "-out", filepath.Join(dir, "out"))
			defer os.RemoveAll(filepath.Join(dir, "out"))
			return masksIn("out/png")(t, dir)
		}},
		{"model", nothing, func(string) []string {
			return []string{"model", "import", checkpoint, "-size", "64", "-name", "nano"}
		}, nil, masksIn("models")},
	}
	if pack, prompts := nanoInstalled(t, checkpoint), manyPrompts(t); pack != nil {
		sam := func(more ...string) func(dir string) []string {
			return track(append(more, "-video", frames, "-prompts", prompts, "-engine", "nano-64", "-clear-memory-around")...)
		}
		kinds = append(kinds,
			torment{"sam2", pack, sam(), track("-resume"), masksIn("out/png")},
			torment{"stride", pack, sam("-stride", "3", "-start", "1", "-end", "14"), track("-resume"), masksIn("out/png")})
	}
	for _, k := range kinds {
		t.Run(k.kind, func(t *testing.T) {
			began := time.Now()
			n := k.run(t, kills)
			t.Logf("torture: %-8s kills=%d unfinished=%d lost=%d dead_ends=%d left=%d seconds=%.0f",
				k.kind, n.kills, n.unfinished, n.lost, n.deadEnds, n.left, time.Since(began).Seconds())
			if n.lost+n.deadEnds+n.left > 0 {
				t.Errorf("%+v", n)
			}
		})
	}
}

func (k torment) run(t *testing.T, kills int) (n tally) {
	once := t.TempDir()
	k.setup(t, once)
	began := time.Now()
	program(t, once, k.args(once)...)
	takes := time.Since(began)
	want, names := k.whole(t, once), namesIn(t, once)
	rng := rand.New(rand.NewPCG(uint64(len(k.kind)), uint64(kills)))
	for n.kills < kills {
		dir := t.TempDir()
		k.setup(t, dir)
		for more := true; more && n.kills < kills; more = rng.IntN(3) == 0 {
			cmd := command(dir, k.next(dir, rng)...)
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Duration(rng.Int64N(int64(takes))))
			cmd.Process.Kill()
			n.kills++
			if cmd.Wait() != nil {
				n.unfinished++
			}
		}
		args := k.next(dir, rng)
		if out, err := command(dir, args...).CombinedOutput(); err != nil {
			n.deadEnds++
			t.Logf("%q: %v: %s", args, err, out)
			continue
		}
		if bad := differing(k.whole(t, dir), want); len(bad) > 0 {
			n.lost++
			t.Logf("%q leads to other files %v", args, bad)
		}
		if got := namesIn(t, dir); !slices.Equal(got, names) {
			n.left++
			t.Logf("it leaves %v, not %v", got, names)
		}
	}
	return n
}

// differing returns the names of the files that are not the same in both.
func differing(a, b state) (names []string) {
	for _, pair := range [][2]state{{a, b}, {b, a}} {
		for name, data := range pair[0] {
			if other, ok := pair[1][name]; (!ok || other != data) && !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	slices.Sort(names)
	return names
}

// next returns the command again, or, where a run is under way, now and then the
// one that resumes it.
func (k torment) next(dir string, rng *rand.Rand) []string {
	if k.resume == nil || rng.IntN(2) == 0 {
		return k.args(dir)
	}
	p, err := project.OpenReadOnly(context.Background(), filepath.Join(dir, "p.masklet"))
	if err != nil {
		return k.args(dir)
	}
	defer p.Close()
	if _, pending := p.PendingRun(); !pending {
		return k.args(dir)
	}
	return k.resume(dir)
}

// nanoInstalled returns what installs the nano pack of SAM 2, nil where ONNX
// Runtime is missing.
func nanoInstalled(t *testing.T, checkpoint string) func(t *testing.T, dir string) {
	if !orttest.Find(t) {
		t.Log("no ONNX Runtime: SAM 2 is left out")
		return nil
	}
	root := t.TempDir()
	program(t, root, "model", "import", checkpoint, "-size", "64", "-name", "nano")
	return func(t *testing.T, dir string) {
		t.Helper()
		if err := os.CopyFS(filepath.Join(dir, "models"), os.DirFS(filepath.Join(root, "models"))); err != nil {
			t.Fatal(err)
		}
	}
}

// manyPrompts writes prompts of two objects, on several frames each.
func manyPrompts(t *testing.T) string {
	t.Helper()
	entry := func(f int) string {
		x, y := discAt(f)
		return fmt.Sprintf(`{"frame":%d,"points":[[%d,%d,1]]}`, f, x, y)
	}
	text := fmt.Sprintf(`{"objects":[{"id":1,"prompts":[%s,%s]},{"id":2,"prompts":[{"frame":5,"box":[100,10,150,50]},%s]}]}`, entry(3), entry(11), entry(9))
	file := filepath.Join(t.TempDir(), "many.json")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// command is the program with folders of its own in dir.
func command(dir string, args ...string) *exec.Cmd {
	cmd := exec.Command(os.Args[0], args...)
	cmd.Env = append(os.Environ(), asProgram+"=1", modelpack.EnvModels+"="+filepath.Join(dir, "models"),
		"XDG_CACHE_HOME="+filepath.Join(dir, "cache"), "TMPDIR="+dir)
	return cmd
}

func program(t *testing.T, dir string, args ...string) {
	t.Helper()
	if out, err := command(dir, args...).CombinedOutput(); err != nil {
		t.Fatalf("%q: %v: %s", args, err, out)
	}
}

// masksIn returns the content of all files below a folder but for notes of when
// and how fast they were made.
func masksIn(folder string) func(t *testing.T, dir string) state {
	return func(t *testing.T, dir string) state {
		t.Helper()
		files := state{}
		root := filepath.Join(dir, folder)
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || d.Name() == "run.json" || d.Name() == "manifest.json" {
				return err
			}
			data, err := os.ReadFile(path)
			rel, _ := filepath.Rel(root, path)
			files[rel] = string(bytes.TrimSpace(data))
			return err
		})
		if err != nil || len(files) == 0 {
			t.Fatalf("%d files in %s (%v)", len(files), root, err)
		}
		return files
	}
}

// namesIn returns all names below a folder, but for those in caches.
func namesIn(t *testing.T, dir string) (names []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		rel, _ := filepath.Rel(dir, path)
		if d.IsDir() && strings.HasSuffix(rel, "cache/masklet/media") {
			return fs.SkipDir
		}
		names = append(names, rel)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}
