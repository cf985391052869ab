package transfer

import (
	"context"
	"fmt"
	"strings"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/project/export"
	"github.com/masklet/masklet/project/export/formats"
	"github.com/masklet/masklet/ui/session"
)

// Import is an import that the user asks for.
type Import struct {
	Format  string // its name
	Path    string // file or folder
	Match   export.Match
	Meeting export.Meeting
}

// Imported is what was read, and is not yet in the document.
type Imported struct {
	intake *export.Intake
	named  []export.Object
	input  export.Input
}

// Read reads the masks, on any goroutine; doc is only looked at by Change.
// progress is told how many were read.
func (i Import) Read(ctx context.Context, doc *annotate.Document, video export.Video, progress func(masks int64)) (*Imported, error) {
	chosen, err := export.Named(export.Readable(formats.All()), []string{i.Format})
	if err != nil {
		return nil, err
	}
	r := &Imported{intake: export.NewIntake(doc, i.Meeting), input: export.Input{Video: video, Match: i.Match}}
	r.input.Take = func(key annotate.FrameKey, m annotate.Mask) error {
		progress(int64(r.intake.Masks() + 1))
		return r.intake.Take(key, m)
	}
	r.named, err = export.Read(ctx, chosen[0], i.Path, &r.input)
	return r, err
}

// Into puts what was read into a session as one step that can be undone, on the
// session's own goroutine. It returns what the user should know of it.
func (r *Imported) Into(s *session.Session) (string, error) {
	change, taken, err := r.intake.Change(r.named)
	if err != nil {
		return "", err
	}
	s.DoAndTell(change)
	lines := []string{fmt.Sprintf("Imported %d masks of %d objects (Ctrl+Z takes them away)", taken.Masks, taken.Objects)}
	if taken.Kept > 0 {
		lines = append(lines, fmt.Sprintf("%d accepted frames were left as they are", taken.Kept))
	}
	return strings.Join(append(append(lines, r.input.Notes()...), taken.Notes...), "; "), nil
}
