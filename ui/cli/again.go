package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"reflect"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference"
	"github.com/masklet/masklet/project"
	"github.com/masklet/masklet/project/media"
	"github.com/masklet/masklet/project/promptfile"
	"github.com/masklet/masklet/ui/session"
	"github.com/masklet/masklet/ui/session/opening"
)

// place makes the project that a run goes into. One that is there already is
// taken up where the same command was killed before: its run is returned, to go
// on, or, if there was none yet, the file, which holds nothing but what the
// command makes, is made anew. Any other project may be a labeler's work.
func (o trackOptions) place(ctx context.Context, video *media.Video, objects []promptfile.Object, engine string, s inference.Settings,
	t session.Target) (*session.Clip, project.Run, error) {
	none := project.Run{}
	if _, err := os.Lstat(o.project); o.project == "" || errors.Is(err, fs.ErrNotExist) {
		clip, err := opening.Create(ctx, video, o.project)
		return clip, none, err
	}
	clip, err := opening.Reopen(ctx, video, o.project)
	switch {
	case errors.Is(err, project.ErrMediaDiffers):
		return nil, none, fmt.Errorf("make the project: %s exists already, for another video; choose another name for -project: %w", o.project, err)
	case err != nil:
		return nil, none, fmt.Errorf("make the project: %s exists already: %w", o.project, err)
	}
	run, any := clip.Store.LastRun()
	switch doc := clip.Store.Document(); {
	case !any && holdsOnly(doc, objects):
		if err := errors.Join(clip.Store.Close(), os.Remove(o.project)); err != nil {
			return nil, none, fmt.Errorf("make the project anew: %w", err)
		}
		clip, err = opening.Create(ctx, video, o.project)
		return clip, none, err
	case any && prompted(doc) == count(objects) && promptsAmong(doc, objects) && session.IsRunOf(run, doc, engine, s, t):
		return clip, run, nil
	}
	return nil, none, errors.Join(fmt.Errorf("make the project: %s exists already: choose another name, or go on with it by -resume", o.project), clip.Store.Close())
}

// holdsOnly reports whether a document has no prompts but some of those, and
// masks only where they are.
func holdsOnly(doc *annotate.Document, objects []promptfile.Object) bool {
	for _, o := range doc.Objects() {
		for _, f := range doc.ResultFrames(o.ID) {
			if _, ok := doc.Prompt(annotate.FrameKey{Object: o.ID, Frame: f}); !ok {
				return false
			}
		}
		if len(doc.ProtectedFrames(o.ID)) > 0 {
			return false
		}
	}
	return promptsAmong(doc, objects)
}

// promptsAmong reports whether a document has no prompts but some of those.
func promptsAmong(doc *annotate.Document, objects []promptfile.Object) bool {
	want := map[annotate.FrameKey]annotate.Prompt{}
	known := map[annotate.ObjectID]annotate.Object{}
	for _, lp := range objects {
		known[lp.Object.ID] = lp.Object
		for f, p := range lp.Prompts {
			want[annotate.FrameKey{Object: lp.Object.ID, Frame: f}] = p
		}
	}
	for _, o := range doc.Objects() {
		if known[o.ID] != o {
			return false
		}
		for _, f := range doc.Keyframes(o.ID) {
			key := annotate.FrameKey{Object: o.ID, Frame: f}
			have, _ := doc.Prompt(key)
			if p, ok := want[key]; !ok || !samePrompt(have, p) {
				return false
			}
		}
	}
	return true
}

func samePrompt(a, b annotate.Prompt) bool {
	if (a.Mask == nil) != (b.Mask == nil) || a.Mask != nil && !a.Mask.Equal(*b.Mask) {
		return false
	}
	a.Mask, b.Mask = nil, nil
	return len(a.Points) == len(b.Points) && (len(a.Points) == 0 || reflect.DeepEqual(a.Points, b.Points)) && reflect.DeepEqual(a.Box, b.Box)
}

// answerOpen asks for the masks of prompts whose answers a kill took away.
func answerOpen(ctx context.Context, d *session.Driver) error {
	doc := d.Document()
	for _, o := range doc.Objects() {
		for _, f := range doc.Keyframes(o.ID) {
			key := annotate.FrameKey{Object: o.ID, Frame: f}
			if _, answered := doc.Result(key); answered {
				continue
			}
			p, _ := doc.Prompt(key)
			if err := d.Ask(ctx, key, p); err != nil {
				return fmt.Errorf("object %d, frame %d: %w", key.Object, key.Frame, err)
			}
		}
	}
	return nil
}

// prompted counts the prompts of a document.
func prompted(doc *annotate.Document) (n int) {
	for _, o := range doc.Objects() {
		n += len(doc.Keyframes(o.ID))
	}
	return n
}

func count(objects []promptfile.Object) (n int) {
	for _, lp := range objects {
		n += len(lp.Prompts)
	}
	return n
}
