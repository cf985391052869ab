// Package classes keeps the list of classes of a project: made beforehand, with
// colours and keys, and carried from project to project as a file. It exists apart
// from the objects that are put into them.
package classes

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/project/atomicfile"
	"github.com/masklet/masklet/ui/session"
)

// Desk is what classes need of the controller.
type Desk struct {
	Session func() *session.Session
	Say     func(text string)
	Failed  func(what string, err error)
}

// Classes changes the list of classes.
type Classes struct{ desk Desk }

// New returns the classes of a desk.
func New(d Desk) *Classes { return &Classes{d} }

func (c *Classes) doc() *annotate.Document { return c.desk.Session().Document() }

func (c *Classes) do(name string, edits ...annotate.Edit) {
	c.desk.Session().Do(annotate.Change{Name: name, Edits: edits})
}

// AddClass adds a class of that name, unless there is one.
func (c *Classes) AddClass(name string) {
	name = strings.TrimSpace(name)
	switch {
	case name == "":
	case c.named(name, 0):
		c.desk.Say("There is a class " + name + " already")
	default:
		id := c.doc().NextClassID()
		c.do("Add class", c.doc().SetClass(annotate.Class{ID: id, Name: name, Color: annotate.PaletteColor(int(id))}))
	}
}

// RenameClass names a class; its objects stay in it.
func (c *Classes) RenameClass(id annotate.ClassID, name string) {
	name = strings.TrimSpace(name)
	if name == "" || c.named(name, id) {
		c.desk.Say("A class needs a name of its own")
		return
	}
	c.edit(id, "Rename class", func(k *annotate.Class) { k.Name = name })
}

// SetClassColor changes the colour of a class.
func (c *Classes) SetClassColor(id annotate.ClassID, col annotate.Color) {
	c.edit(id, "Change colour", func(k *annotate.Class) { k.Color = col })
}

// SetClassKey gives a class a key, "" none. A class that has the key loses it.
func (c *Classes) SetClassKey(id annotate.ClassID, key string) {
	key = strings.TrimSpace(key)
	if utf8.RuneCountInString(key) > 1 {
		c.desk.Say("The key of a class is one character")
		return
	}
	k, ok := c.doc().Class(id)
	if !ok || k.Key == key {
		return
	}
	var edits []annotate.Edit
	for _, other := range c.doc().Classes() {
		if other.Key == key && key != "" {
			other.Key = ""
			edits = append(edits, c.doc().SetClass(other))
		}
	}
	k.Key = key
	c.do("Set class key", append(edits, c.doc().SetClass(k))...)
}

// DeleteClass removes a class; its objects stay, without one.
func (c *Classes) DeleteClass(id annotate.ClassID) { c.do("Delete class", c.doc().DeleteClass(id)...) }

// ClassOfKey returns the name of the class that has a key.
func (c *Classes) ClassOfKey(key string) (name string, ok bool) {
	for _, k := range c.doc().Classes() {
		if k.Key != "" && strings.EqualFold(k.Key, key) {
			return k.Name, true
		}
	}
	return "", false
}

// ClassKeys says in one line which key stands for which class, "" if none does.
func (c *Classes) ClassKeys() string {
	var out []string
	for _, k := range c.doc().Classes() {
		if k.Key != "" {
			out = append(out, k.Key+" "+k.Name)
		}
	}
	return strings.Join(out, ", ")
}

func (c *Classes) named(name string, but annotate.ClassID) bool {
	return slices.ContainsFunc(c.doc().Classes(), func(k annotate.Class) bool { return k.ID != but && strings.EqualFold(k.Name, name) })
}

func (c *Classes) edit(id annotate.ClassID, name string, f func(*annotate.Class)) {
	k, ok := c.doc().Class(id)
	before := k
	if f(&k); ok && k != before {
		c.do(name, c.doc().SetClass(k))
	}
}

// kept is a class in a file.
type kept struct {
	Name  string `json:"name"`
	Color string `json:"color"` // "#3880f3"
	Key   string `json:"key,omitempty"`
}

// SaveClasses writes the list to a JSON file.
func (c *Classes) SaveClasses(path string) {
	list := []kept{}
	for _, k := range c.doc().Classes() {
		list = append(list, kept{k.Name, fmt.Sprintf("#%02x%02x%02x", k.Color.R, k.Color.G, k.Color.B), k.Key})
	}
	data, err := json.MarshalIndent(list, "", "  ")
	if err == nil {
		err = atomicfile.WriteBytes(path, append(data, '\n'))
	}
	if err != nil {
		c.desk.Failed("Save the classes", err)
		return
	}
	c.desk.Say("The classes are in " + path)
}

// maxFile bounds what is read of a file.
const maxFile = 1 << 20

// LoadClasses adds the classes of a file that are not in the list; those of the
// same name get its colour and key. It is one step.
func (c *Classes) LoadClasses(path string) {
	list, err := read(path)
	if err != nil {
		c.desk.Failed("Load classes", err)
		return
	}
	next := c.doc().NextClassID()
	var edits []annotate.Edit
	for _, k := range list {
		class := annotate.Class{Name: k.Name, Key: k.Key, Color: annotate.PaletteColor(int(next))}
		_, _ = fmt.Sscanf(k.Color, "#%02x%02x%02x", &class.Color.R, &class.Color.G, &class.Color.B) // else that of the palette
		all := c.doc().Classes()
		if i := slices.IndexFunc(all, func(have annotate.Class) bool { return strings.EqualFold(have.Name, k.Name) }); i >= 0 {
			class.ID = all[i].ID
		} else {
			class.ID = next
			next++
		}
		edits = append(edits, c.doc().SetClass(class))
	}
	c.do("Load classes", edits...)
	c.desk.Say(fmt.Sprintf("%d classes from %s", len(list), path))
}

func read(path string) (list []kept, err error) {
	switch info, err := os.Stat(path); {
	case err != nil:
		return nil, err
	case info.Size() > maxFile || !info.Mode().IsRegular():
		return nil, fmt.Errorf("%s is no list of classes", path)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	if err := json.Unmarshal(data, &list); err != nil {
		return nil, fmt.Errorf("%s is no list of classes: %w", path, err)
	}
	for i, k := range list {
		name := strings.TrimSpace(k.Name)
		if name == "" || seen[strings.ToLower(name)] || utf8.RuneCountInString(k.Key) > 1 {
			return nil, fmt.Errorf("%s: class %d needs a name of its own, and a key of one character at most", path, i+1)
		}
		seen[strings.ToLower(name)], list[i].Name = true, name
	}
	return list, nil
}
