package project

import (
	"fmt"
	"slices"

	"github.com/masklet/masklet/annotate"
)

// Snapshot is a project as it was at one moment, for export and statistics. It
// is safe for concurrent use, and later changes of the document do not show.
// Masks are read from the file when they are loaded, at the video's own size;
// the project must stay open meanwhile.
type Snapshot struct {
	Path  string
	Media Media
	annotate.Contents
}

// Snapshot returns what the project holds now, saved or not. It is called on
// the goroutine that owns the document and copies no pixels.
func (p *Project) Snapshot() *Snapshot {
	return &Snapshot{Path: p.path, Media: p.Media(), Contents: p.doc.Contents()}
}

// name returns the label of an object, or its class, or "object N".
func (s *Snapshot) name(o annotate.Object) string {
	if o.Label != "" {
		return o.Label
	}
	if c := s.class(o.Class); c.Name != "" {
		return c.Name
	}
	return fmt.Sprintf("object %d", o.ID)
}

// class returns a class by ID, the zero class if there is none.
func (s *Snapshot) class(id annotate.ClassID) annotate.Class {
	i := slices.IndexFunc(s.Classes, func(c annotate.Class) bool { return c.ID == id })
	if i < 0 {
		return annotate.Class{}
	}
	return s.Classes[i]
}
