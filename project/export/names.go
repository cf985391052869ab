package export

import (
	"slices"

	"github.com/masklet/masklet/annotate"
)

// Categories gives every object a category, as formats that know no labels of
// single objects want it: its class, else its label, else "object". Objects that
// share the name share the category; of gives the index in the list of names.
func Categories(objects []Object) (names []string, of map[annotate.ObjectID]int) {
	of = map[annotate.ObjectID]int{}
	known := map[string]int{}
	for _, o := range objects {
		name := o.Class
		if name == "" {
			name = o.Label
		}
		if name == "" {
			name = "object"
		}
		i, ok := known[name]
		if !ok {
			i = len(names)
			known[name] = i
			names = append(names, name)
		}
		of[o.ID] = i
	}
	return names, of
}

// Known keeps what a reader learns of the objects.
type Known map[int]Object

// Meet adds an object, or what was not known of it before.
func (k Known) Meet(id int, label, class string) {
	o := k[id]
	o.ID = annotate.ObjectID(id)
	if o.Label == "" {
		o.Label = label
	}
	if o.Class == "" {
		o.Class = class
	}
	k[id] = o
}

// Note adds what is said of an object that was met; one that was not is left
// alone. What cannot be kept is told.
func (k Known) Note(in *Input, id int, n annotate.Notes) {
	o, ok := k[id]
	if !ok || n.Empty() {
		return
	}
	n.Absent, n.Occluded = o.Notes.Absent.Union(n.Absent), o.Notes.Occluded.Union(n.Occluded)
	n.Through = append(slices.Clone(o.Notes.Through), n.Through...)
	kept := slices.Clone(o.Notes.Attributes)
	for _, a := range n.Attributes {
		if err := a.Validate(); err != nil {
			if in != nil {
				in.Note("object %d: %v", id, err)
			}
			continue
		}
		kept = append(kept, a)
	}
	n.Attributes = kept
	n = n.Tidy()
	if more := len(n.Attributes) - annotate.MaxAttributes; more > 0 {
		n.Attributes = n.Attributes[:annotate.MaxAttributes]
		if in != nil {
			in.Note("object %d has %d attributes more than the %d that are kept", id, more, annotate.MaxAttributes)
		}
	}
	o.Notes = n
	k[id] = o
}

// List returns the objects in the order of their IDs.
func (k Known) List() []Object {
	var out []Object
	for _, id := range sortedKeys(k) {
		out = append(out, k[id])
	}
	return out
}
