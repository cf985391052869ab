package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
)

func TestUsageErrorsAreOneLineAndExit2(t *testing.T) {
	tests := []struct {
		args string
		says string
	}{
		{"fly", `"fly" is no command`},
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
		{"simulate -video v", "-gt is required"},
		{"simulate -video v -gt g -mode slow", `-mode "slow"`},
		{"model", "say what to do"},
		{"track -video v -video w", "-video is given twice"},
		{"track -video", "-video needs a value"},
		{"track -video v -prompts p -out o -start five", `-start "five" is not a whole number`},
		{"track -video v -prompts p -out o -resume=perhaps", `-resume "perhaps" is not true or false`},
		{"track -video v -prompts p -out o -project=", "-project is empty"},
		{"track -video v -prompts p -out o -format=", "-format is empty"},
		{"track -video v -prompts p -out o -format png,", `-format "": use png, davis or coco`},
		{"track -video v -prompts p -out o -polygons", "-polygons needs -format coco"},
		{"track -video v -prompts p -out o -threads -3", "-threads -3 is not from 1 to 1024"},
		{"track -video v -prompts p -out o -bogus 1", "unknown option -bogus"},
		{"track -resume -project p -start 3", "leave -start out"},
		{"track -resume -project p -direction forward", "leave -direction out"},
		{"export -project p -out masks.json -format png", "-out masks.json is a file"},
		{"export -project p -out o -format png -polygons", "-polygons needs -format coco"},
		{"import -project p -in i -format png,coco", `-format "png,coco"`},
		{"eval -pred p -gt", "-gt needs a value"},
		{"bench -video v -pairs 2", "-pairs needs -vs"},
		{"bench -video v -frames -1", "-frames -1 is negative"},
		{"simulate -video v -gt g -rounds 0", "-rounds 0 is less than 1"},
		{"info -project=", "-project is empty"},
		{"version now", `unexpected argument "now"`},
		{"help track now", `unexpected argument "track"`},
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

func TestHelpExplainsEveryCommand(t *testing.T) {
	code, out, _ := runCommand(t, context.Background(), "help")
	if code != ExitDone {
		t.Fatalf("exit %d", code)
	}
	for _, c := range commands() {
		if !strings.Contains(out, "masklet "+c.name) {
			t.Errorf("help does not name %s", c.name)
		}
		if code, out, _ := runCommand(t, context.Background(), c.name, "-h"); code != ExitDone || out == "" {
			t.Errorf("%s -h: exit %d, %q", c.name, code, out)
		}
		if code, again, _ := runCommand(t, context.Background(), "help", c.name); code != ExitDone || !strings.Contains(again, "masklet "+c.name) {
			t.Errorf("help %s: exit %d, %q", c.name, code, again)
		}
		if !Handles([]string{c.name}) {
			t.Errorf("%s would open the window", c.name)
		}
	}
	if Handles(nil) || Handles([]string{"open"}) || Handles([]string{"clip.mp4"}) {
		t.Error("the window cannot be opened")
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

func TestReflectIndexGoesBackAndForth(t *testing.T) {
	want := []int{0, 1, 2, 3, 2, 1, 0, 1, 2, 3, 2}
	for i, w := range want {
		if got := reflectIndex(i, 4); got != w {
			t.Errorf("frame %d of 4 is %d, want %d", i, got, w)
		}
	}
	if reflectIndex(9, 1) != 0 {
		t.Error("a video of one frame")
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
