// Package dataset knows how the data sets of video object segmentation lie on
// the disk: which sequences there are, where their frames and true masks are,
// with which mask each object is given, and how predictions are handed in.
//
// It exists so that any engine can be measured on a whole data set by the
// protocol that its published figures are made with.
package dataset

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/masklet/masklet/project/evaluate"
	"github.com/masklet/masklet/project/natural"
)

// ErrLayout: a folder does not hold the data set that it is said to hold.
var ErrLayout = errors.New("is laid out otherwise")

// Layout is how a data set lies on the disk.
type Layout struct {
	Name   string          // "davis"
	Judged evaluate.Judged // the frames that its benchmark counts
	// Separate says that each object has a folder of masks of its own.
	Separate bool

	frames []string // folders of frames below the root, the first that is there counts
	truth  []string // of true masks
	lists  []string // text files that may name the sequences of a split; %s is the split
	splits []string // what is measured if nobody says
	// submit is the folder of masks in what is handed in, "" for its root.
	submit string
}

// Layouts returns the layouts that are known.
//
// Source: the descriptions that come with the data sets.
func Layouts() []Layout {
	return []Layout{
		{Name: "davis", Judged: evaluate.Inner,
			frames: []string{"JPEGImages/480p", "JPEGImages/Full-Resolution", "JPEGImages"},
			truth:  []string{"Annotations/480p", "Annotations/Full-Resolution", "Annotations"},
			lists:  []string{"ImageSets/2017/%s.txt", "ImageSets/2016/%s.txt", "ImageSets/%s.txt"}, splits: []string{"val"}},
		{Name: "ytvos", Judged: evaluate.Later,
			frames: []string{"%s/JPEGImages", "JPEGImages"}, truth: []string{"%s/Annotations", "Annotations"},
			splits: []string{"valid", "val"}, submit: "Annotations"},
		{Name: "mose", Judged: evaluate.Inner,
			frames: []string{"%s/JPEGImages", "JPEGImages"}, truth: []string{"%s/Annotations", "Annotations"}, splits: []string{"valid", "val"}},
		{Name: "sav", Judged: evaluate.OwnInner, Separate: true,
			frames: []string{"sav_%s/JPEGImages_24fps", "%s/JPEGImages_24fps", "JPEGImages_24fps"},
			truth:  []string{"sav_%s/Annotations_6fps", "%s/Annotations_6fps", "Annotations_6fps"},
			lists:  []string{"sav_%s/sav_%[1]s.txt", "%s/sav_%[1]s.txt", "sav_%s.txt"}, splits: []string{"val"}},
	}
}

// Names lists the names of the layouts.
func Names() (names []string) {
	for _, l := range Layouts() {
		names = append(names, l.Name)
	}
	return names
}

// Find returns the layout of that name.
func Find(name string) (Layout, bool) {
	all := Layouts()
	i := slices.IndexFunc(all, func(l Layout) bool { return l.Name == name })
	if i < 0 {
		return Layout{}, false
	}
	return all[i], true
}

// Sequence is one video of a data set.
type Sequence struct {
	Name   string
	Frames string // folder of pictures
	Truth  string // folder of masks
}

// Open finds the sequences of the data set at dir. split is the part of it that
// is meant, "" for the one that figures are published on; only, if it is not
// empty, are the names of the sequences that are wanted.
func (l Layout) Open(dir, split string, only []string) ([]Sequence, error) {
	splits := l.splits
	if split != "" {
		splits = []string{split}
	}
	truth, frames := l.folder(dir, l.truth, splits), l.folder(dir, l.frames, splits)
	if truth == "" || frames == "" {
		missing := l.truth
		if frames == "" {
			missing = l.frames
		}
		return nil, fmt.Errorf("%s %w than %s: it has no folder %s", dir, ErrLayout, l.Name, filled(missing[0], splits[0]))
	}
	names, listed, err := l.names(dir, truth, splits, split != "")
	if err != nil {
		return nil, err
	}
	if len(only) > 0 {
		for _, n := range only {
			if !slices.Contains(names, n) && !isFolder(filepath.Join(truth, n)) {
				return nil, fmt.Errorf("%s holds no sequence %q", truth, n)
			}
		}
		names = only
	}
	var out []Sequence
	for _, n := range names {
		s := Sequence{n, filepath.Join(frames, n), filepath.Join(truth, n)}
		for _, folder := range []string{s.Frames, s.Truth} {
			if !isFolder(folder) {
				return nil, fmt.Errorf("%s %w than %s: sequence %s has no folder %s%s", dir, ErrLayout, l.Name, n, folder, listed)
			}
		}
		out = append(out, s)
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("%s holds no sequences", truth)
	}
	return out, nil
}

// folder returns the first of some folders that is there, "" if none is.
func (l Layout) folder(dir string, patterns, splits []string) string {
	for _, p := range patterns {
		for _, s := range splits {
			if at := filepath.Join(dir, filepath.FromSlash(filled(p, s))); isFolder(at) {
				return at
			}
		}
	}
	return ""
}

func filled(pattern, split string) string {
	if strings.Contains(pattern, "%") {
		return fmt.Sprintf(pattern, split)
	}
	return pattern
}

// names returns the sequences that a list of the split names; without a list, all
// that have true masks. A split that was asked for must have a list or a folder.
func (l Layout) names(dir, truth string, splits []string, asked bool) (names []string, listed string, err error) {
	for _, pattern := range l.lists {
		for _, s := range splits {
			path := filepath.Join(dir, filepath.FromSlash(filled(pattern, s)))
			names, err := readList(path)
			if errors.Is(err, fs.ErrNotExist) {
				continue
			}
			return names, " (named by " + path + ")", err
		}
	}
	if asked && l.lists != nil && !strings.Contains(truth, splits[0]) {
		return nil, "", fmt.Errorf("%s %w than %s: nothing names the sequences of %s, such as %s", dir, ErrLayout, l.Name, splits[0], filled(l.lists[0], splits[0]))
	}
	entries, err := os.ReadDir(truth)
	if err != nil {
		return nil, "", err
	}
	for _, e := range entries {
		if isFolder(filepath.Join(truth, e.Name())) && !strings.HasPrefix(e.Name(), ".") {
			names = append(names, e.Name())
		}
	}
	slices.SortFunc(names, natural.Compare)
	return names, "", nil
}

// readList reads the first word of every line.
func readList(path string) ([]string, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var names []string
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		if words := strings.Fields(lines.Text()); len(words) > 0 {
			names = append(names, words[0])
		}
	}
	return names, lines.Err()
}

func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}
