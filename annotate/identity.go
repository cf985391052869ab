package annotate

import (
	"maps"
	"slices"
)

// The functions below build the edits that say which track belongs to which
// object. Prompts, masks, accepted frames and notes go together; a track is given
// from a frame on, or whole.

// SwapFrom returns the edits that exchange two objects from a frame on.
func (d *Document) SwapFrom(a, b ObjectID, frame int) []Edit {
	other := map[ObjectID]ObjectID{a: b, b: a}
	out := d.pull([]ObjectID{a, b}, func(k FrameKey) (FrameKey, bool) {
		if k.Frame >= frame {
			k.Object = other[k.Object]
		}
		return k, true
	})
	before, after := d.sides(frame)
	na, nb := d.notes[a], d.notes[b]
	return append(out,
		d.SetNotes(a, na.Within(before).with(nb.framed(after))),
		d.SetNotes(b, nb.Within(before).with(na.framed(after))))
}

// SplitAt returns the edits that give an object's track from a frame on to a new
// object.
func (d *Document) SplitAt(id ObjectID, frame int, fresh Object) []Edit {
	out := []Edit{d.SetObject(fresh)}
	out = append(out, d.pull([]ObjectID{id, fresh.ID}, func(k FrameKey) (FrameKey, bool) {
		mine := k.Object == id
		return FrameKey{id, k.Frame}, mine == (k.Frame < frame)
	})...)
	before, after := d.sides(frame)
	n := d.notes[id]
	return append(out, d.SetNotes(id, n.Within(before)), d.SetNotes(fresh.ID, n.Within(after)))
}

// Join returns the edits that give the whole track of an object to another, and
// remove it. Where both have one, what the user said or accepted stands before
// what was tracked, a mask before none, and else that of the object that stays.
func (d *Document) Join(stays, goes ObjectID) []Edit {
	out := d.pull([]ObjectID{stays, goes}, func(k FrameKey) (FrameKey, bool) {
		if k.Object == goes {
			return k, false
		}
		if other := (FrameKey{goes, k.Frame}); d.weight(other) > d.weight(k) {
			return other, true
		}
		return k, true
	})
	a, b := d.notes[stays], d.notes[goes]
	n := b.with(a)
	n.Absent = a.Absent.Union(b.Absent)
	for id := range map[ObjectID]bool{stays: true, goes: true} {
		for _, f := range d.framesOf(id) {
			n.Absent = n.Absent.Without(Range{f, f})
		}
	}
	out = append(out, d.SetNotes(stays, n))
	if !b.Empty() {
		out = append(out, d.SetNotes(goes, Notes{}))
	}
	return append(out, ObjectEdit{goes, get(d.objects, goes), nil})
}

// weight says how much a frame of an object counts where two are joined.
func (d *Document) weight(k FrameKey) int {
	_, prompted := d.prompts[k]
	r, ok := d.Result(k)
	switch {
	case prompted || d.protected[k]:
		return 3
	case ok && r.Area > 0:
		return 2
	case ok:
		return 1
	}
	return 0
}

// RenumberObject returns the edits that give an object another number, from 1;
// an object that has it takes the old one in exchange.
func (d *Document) RenumberObject(id, to ObjectID) []Edit {
	other := map[ObjectID]ObjectID{id: to, to: id}
	objects := map[ObjectID]*Object{}
	for _, o := range []ObjectID{id, to} {
		if was, ok := d.objects[other[o]]; ok {
			was.ID = o
			objects[o] = &was
		}
	}
	set := func(o ObjectID) Edit { return ObjectEdit{o, get(d.objects, o), objects[o]} }
	out := []Edit{set(to)}
	out = append(out, d.pull([]ObjectID{id, to}, func(k FrameKey) (FrameKey, bool) {
		return FrameKey{other[k.Object], k.Frame}, true
	})...)
	a, b := d.notes[id], d.notes[to]
	return append(out, d.SetNotes(id, b), d.SetNotes(to, a), set(id))
}

// pull returns the edits after which each frame of some objects has what another
// has now, as from says, or nothing.
func (d *Document) pull(ids []ObjectID, from func(k FrameKey) (FrameKey, bool)) []Edit {
	frames := map[int]bool{}
	for _, id := range ids {
		for _, f := range d.framesOf(id) {
			frames[f] = true
		}
	}
	var out []Edit
	for _, f := range slices.Sorted(maps.Keys(frames)) {
		for _, id := range ids {
			k := FrameKey{id, f}
			src, ok := from(k)
			if ok && src == k {
				continue
			}
			var p *Prompt
			var r *Result
			if ok {
				p, r = get(d.prompts, src), get(d.results[src.Object], f)
			}
			if was := get(d.prompts, k); was != nil || p != nil {
				out = append(out, PromptEdit{k, was, p})
			}
			if was := get(d.results[id], f); was != nil || r != nil {
				out = append(out, ResultEdit{k, was, r})
			}
			if on := ok && d.protected[src]; on != d.protected[k] {
				out = append(out, d.SetProtected(k, on))
			}
		}
	}
	return out
}

// framesOf returns the frames on which anything lies of an object.
func (d *Document) framesOf(id ObjectID) []int {
	return slices.Concat(d.ResultFrames(id), d.Keyframes(id), d.ProtectedFrames(id))
}

func (d *Document) sides(frame int) (before, after Range) {
	return Range{0, frame - 1}, Range{frame, d.frames - 1}
}

// framed returns what the notes say of the frames of r alone.
func (n Notes) framed(r Range) Notes {
	n = n.Within(r)
	n.Attributes = slices.DeleteFunc(n.Attributes, func(a Attribute) bool { return a.Frames == nil })
	return n
}

// with returns the notes with others beside them; of two attributes the other one
// holds.
func (n Notes) with(o Notes) Notes {
	return Notes{
		Absent: n.Absent.Union(o.Absent), Occluded: n.Occluded.Union(o.Occluded),
		Through:    append(slices.Clone(n.Through), o.Through...),
		Attributes: append(slices.Clone(n.Attributes), o.Attributes...),
	}
}
