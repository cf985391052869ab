package evaluate

import (
	"cmp"
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/project/export"
	"github.com/masklet/masklet/project/export/picture"
	"github.com/masklet/masklet/project/natural"
)

// Folder is a folder of masks: pictures of one object, a sub-folder of such
// pictures per object, or pictures that number several objects. The masks are
// held as run lengths.
type Folder struct {
	dir     string
	folders bool                                // one sub-folder per object
	Names   []string                            // file names of frames in order, each once
	IDs     []string                            // objects in order; "" is the only one, without a number
	masks   map[string]map[string]annotate.Mask // by file name and object
	void    map[string]annotate.Mask            // pixels that are not to be judged, by file name
	notes   []string
}

// sequence is a folder of mask pictures.
type sequence struct {
	dir   string
	names []string // file names in order
}

// ReadFolder reads all masks of a folder; what is told of the progress.
func ReadFolder(ctx context.Context, dir, what string, p Progress) (*Folder, error) {
	return readFolder(ctx, dir, what, p, false)
}

// ReadNumbered is ReadFolder for pictures that are known to number objects where
// they do not lie in a folder per object: those that show one alone, too.
func ReadNumbered(ctx context.Context, dir, what string, p Progress) (*Folder, error) {
	return readFolder(ctx, dir, what, p, true)
}

func readFolder(ctx context.Context, dir, what string, p Progress, numbered bool) (*Folder, error) {
	sequences, err := readSequences(dir)
	if err != nil {
		return nil, err
	}
	f := &Folder{dir: dir, masks: map[string]map[string]annotate.Mask{}, void: map[string]annotate.Mask{}}
	var paths []string
	for _, id := range sortedIDs(sequences) {
		for _, name := range sequences[id].names {
			paths = append(paths, filepath.Join(sequences[id].dir, name))
		}
	}
	set, err := picture.Survey(ctx, paths, picture.AnySize)
	if err != nil {
		return nil, err
	}
	_, flat := sequences[""]
	f.folders = !flat
	done := 0
	for _, id := range sortedIDs(sequences) {
		for _, name := range sequences[id].names {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			p.Doing("reading", what, "masks", done, len(paths))
			done++
			if err := f.read(set, id, filepath.Join(sequences[id].dir, name), flat && (numbered || set.Numbered())); err != nil {
				return nil, err
			}
		}
	}
	f.notes = set.Notes()
	f.sort()
	return f, nil
}

// read takes one picture.
func (f *Folder) read(set *picture.Set, id, path string, numbered bool) error {
	name := filepath.Base(path)
	if f.masks[name] == nil {
		f.masks[name] = map[string]annotate.Mask{}
	}
	if !numbered {
		m, err := set.Mask(path, true)
		f.masks[name][id] = m
		return err
	}
	labels, err := set.Labels(path)
	if err != nil {
		return err
	}
	for n, m := range labels.Objects {
		f.masks[name][strconv.Itoa(n)] = m
	}
	f.void[name] = labels.Void
	return nil
}

func (f *Folder) sort() {
	ids := map[string]sequence{}
	for name, masks := range f.masks {
		f.Names = append(f.Names, name)
		for id := range masks {
			ids[id] = sequence{}
		}
	}
	slices.SortFunc(f.Names, natural.Compare)
	f.IDs = sortedIDs(ids)
}

// size returns the size of a frame's masks.
func (f *Folder) size(name string) (w, h int) {
	for _, m := range f.masks[name] {
		return m.Size()
	}
	return f.void[name].Size()
}

// Size returns the size of the masks in pixels.
func (f *Folder) Size() (w, h int) { return f.size(f.Names[0]) }

// Mask returns the mask of an object on a frame. Where the pictures number
// objects, one that has no pixel is empty; a picture that is not there is
// missing.
func (f *Folder) Mask(name, id string) (m annotate.Mask, there bool) {
	masks, there := f.masks[name]
	m, known := masks[id]
	if _, numbered := f.void[name]; numbered && !known {
		w, h := f.size(name)
		return annotate.EmptyMask(w, h), true
	}
	return m, there && known
}

// partners returns the predicted file of each true one, "" where there is none.
// One of the two may have more frames than the other.
func partners(truth, pred *Folder) (map[string]string, error) {
	out := map[string]string{}
	truths, preds := truth.Names, pred.Names
	in := export.Input{Video: export.Video{Frames: len(preds), FrameNames: preds}}
	at, err := in.FramesOf("masks in "+truth.dir, truths)
	if err == nil {
		for i, name := range truths {
			out[name] = preds[at[i]]
		}
		return out, nil
	}
	in = export.Input{Video: export.Video{Frames: len(truths), FrameNames: truths}}
	at, other := in.FramesOf("masks in "+pred.dir, preds)
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

// readSequences maps object IDs (folder names, "" for pictures directly in dir)
// to their sequences.
func readSequences(dir string) (map[string]sequence, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("read the mask folder: %w", err)
	}
	out := map[string]sequence{}
	own := sequence{dir: dir, names: pictureNames(entries)}
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
		if names := pictureNames(inner); len(names) > 0 {
			out[e.Name()] = sequence{sub, names}
		}
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("%s holds no PNG masks", dir)
	}
	return out, nil
}

func pictureNames(entries []fs.DirEntry) []string {
	var names []string
	for _, e := range entries {
		if !e.IsDir() && !strings.HasPrefix(e.Name(), ".") && slices.Contains(picture.Extensions(), strings.ToLower(filepath.Ext(e.Name()))) {
			names = append(names, e.Name())
		}
	}
	slices.SortFunc(names, natural.Compare)
	return names
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
			return cmp.Compare(x, y)
		}
		return strings.Compare(a, b)
	})
	return ids
}
