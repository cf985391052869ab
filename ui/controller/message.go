package controller

import (
	"fmt"

	"github.com/masklet/masklet/ui/plain"
	"github.com/masklet/masklet/ui/session"
)

// Messages is what the status bar and the banner say.
type Messages struct{ *desk }

// Message returns what the status bar shows.
func (m *Messages) Message() Message { return m.message }

// Say shows a line in the status bar.
func (m *Messages) Say(k Kind, text string) { m.say(k, text) }

// Banner returns the banner, if there is one. A failing disk goes before
// everything else.
func (m *Messages) Banner() Banner {
	if p := m.sess.Store.Status().Reason(); p != "" {
		return Banner{Kind: Warning, Text: "Not saved: " + p + ". Your work is kept in memory.", Action: "Try again", Do: m.RetrySave}
	}
	return m.banner
}

// DismissBanner takes the banner away.
func (m *Messages) DismissBanner() {
	m.banner = Banner{}
	m.changed(PartMessage)
}

// RetrySave tries again to save what could not be saved.
func (m *Messages) RetrySave() {
	s := m.sess
	s.Go(func() {
		err := s.Store.Retry(s.Context())
		s.Post(func() {
			if err != nil {
				m.fail("Save", err)
				return
			}
			m.say(Success, "Everything is saved")
		})
	})
}

// nextStep says what Ctrl+T does now.
func nextStep(s *session.Session) string {
	if s.Tracking() {
		return "Tracking goes on; Ctrl+T stops"
	}
	switch ranges, _ := s.Fixes(); len(ranges) {
	case 0:
	case 1:
		return fmt.Sprintf("Ctrl+T tracks frames %d–%d again", ranges[0].First, ranges[0].Last)
	default:
		return fmt.Sprintf("Ctrl+T tracks %d stretches again", len(ranges))
	}
	ids := s.Guided()
	switch {
	case len(ids) == 0:
		return "Click the object to get its mask"
	case s.Document().Frames() == 1:
		return "There is one frame only: Ctrl+E exports"
	case len(ids) == 1:
		return "Ctrl+T tracks " + s.Document().Name(ids[0]) + " through the video"
	}
	return fmt.Sprintf("Ctrl+T tracks the %d objects through the video", len(ids))
}

// openLine says what was opened, or what to do with a new video.
func openLine(s *session.Session) string {
	d := s.Document()
	masks, prompts := 0, 0
	for _, o := range d.Objects() {
		masks += len(d.ResultFrames(o.ID))
		prompts += len(d.Keyframes(o.ID))
	}
	if masks <= prompts {
		return nextStep(s)
	}
	return fmt.Sprintf("Opened with %s and %s", plain.Count(len(d.Objects()), "object"), plain.Count(masks, "mask"))
}
