package controller

import (
	"github.com/masklet/masklet/project"
)

// Leaving asks before work is lost that cannot be saved.
type Leaving struct {
	*desk
	unsaved *Unsaved // nil: nothing to ask
}

// Unsaved is work that closing the video would lose, because it cannot be saved.
type Unsaved struct {
	Project string // path of the project file
	Reason  string // why, in one sentence
	then    func()
	stay    func()
}

// Leave calls then once what was done is saved. If it cannot be saved, Unsaved
// asks, and stay is called if the user does not leave.
func (l *Leaving) Leave(then, stay func()) {
	s := l.sess
	l.Stay()
	if st := s.Store.Status(); st.State == project.Saved {
		then()
		return
	}
	s.Go(func() {
		err := s.Store.Flush(s.Context())
		s.Post(func() {
			if err == nil {
				then()
				return
			}
			l.unsaved = &Unsaved{Project: s.Store.Path(), Reason: PlainLine(err), then: then, stay: stay}
			l.changed(PartClip | PartMessage)
		})
	})
}

// Unsaved returns what closing would lose, or nil. It is the same value until
// the user answers.
func (l *Leaving) Unsaved() *Unsaved { return l.unsaved }

// Stay answers Unsaved: nothing is closed.
func (l *Leaving) Stay() {
	if u := l.unsaved; u != nil {
		l.unsaved = nil
		u.stay()
	}
}

// LeaveUnsaved answers Unsaved: what is not saved is lost.
func (l *Leaving) LeaveUnsaved() {
	if u := l.unsaved; u != nil {
		l.unsaved = nil
		u.then()
	}
}

// RetryLeaving answers Unsaved: saving is tried again.
func (l *Leaving) RetryLeaving() {
	u, s := l.unsaved, l.sess
	if u == nil {
		return
	}
	l.unsaved = nil
	s.Go(func() {
		_ = s.Store.Retry(s.Context()) // Leave tells how it went
		s.Post(func() { l.Leave(u.then, u.stay) })
	})
}
