package evaluate

import (
	"fmt"
	"slices"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/annotate/davis"
)

// pair is one true object and the predicted one that is compared with it.
type pair struct {
	id          string // what it is called in the result
	truth, pred string // in the two folders
}

// folders holds two folders side by side.
type folders struct {
	truth, pred *Folder
	partner     map[string]string // predicted file of each true one
}

// besides puts two folders side by side.
func besides(truth, pred *Folder) (folders, error) {
	partner, err := partners(truth, pred)
	return folders{truth, pred, partner}, err
}

// judged returns the frames on which a true object is compared.
func (e folders) judged(rule Judged, id string) []string {
	frames := e.truth.Names
	switch rule {
	case Every:
		return frames
	case Later:
		first := slices.IndexFunc(frames, func(name string) bool { m, _ := e.truth.Mask(name, id); return !m.IsZero() && !m.Empty() })
		return frames[first+1:]
	case OwnInner:
		frames = slices.DeleteFunc(slices.Clone(frames), func(name string) bool { _, there := e.truth.Mask(name, id); return !there })
	}
	if len(frames) < 3 {
		return nil
	}
	return frames[1 : len(frames)-1]
}

// pairs finds the predicted object of each true one: the only one of each, by
// number, or with best by the assignment that overlaps most.
func (e folders) pairs(best bool) ([]pair, error) {
	t, p := e.truth, e.pred
	if len(t.IDs) == 0 {
		return nil, fmt.Errorf("%s holds no object", t.dir)
	}
	if len(t.IDs) == 1 && len(p.IDs) <= 1 {
		pred := append(slices.Clone(p.IDs), "")[0]
		id := t.IDs[0]
		if id == "" {
			id = pred
		}
		if id == "" {
			id = "1"
		}
		return []pair{{id, t.IDs[0], pred}}, nil
	}
	if best {
		return e.assign()
	}
	var out []pair
	for _, id := range t.IDs {
		there := slices.Contains(p.IDs, id)
		switch {
		case id == "" || slices.Equal(p.IDs, []string{""}):
			return nil, fmt.Errorf("%s and %s are laid out differently: give two folders of masks, or two with a sub-folder per object", p.dir, t.dir)
		case !there && p.folders:
			return nil, fmt.Errorf("object %q of %s is missing in %s", id, t.dir, p.dir)
		}
		out = append(out, pair{id, id, id})
	}
	return out, nil
}

// assign pairs objects so that the sum of their mean J is largest.
func (e folders) assign() ([]pair, error) {
	score := make([][]float64, len(e.truth.IDs))
	for i, t := range e.truth.IDs {
		score[i] = make([]float64, len(e.pred.IDs))
		for k, p := range e.pred.IDs {
			for _, name := range e.truth.Names {
				truth, pred, _, err := e.masks(name, pair{t, t, p})
				if err != nil {
					return nil, err
				}
				j, err := davis.J(pred, truth)
				if err != nil {
					return nil, err
				}
				score[i][k] += j / float64(len(e.truth.Names))
			}
		}
	}
	var out []pair
	for i, k := range davis.Assign(score) {
		pred := ""
		if k >= 0 {
			pred = e.pred.IDs[k]
		}
		out = append(out, pair{e.truth.IDs[i], e.truth.IDs[i], pred})
	}
	return out, nil
}

// masks returns the true and the predicted mask of a frame, without the pixels
// that are not to be judged. A missing prediction counts as empty.
func (e folders) masks(name string, p pair) (truth, pred annotate.Mask, missing bool, err error) {
	truth, there := e.truth.Mask(name, p.truth)
	w, h := e.truth.size(name)
	if !there {
		truth = annotate.EmptyMask(w, h)
	}
	partner := e.partner[name]
	pred, there = e.pred.Mask(partner, p.pred)
	if !there {
		pred = annotate.EmptyMask(w, h)
	}
	missing = !there
	for _, void := range []annotate.Mask{e.truth.void[name], e.pred.void[partner]} {
		if void.IsZero() || void.Empty() {
			continue
		}
		for _, m := range []*annotate.Mask{&truth, &pred} {
			if *m, err = annotate.Subtract(*m, void); err != nil {
				return truth, pred, missing, fmt.Errorf("%s in %s: %w", partner, e.pred.dir, err)
			}
		}
	}
	if pw, ph := pred.Size(); pw != w || ph != h {
		return truth, pred, missing, fmt.Errorf("%s in %s is %dx%d, the true mask %dx%d", partner, e.pred.dir, pw, ph, w, h)
	}
	return truth, pred, missing, nil
}
