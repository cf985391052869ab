// Package marks is how formats write and read what the user says of an object
// beside its masks: where it is absent or occluded, and its attributes.
package marks

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/project/export"
)

// Record is all that is said of an object, for formats that have room for it in
// one place. Frames are first and last.
type Record struct {
	Absent     [][2]int    `json:"absent,omitempty"`
	Occluded   [][2]int    `json:"occluded,omitempty"`
	Attributes []attribute `json:"attributes,omitempty"`
}

type attribute struct {
	Name   string  `json:"name"`
	Value  string  `json:"value"`
	Frames *[2]int `json:"frames,omitempty"` // missing: the whole object
}

// Of returns the record of notes.
func Of(n annotate.Notes) Record {
	r := Record{Absent: pairs(n.Absent), Occluded: pairs(n.Occluded)}
	for _, a := range n.Attributes {
		out := attribute{Name: a.Key, Value: a.Value}
		if a.Frames != nil {
			out.Frames = &[2]int{a.Frames.First, a.Frames.Last}
		}
		r.Attributes = append(r.Attributes, out)
	}
	return r
}

func pairs(rs annotate.Ranges) (out [][2]int) {
	for _, r := range rs {
		out = append(out, [2]int{r.First, r.Last})
	}
	return out
}

// Notes returns what the record says.
func (r Record) Notes() annotate.Notes {
	var n annotate.Notes
	for _, p := range r.Absent {
		n.Absent = append(n.Absent, annotate.Range{First: p[0], Last: p[1]})
	}
	for _, p := range r.Occluded {
		n.Occluded = append(n.Occluded, annotate.Range{First: p[0], Last: p[1]})
	}
	for _, a := range r.Attributes {
		out := annotate.Attribute{Key: a.Name, Value: a.Value}
		if a.Frames != nil {
			out.Frames = &annotate.Range{First: a.Frames[0], Last: a.Frames[1]}
		}
		n.Attributes = append(n.Attributes, out)
	}
	return n
}

// occludedKey is what tools call the attribute of an occluded shape.
const occludedKey = "occluded"

// technical are attributes that say nothing of the object.
var technical = []string{"track_id", "instance_id", "object_id", "keyframe", "outside", "rotation", "object_label", "object_class", "frame"}

// At returns what notes say of one frame as attributes of a shape there; nil if
// nothing was ever said of the object.
func At(n annotate.Notes, frame int) map[string]any {
	if len(n.Occluded) == 0 && len(n.Attributes) == 0 {
		return nil
	}
	out := map[string]any{}
	for k, v := range n.AttributesAt(frame) {
		out[k] = v
	}
	out[occludedKey] = n.Occluded.Contains(frame)
	return out
}

// Seen collects what a file says of objects frame by frame.
type Seen struct {
	frames map[int][]int // of each object
	said   map[int]map[string][]said
	hidden map[int]annotate.Ranges // occluded
}

type said struct {
	frame int
	value string
}

// Frame takes what is said of an object on a frame.
func (s *Seen) Frame(object, frame int, occluded bool, attributes map[string]string) {
	if s.frames == nil {
		s.frames, s.said, s.hidden = map[int][]int{}, map[int]map[string][]said{}, map[int]annotate.Ranges{}
	}
	s.frames[object] = append(s.frames[object], frame)
	if occluded {
		s.hidden[object] = append(s.hidden[object], annotate.Range{First: frame, Last: frame})
	}
	for k, v := range attributes {
		if s.said[object] == nil {
			s.said[object] = map[string][]said{}
		}
		s.said[object][k] = append(s.said[object][k], said{frame, v})
	}
}

// JSON takes the attributes of a shape as JSON has them.
func (s *Seen) JSON(object, frame int, raw json.RawMessage) {
	var all map[string]any
	if json.Unmarshal(raw, &all) != nil {
		all = nil
	}
	occluded, attributes := false, map[string]string{}
	for k, v := range all {
		switch {
		case slices.Contains(technical, k) || v == nil:
		case k == occludedKey:
			occluded = v == true || v == "true" || v == 1.0
		default:
			attributes[k] = text(v)
		}
	}
	s.Frame(object, frame, occluded, attributes)
}

// text returns a value of JSON as it is read.
func text(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case map[string]any, []any:
		data, _ := json.Marshal(v) // it was JSON
		return string(data)
	}
	return fmt.Sprint(v)
}

// Into adds what was collected to the objects. An attribute that has one value
// wherever the object is, is of the whole object.
func (s *Seen) Into(in *export.Input, objects export.Known) {
	for id, frames := range s.frames {
		slices.Sort(frames)
		frames = slices.Compact(frames)
		n := annotate.Notes{Occluded: s.hidden[id]}
		for key, all := range s.said[id] {
			n.Attributes = append(n.Attributes, attributesOf(key, all, len(frames))...)
		}
		objects.Note(in, id, n)
	}
}

func attributesOf(key string, all []said, frames int) []annotate.Attribute {
	slices.SortStableFunc(all, func(a, b said) int { return cmp.Compare(a.frame, b.frame) })
	var out []annotate.Attribute
	covered, one := 0, true
	for _, s := range all {
		one = one && s.value == all[0].value
		last := len(out) - 1
		switch {
		case last >= 0 && out[last].Frames.Last == s.frame:
			continue // another shape of the frame
		case last >= 0 && out[last].Value == s.value && out[last].Frames.Last+1 == s.frame:
			out[last].Frames.Last++
		default:
			out = append(out, annotate.Attribute{Key: key, Value: s.value, Frames: &annotate.Range{First: s.frame, Last: s.frame}})
		}
		covered++
	}
	if one && covered == frames {
		return []annotate.Attribute{{Key: key, Value: all[0].value}}
	}
	return out
}
