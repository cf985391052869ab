package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/masklet/masklet/inference/ort"
)

func TestUsageErrorsAreOneLineAndExit2(t *testing.T) {
	tests := []struct {
		args string
		says string
	}{
		{"fly", `"fly" is neither a command nor a file`},
		{"track", "is required"},
		{"track -video v -prompts p", "-out is required"},
		{"track -video v -prompts p -out o -direction up", `-direction "up"`},
		{"track -video v -prompts p -out o -format gif", `-format "gif"`},
		{"track -video v -prompts p -out o -progress loud", `-progress "loud"`},
		{"track -video v -prompts p -out o -start -1", "-start -1"},
		{"track -resume", "-resume needs -project"},
		{"track -resume -project p -video v", "leave -video"},
		{"track -resume -project p -engine e", "leave -engine out"},
		{"track -video v -prompts p -out o -bogus", "bogus"},
		{"bench -video v -preset best", `preset "best"`},
		{"bench -video v -memory-frames 9", "-memory-frames 9"},
		{"bench -video v -objects 0", "-objects"},
		{"bench -providers -video v", "-providers runs the graphs alone"},
		{"simulate -video v", "-gt is required"},
		{"simulate -video v -gt g -mode slow", `-mode "slow"`},
		{"model", "say what to do"},
		{"track -video v -video w", "-video is given twice"},
		{"track -video", "-video needs a value"},
		{"track -video v -prompts p -out o -start five", `-start "five" is not a whole number`},
		{"track -video v -prompts p -out o -resume=perhaps", `-resume "perhaps" is not true or false`},
		{"track -video v -prompts p -out o -project=", "-project is empty"},
		{"track -video v -prompts p -out o -format=", "-format is empty"},
		{"track -video v -prompts p -out o -format png,", `-format "": use png, davis, coco`},
		{"track -video v -prompts p -out o -polygons", "-polygons needs the format coco or labelme"},
		{"track -video v -prompts p -out o -threads -3", "-threads -3 is not from 1 to 1024"},
		{"track -video v -prompts p -out o -bogus 1", "unknown option -bogus"},
		{"track -resume -project p -start 3", "leave -start out"},
		{"track -resume -project p -direction forward", "leave -direction out"},
		{"export -project p -out masks.json -format png", "-out masks.json is a file"},
		{"export -project p -out o -format png -polygons", "-polygons needs the format coco or labelme"},
		{"import -project p -in i -format png,coco", `-format "png,coco"`},
		{"eval -pred p -gt", "-gt needs a value"},
		{"bench -video v -pairs 2", "-pairs needs -vs"},
		{"bench", "-video is required"},
		{"bench -soak -vs classic", "leave -vs out"},
		{"bench -video v -frames -1", "-frames -1 is negative"},
		{"simulate -video v -gt g -rounds 0", "-rounds 0 is less than 1"},
		{"info -project=", "-project is empty"},
		{"version now", `unexpected argument "now"`},
		{"help track now", `"now" is no command`},
		{"-bogus", "unknown option -bogus"},
		{"-allow-library", "-allow-library needs a value"},
		{"track -video v clip.mp4", `unexpected argument "clip.mp4"`},
		{"track -video v --video w", "-video is given twice"},
		{"track -video v -prompts p -out o -stride 2 -stride 2", "-stride is given twice"},
		{"completion tcsh", `"tcsh" is none of`},
		{"model get tiny -size five", `-size "five" is not a whole number`},
		{"model get", "the NAME of a model"},
		{"open a b", `unexpected argument "b"`},
		{"open a -sample", `"a"`},
		{"help flying", `"flying" is no command`},
	}
	for _, tt := range tests {
		t.Run(tt.args, func(t *testing.T) {
			t.Chdir(t.TempDir())
			code, out, errs := runCommand(t, context.Background(), strings.Fields(tt.args)...)
			if code != ExitUsage || out != "" || !strings.Contains(errs, tt.says) || strings.Count(errs, "\n") != 1 {
				t.Errorf("exit %d, %q", code, errs)
			}
		})
	}
}

// everyCommand returns the program's commands, those under others included.
func everyCommand(t *testing.T) []*cobra.Command {
	var all []*cobra.Command
	var add func(*cobra.Command)
	add = func(c *cobra.Command) {
		all = append(all, c)
		for _, sub := range c.Commands() {
			add(sub)
		}
	}
	for _, c := range newRoot(testEnv(t, io.Discard, io.Discard)).Commands() {
		add(c)
	}
	return all
}

func TestHelpExplainsEveryCommand(t *testing.T) {
	code, out, _ := runCommand(t, context.Background(), "help")
	if code != ExitDone {
		t.Fatalf("exit %d", code)
	}
	for _, c := range everyCommand(t) {
		path := strings.Fields(c.CommandPath())[1:]
		if !strings.Contains(out, c.CommandPath()) {
			t.Errorf("help does not name %s", c.CommandPath())
		}
		for _, args := range [][]string{append(path, "-h"), append(path, "-help"), append(path, "--help"), append([]string{"help"}, path...)} {
			code, out, _ := runCommand(t, context.Background(), args...)
			if code != ExitDone || !strings.Contains(out, c.CommandPath()) || !strings.Contains(out, c.Short[1:]) {
				t.Errorf("%v: exit %d, %q", args, code, out)
			}
			c.LocalFlags().VisitAll(func(f *pflag.Flag) {
				if f.Name != "help" && !regexp.MustCompile(`(?m)^ .*-`+f.Name+`( |$)`).MatchString(out) {
					t.Errorf("%v does not explain -%s", args, f.Name)
				}
			})
		}
	}
}

// The ways to call a command, here and in the README, name options that it has.
func TestSynopsesAreTrue(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	root := newRoot(testEnv(t, io.Discard, io.Discard))
	lines := strings.Split(strings.ReplaceAll(strings.Join(synopsis(root), "\n"), "\n ", " "), "\n")
	for _, line := range strings.Split(string(readme), "\n") {
		if strings.HasPrefix(line, "    masklet ") {
			lines = append(lines, line)
		}
	}
	option := regexp.MustCompile(`[ \[]-([a-z][a-z-]*)`)
	for _, line := range lines {
		cmd, _, err := root.Find(strings.Fields(line)[1:])
		if err != nil {
			t.Errorf("%s: %v", line, err)
			continue
		}
		for _, m := range option.FindAllStringSubmatch(line, -1) {
			if m[1] != "h" && cmd.Flags().Lookup(m[1]) == nil {
				t.Errorf("%q: there is no -%s", line, m[1])
			}
		}
	}
}

func TestOneDashOrTwo(t *testing.T) {
	for _, args := range []string{"eval -pred p -gt g", "eval --pred p --gt=g", "eval -pred=p -gt g"} {
		t.Chdir(t.TempDir())
		code, _, errs := runCommand(t, context.Background(), strings.Fields(args)...)
		if code != ExitFailed || !strings.Contains(errs, "masklet eval: ") || !strings.Contains(errs, "p") {
			t.Errorf("%s: exit %d, %q", args, code, errs)
		}
	}
	for _, args := range []string{"version", "-version", "--version"} {
		if code, out, _ := runCommand(t, context.Background(), args); code != ExitDone || out != "masklet test\n" {
			t.Errorf("%s: exit %d, %q", args, code, out)
		}
	}
}

// The library of one's own may be named before or after the command.
func TestLibraryIsNamed(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	for _, args := range []string{"-allow-library lib.so version", "version --allow-library=lib.so"} {
		t.Setenv(ort.LibraryEnv, "")
		code, out, errs := runCommand(t, context.Background(), strings.Fields(args)...)
		if got := os.Getenv(ort.LibraryEnv); code != ExitDone || out == "" || !filepath.IsAbs(got) || filepath.Base(got) != "lib.so" {
			t.Errorf("%s: exit %d, %q, the variable is %q", args, code, errs, got)
		}
	}
}

// Without a command, what is named opens in the window.
func TestWindowIsOpened(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.WriteFile("clip.mp4", nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for args, want := range map[string]string{
		"": `"" false`, "open": `"" false`, "clip.mp4": `"clip.mp4" false`, "open clip.mp4": `"clip.mp4" false`,
		"-sample": `"" true`, "--sample": `"" true`, "open -sample": `"" true`,
	} {
		got := ""
		env := testEnv(t, io.Discard, io.Discard)
		env.OpenWindow = func(_ context.Context, path string, sample bool) error {
			got = fmt.Sprintf("%q %v", path, sample)
			return nil
		}
		if code := Run(context.Background(), env, strings.Fields(args)); code != ExitDone || got != want {
			t.Errorf("%q: exit %d, opens %s, want %s", args, code, got, want)
		}
	}
	if code, _, errs := runCommand(t, context.Background(), "gone.mp4"); code != ExitFailed || !strings.Contains(errs, "gone.mp4") {
		t.Errorf("a missing file: exit %d, %q", code, errs)
	}
}

func TestShellsComplete(t *testing.T) {
	for _, shell := range []string{"bash", "zsh", "fish"} {
		code, out, errs := runCommand(t, context.Background(), "completion", shell)
		if code != ExitDone || !strings.Contains(out, "masklet") {
			t.Errorf("%s: exit %d, %q", shell, code, errs)
		}
	}
	for _, tt := range []struct {
		words []string
		offer string
	}{
		{[]string{"tr"}, "track\t"},
		{[]string{"track", "-vid"}, "-video\t"},
		{[]string{"track", "--vid"}, "--video\t"},
		{[]string{"track", "-video", "clip.mp4", "-preset", ""}, "balanced\n"},
		{[]string{"track", "-video", "clip.mp4", "-dir"}, "-direction\t"},
		{[]string{"track", "-engine", "cl"}, "classic\n"},
		{[]string{"model", "im"}, "import\t"},
		{[]string{"completion", ""}, "fish\n"},
	} {
		code, out, errs := runCommand(t, context.Background(), append([]string{"__complete"}, tt.words...)...)
		if code != ExitDone || !strings.Contains("\n"+out, "\n"+tt.offer) {
			t.Errorf("%q: exit %d, %q, %q", tt.words, code, out, errs)
		}
	}
}

func TestInfoIsCompleteWithoutOptionalParts(t *testing.T) {
	code, out, errs := runCommand(t, context.Background(), "info", "-json")
	if code != ExitDone {
		t.Fatalf("exit %d: %s", code, errs)
	}
	for _, field := range []string{`"version":"test"`, `"engines":["classic"]`, `"onnx_runtime"`, `"opencv":"4.`, `"providers"`, `"cache"`} {
		if !strings.Contains(out, field) {
			t.Errorf("%s is missing in %s", field, out)
		}
	}
}

// Joined errors make one line that says each thing once.
func TestOneLine(t *testing.T) {
	for _, c := range []struct {
		err  error
		want string
	}{
		{errors.New("one"), "one"},
		{errors.Join(errors.New("one"), errors.New("two")), "one; two"},
		{errors.Join(errors.New("no room"), fmt.Errorf("8 changes are not saved: no room"), errors.New("no room")), "8 changes are not saved: no room"},
	} {
		if got := OneLine(c.err); got != c.want {
			t.Errorf("%q: got %q, want %q", c.err, got, c.want)
		}
	}
}
