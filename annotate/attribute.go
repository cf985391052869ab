package annotate

import (
	"cmp"
	"fmt"
	"slices"
	"unicode/utf8"
)

// What is kept of attributes, so that a damaged file cannot fill the memory.
const (
	MaxAttributes     = 1000    // of one object
	MaxAttributeKey   = 256     // bytes
	MaxAttributeValue = 4 << 10 // bytes
)

// Attribute is a free remark about an object: on all frames, or on some.
type Attribute struct {
	Key, Value string
	Frames     *Range // nil: the whole object
}

// Validate reports a key or value that is not kept, as an error that wraps
// ErrContents.
func (a Attribute) Validate() error {
	switch {
	case a.Key == "":
		return fmt.Errorf("%w: an attribute without a name", ErrContents)
	case len(a.Key) > MaxAttributeKey:
		return fmt.Errorf("%w: an attribute's name has %d bytes, at most %d are kept", ErrContents, len(a.Key), MaxAttributeKey)
	case len(a.Value) > MaxAttributeValue:
		return fmt.Errorf("%w: the value of %q has %d bytes, at most %d are kept", ErrContents, a.Key, len(a.Value), MaxAttributeValue)
	case !utf8.ValidString(a.Key + a.Value):
		return fmt.Errorf("%w: attribute %q is not valid UTF-8", ErrContents, a.Key)
	}
	return nil
}

// AttributesAt returns the attributes of the object on a frame: those of the
// whole object, with those of the frame in their place. nil: none.
func (n Notes) AttributesAt(frame int) map[string]string {
	var out map[string]string
	for _, a := range n.Attributes { // whole objects come first
		if a.Frames != nil && !a.Frames.Contains(frame) {
			continue
		}
		if out == nil {
			out = map[string]string{}
		}
		out[a.Key] = a.Value
	}
	return out
}

// WithAttribute returns the notes with an attribute; what was said of the same
// key and frames before gives way.
func (n Notes) WithAttribute(a Attribute) Notes {
	n.Attributes = tidyAttributes(append(slices.Clone(n.Attributes), a))
	return n
}

// WithoutAttribute returns the notes without a key: on the frames of r, or, if
// it is nil, nowhere at all.
func (n Notes) WithoutAttribute(key string, r *Range) Notes {
	var out []Attribute
	for _, a := range n.Attributes {
		switch {
		case a.Key != key || r != nil && a.Frames == nil:
			out = append(out, a)
		case r != nil:
			out = append(out, a.without(*r)...)
		}
	}
	n.Attributes = out
	return n
}

// without returns what is left of an attribute of some frames.
func (a Attribute) without(r Range) []Attribute {
	var out []Attribute
	for _, part := range (Ranges{*a.Frames}).Without(r) {
		out = append(out, Attribute{a.Key, a.Value, &part})
	}
	return out
}

// tidyAttributes puts attributes in order, lets later ones replace what earlier
// ones say of the same frames, and joins those that say the same side by side.
func tidyAttributes(as []Attribute) []Attribute {
	var n Notes
	for _, a := range as {
		if a.Frames != nil {
			n = n.WithoutAttribute(a.Key, a.Frames)
		} else {
			n.Attributes = slices.DeleteFunc(n.Attributes, func(b Attribute) bool { return b.Key == a.Key && b.Frames == nil })
		}
		n.Attributes = append(n.Attributes, a)
	}
	slices.SortFunc(n.Attributes, Attribute.compare)
	var out []Attribute
	for _, a := range n.Attributes {
		if last := len(out) - 1; last >= 0 && out[last].joins(a) {
			out[last].Frames = &Range{out[last].Frames.First, a.Frames.Last}
			continue
		}
		out = append(out, a)
	}
	return out
}

func (a Attribute) compare(b Attribute) int {
	first := func(a Attribute) int {
		if a.Frames == nil {
			return -1
		}
		return a.Frames.First
	}
	return cmp.Or(cmp.Compare(a.Key, b.Key), cmp.Compare(first(a), first(b)))
}

func (a Attribute) joins(b Attribute) bool {
	return a.Frames != nil && b.Frames != nil && a.Key == b.Key && a.Value == b.Value && a.Frames.Last+1 == b.Frames.First
}
