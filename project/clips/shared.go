package clips

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/project/atomicfile"
	"github.com/masklet/masklet/project/infile"
)

// SharedName is the file of a folder of clips that keeps what all its projects share.
const SharedName = "masklet-folder.json"

// Shared is what all projects of a folder of clips share.
type Shared struct {
	Classes []Class `json:"classes,omitempty"`
	Engine  string  `json:"engine,omitempty"`
	// Settings are the engine's, as the owner of the file writes them.
	Settings json.RawMessage `json:"settings,omitempty"`
}

// Class is a class by its name.
type Class struct {
	Name  string `json:"name"`
	Color string `json:"color"` // #rrggbb
	Key   string `json:"key,omitempty"`
}

// ReadShared returns what the clips of a folder share, nothing where nothing is kept.
func ReadShared(ctx context.Context, folder string) (Shared, error) {
	var s Shared
	data, err := infile.Read(ctx, filepath.Join(folder, SharedName), 1<<20)
	if errors.Is(err, fs.ErrNotExist) {
		return s, nil
	}
	if err == nil {
		err = json.Unmarshal(data, &s)
	}
	if err != nil {
		return Shared{}, fmt.Errorf("read what the clips share (%s): %w", filepath.Join(folder, SharedName), err)
	}
	return s, nil
}

// Write keeps what the clips of a folder share.
func (s Shared) Write(folder string) error {
	data, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return err
	}
	return atomicfile.WriteBytes(filepath.Join(folder, SharedName), append(data, '\n'))
}

// Missing returns the edits that give a document the classes it lacks.
func (s Shared) Missing(d *annotate.Document) []annotate.Edit {
	var out []annotate.Edit
	next := d.NextClassID()
	for _, c := range s.Classes {
		if c.Name == "" || slices.ContainsFunc(d.Classes(), func(own annotate.Class) bool { return own.Name == c.Name }) {
			continue
		}
		class := annotate.Class{ID: next, Name: c.Name, Color: annotate.PaletteColor(int(next)), Key: c.Key}
		if k, ok := parseColor(c.Color); ok {
			class.Color = k
		}
		if slices.ContainsFunc(d.Classes(), func(own annotate.Class) bool { return own.Key == c.Key }) {
			class.Key = ""
		}
		out = append(out, d.SetClass(class))
		next++
	}
	return out
}

// With returns what is shared once the classes of a document are added; those of one name
// are as the document has them.
func (s Shared) With(d *annotate.Document) Shared {
	s.Classes = slices.Clone(s.Classes)
	for _, own := range d.Classes() {
		c := Class{Name: own.Name, Color: fmt.Sprintf("#%02x%02x%02x", own.Color.R, own.Color.G, own.Color.B), Key: own.Key}
		if i := slices.IndexFunc(s.Classes, func(o Class) bool { return o.Name == c.Name }); i >= 0 {
			s.Classes[i] = c
		} else {
			s.Classes = append(s.Classes, c)
		}
	}
	return s
}

// Equal reports whether both say the same.
func (s Shared) Equal(o Shared) bool {
	return slices.Equal(s.Classes, o.Classes) && s.Engine == o.Engine && slices.Equal(s.Settings, o.Settings)
}

func parseColor(text string) (c annotate.Color, ok bool) {
	n, err := fmt.Sscanf(text, "#%02x%02x%02x", &c.R, &c.G, &c.B)
	return c, err == nil && n == 3
}
