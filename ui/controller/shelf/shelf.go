// Package shelf is the list of the clips of a folder: how far the work on each is, the way
// from one to the next, and the classes and settings that they share. It exists so that
// the controller, which shows one clip, need not know of the others.
//
// A Shelf is used on the UI goroutine. What reads files runs elsewhere and comes back
// through Desk.Post.
package shelf

import (
	"context"
	"encoding/json"
	"fmt"
	"image"
	"path/filepath"
	"slices"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference"
	"github.com/masklet/masklet/project/clips"
)

// Desk is what a shelf needs of the controller.
type Desk struct {
	Ctx  context.Context // ends with the window
	Go   func(f func())  // runs f on a goroutine that is waited for at the end
	Post func(f func())  // runs f on the UI goroutine
	// Open opens a clip in place of what is open. Path and Document are those of the
	// clip that is.
	Open     func(path string)
	Path     func() string
	Document func() *annotate.Document
	Do       func(annotate.Change)
	Settings func() (engine string, s inference.Settings)
	// Use makes the engine and settings those of the window.
	Use     func(engine string, s inference.Settings)
	Say     func(text string)
	Alert   func(what string, err error)
	Changed func()
	// Thumbnail returns a small picture of a clip.
	Thumbnail func(ctx context.Context, path string) (image.Image, error)
}

// Row is a clip of the folder.
type Row struct {
	clips.Clip
	Thumbnail image.Image // nil: none yet
}

// Shelf is the folder of clips that is open, if one is.
type Shelf struct {
	desk   Desk
	folder string
	rows   []Row
	shared clips.Shared
	keeper keeper
	cancel context.CancelFunc // of what reads the folder
}

// New returns a shelf without a folder.
func New(d Desk) *Shelf { return &Shelf{desk: d, cancel: func() {}} }

// Folder returns the folder of clips that is open, or "".
func (s *Shelf) Folder() string { return s.folder }

// Rows returns its clips in their order.
func (s *Shelf) Rows() []Row { return s.rows }

// Current returns the place of the clip that is open, or -1.
func (s *Shelf) Current() int {
	path := s.desk.Path()
	return slices.IndexFunc(s.rows, func(r Row) bool { return r.Path == path })
}

// OpenFolder shows the clips of a folder, and opens the first that is not checked.
func (s *Shelf) OpenFolder(folder string) {
	folder = filepath.Clean(folder)
	s.cancel()
	ctx, cancel := context.WithCancel(s.desk.Ctx)
	s.cancel = cancel
	s.desk.Go(func() {
		list, err := clips.List(ctx, folder)
		var shared clips.Shared
		if err == nil {
			shared, err = clips.ReadShared(ctx, folder)
		}
		s.desk.Post(func() {
			if ctx.Err() != nil {
				return
			}
			if err != nil {
				s.desk.Alert("Open the folder", err)
				return
			}
			s.show(ctx, folder, list, shared)
		})
	})
}

func (s *Shelf) show(ctx context.Context, folder string, list []clips.Clip, shared clips.Shared) {
	s.folder, s.rows, s.shared = folder, nil, shared
	for _, c := range list {
		s.rows = append(s.rows, Row{Clip: c})
	}
	s.use()
	s.desk.Changed()
	s.desk.Go(func() { s.picture(ctx, list) })
	first := slices.IndexFunc(list, func(c clips.Clip) bool { return c.State != clips.Checked })
	s.open(max(first, 0))
}

// picture reads the thumbnails one after the other.
func (s *Shelf) picture(ctx context.Context, list []clips.Clip) {
	for i, c := range list {
		if ctx.Err() != nil || s.desk.Thumbnail == nil {
			return
		}
		img, err := s.desk.Thumbnail(ctx, c.Path)
		if err != nil {
			continue // the list tells why when the clip is opened
		}
		s.desk.Post(func() {
			if ctx.Err() == nil && i < len(s.rows) {
				s.rows[i].Thumbnail = img
				s.desk.Changed()
			}
		})
	}
}

// Leave closes the folder; the clip stays open.
func (s *Shelf) Leave() {
	s.cancel()
	s.folder, s.rows, s.shared = "", nil, clips.Shared{}
	s.desk.Changed()
}

// Go opens the clip that is n farther on, and Show the one at a place of the list.
func (s *Shelf) Go(n int) {
	switch i := s.Current() + n; {
	case len(s.rows) == 0:
		s.desk.Say("Open a folder of clips first: File, Open folder of clips")
	case i < 0:
		s.desk.Say("This is the first clip of the folder")
	case i >= len(s.rows):
		s.desk.Say("This is the last clip of the folder")
	default:
		s.open(i)
	}
}

// Show opens the clip at a place of the list.
func (s *Shelf) Show(i int) {
	if i >= 0 && i < len(s.rows) {
		s.open(i)
	}
}

func (s *Shelf) open(i int) {
	if i != s.Current() {
		s.desk.Open(s.rows[i].Path)
	}
}

// Opened brings the shelf in step with the clip that was opened: it gets the classes that
// the folder's clips share. A clip from elsewhere leaves the folder.
func (s *Shelf) Opened() {
	if s.folder == "" || s.desk.Path() == "" {
		return
	}
	if s.Current() < 0 {
		s.Leave()
		return
	}
	if edits := s.shared.Missing(s.desk.Document()); len(edits) > 0 {
		s.desk.Do(annotate.Change{Name: "Classes of the folder", Edits: edits})
	}
	s.Update()
}

// Update brings the row of the clip that is open in step with its document, and keeps what
// the clips share.
func (s *Shelf) Update() {
	i := s.Current()
	if i < 0 {
		return
	}
	d, row := s.desk.Document(), s.rows[i]
	row.State, row.Frames, row.Objects, row.Masks, row.Accepted = clips.StateOf(d), d.Frames(), len(d.Objects()), 0, 0
	for _, o := range d.Objects() {
		row.Masks += len(d.ResultFrames(o.ID))
		row.Accepted += len(d.ProtectedFrames(o.ID))
	}
	if row.Clip != s.rows[i].Clip {
		s.rows[i] = row
		s.desk.Changed()
	}
	s.share()
}

// ToggleChecked says that the clip that is open is good, or takes it back.
func (s *Shelf) ToggleChecked() {
	d := s.desk.Document()
	on := !clips.IsChecked(d)
	name, text := "Clip is checked", "The clip is checked"
	if !on {
		name, text = "Clip is not checked", "The clip is no longer checked"
	}
	s.desk.Do(annotate.Change{Name: name, Edits: []annotate.Edit{clips.SetChecked(d, on)}})
	if on && clips.StateOf(d) != clips.Checked {
		text += "; it counts as such once every object has its masks"
	}
	s.Update()
	s.desk.Say(text)
}

// Checked reports whether the user said that the clip that is open is good.
func (s *Shelf) Checked() bool { return clips.IsChecked(s.desk.Document()) }

// share keeps classes, engine and settings in the folder where they changed.
func (s *Shelf) share() {
	now := s.shared.With(s.desk.Document())
	engine, settings := s.desk.Settings()
	if data, err := json.Marshal(settings); err == nil {
		now.Engine, now.Settings = engine, data
	}
	if now.Equal(s.compact()) {
		return
	}
	s.shared = now
	s.keeper.put(s.folder, now)
	s.desk.Go(func() {
		if err := s.keeper.write(); err != nil {
			s.desk.Post(func() { s.desk.Alert("Keep what the clips share", err) })
		}
	})
}

// compact returns what is shared with its settings as they are written now.
func (s *Shelf) compact() clips.Shared {
	out := s.shared
	var kept inference.Settings
	if json.Unmarshal(out.Settings, &kept) == nil {
		if data, err := json.Marshal(kept); err == nil {
			out.Settings = data
		}
	}
	return out
}

// use takes engine and settings over that the folder's clips share.
func (s *Shelf) use() {
	if s.shared.Engine == "" {
		return
	}
	_, settings := s.desk.Settings()
	if err := json.Unmarshal(s.shared.Settings, &settings); err != nil {
		s.desk.Alert("Settings of the folder", fmt.Errorf("%s: %w", clips.SharedName, err))
		return
	}
	s.desk.Use(s.shared.Engine, settings)
}
