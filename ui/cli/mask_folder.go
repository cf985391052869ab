package cli

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/annotate/davis"
	"github.com/masklet/masklet/project/export"
	"github.com/masklet/masklet/project/export/picture"
)

// sequence is a folder of mask PNGs of one object.
type sequence struct {
	dir   string
	names []string // file names in order
}

// pair is one object's predicted and true sequence.
type pair struct {
	id          string
	pred, truth sequence
}

// pairSequences finds the objects of two mask folders. Each folder holds PNGs
// directly (one object) or one sub-folder of PNGs per object.
func pairSequences(pred, truth string) ([]pair, error) {
	p, err := readSequences(pred)
	if err != nil {
		return nil, err
	}
	t, err := readSequences(truth)
	if err != nil {
		return nil, err
	}
	if len(p) == 1 && len(t) == 1 {
		return []pair{{onlyID(p, t), first(p), first(t)}}, nil
	}
	var out []pair
	for _, id := range sortedIDs(t) {
		if _, ok := p[id]; !ok && (id == "" || len(p) == 1) {
			return nil, fmt.Errorf("%s and %s are laid out differently: give two folders of masks, or two with a sub-folder per object", pred, truth)
		} else if !ok {
			return nil, fmt.Errorf("object %q of %s is missing in %s", id, truth, pred)
		}
		out = append(out, pair{id, p[id], t[id]})
	}
	return out, nil
}

// readSequences maps object IDs (folder names, "" for PNGs directly in dir) to
// their sequences.
func readSequences(dir string) (map[string]sequence, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("read the mask folder: %w", err)
	}
	out := map[string]sequence{}
	own := sequence{dir: dir, names: pngNames(entries)}
	if len(own.names) > 0 {
		out[""] = own
		return out, nil
	}
	for _, e := range entries {
		if !e.IsDir() {
			continue
		}
		sub := filepath.Join(dir, e.Name())
		inner, err := os.ReadDir(sub)
		if err != nil {
			return nil, fmt.Errorf("read the mask folder: %w", err)
		}
		if names := pngNames(inner); len(names) > 0 {
			out[e.Name()] = sequence{sub, names}
		}
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("%s holds no PNG masks", dir)
	}
	return out, nil
}

func pngNames(entries []fs.DirEntry) []string {
	var names []string
	for _, e := range entries {
		if !e.IsDir() && strings.EqualFold(filepath.Ext(e.Name()), ".png") {
			names = append(names, e.Name())
		}
	}
	slices.Sort(names)
	return names
}

func onlyID(p, t map[string]sequence) string {
	for id := range p {
		if id != "" {
			return id
		}
	}
	for id := range t {
		if id != "" {
			return id
		}
	}
	return "1"
}

func first(m map[string]sequence) sequence {
	for _, s := range m {
		return s
	}
	return sequence{}
}

// sortedIDs orders numbers by value, then names.
func sortedIDs(m map[string]sequence) []string {
	ids := make([]string, 0, len(m))
	for id := range m {
		ids = append(ids, id)
	}
	slices.SortFunc(ids, func(a, b string) int {
		x, errX := strconv.Atoi(a)
		y, errY := strconv.Atoi(b)
		if errX == nil && errY == nil {
			return x - y
		}
		return strings.Compare(a, b)
	})
	return ids
}

// partners returns the predicted file of each true one, "" where there is none.
// One of the two may have more frames than the other.
func (p pair) partners() (map[string]string, error) {
	out := map[string]string{}
	truths, preds := p.truth.names, p.pred.names
	in := export.Input{Video: export.Video{Frames: len(preds), FrameNames: preds}}
	at, err := in.FramesOf("masks in "+p.truth.dir, truths)
	if err == nil {
		for i, name := range truths {
			out[name] = preds[at[i]]
		}
		return out, nil
	}
	in = export.Input{Video: export.Video{Frames: len(truths), FrameNames: truths}}
	at, other := in.FramesOf("masks in "+p.pred.dir, preds)
	if other == nil {
		for i, name := range preds {
			out[truths[at[i]]] = name
		}
		return out, nil
	}
	for _, name := range preds { // both have frames that the other lacks: only equal names can be trusted
		if slices.Contains(truths, name) {
			out[name] = name
		}
	}
	if len(out) == 0 {
		return nil, other
	}
	return out, nil
}

// compare measures one frame; a missing prediction counts as empty.
func (p pair) compare(name, partner string) (j, f float64, missing bool, err error) {
	truth, err := readMask(filepath.Join(p.truth.dir, name))
	if err != nil {
		return 0, 0, false, err
	}
	w, h := truth.Size()
	pred := annotate.EmptyMask(w, h)
	if missing = partner == ""; !missing {
		if pred, err = readMask(filepath.Join(p.pred.dir, partner)); err != nil {
			return 0, 0, false, err
		}
	}
	if j, err = davis.J(pred, truth); err == nil {
		f, err = davis.F(pred, truth)
	}
	if err != nil {
		return 0, 0, false, fmt.Errorf("%s: %w", filepath.Join(p.pred.dir, partner), err)
	}
	return j, f, missing, nil
}

// readMask reads the mask of one object.
func readMask(path string) (annotate.Mask, error) {
	m, _, err := picture.Read(path, 0)
	return m, err
}
