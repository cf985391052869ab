package export

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/masklet/masklet/annotate"
)

// Input is what a reader works with: the video that the masks must fit, how to
// read what can be read in several ways, and who takes the masks.
type Input struct {
	// Video has the size, the number of frames and the names that the masks
	// must fit. What is 0 or nil is not known, and learned from the first mask.
	Video Video
	Match Match // how the names of files become frames
	// Strict refuses the whole input for one annotation that cannot be used;
	// otherwise it is skipped, counted and told in Notes.
	Strict bool
	// VideoName chooses among the videos of a file that holds several.
	VideoName string
	// Take takes one mask. It is called on the reader's own goroutine, with
	// every object and frame at most once; the reader stops at its first error.
	Take func(key annotate.FrameKey, m annotate.Mask) error

	notes    []string
	skipped  map[string]*skips
	order    []string // of skipped
	masks    int
	full     int // masks that cover the whole frame
	last     map[annotate.ObjectID]annotate.Mask
	repeated map[annotate.ObjectID]int // frames on which an object's mask was that of the frame before
	frames   map[annotate.ObjectID]int
}

// skips counts what was skipped for one reason.
type skips struct {
	n     int
	first string
}

// MaxObjectID bounds the numbers of objects.
const MaxObjectID = 1 << 20

// Read reads what a format wrote at path, or what other tools wrote in it, and
// hands the masks to in.Take. It is an error (ErrImport) if there are none.
func Read(ctx context.Context, f Format, path string, in *Input) ([]Object, error) {
	if f.Read == nil {
		return nil, fmt.Errorf("%w: the format %s can be written only", ErrImport, f.Name)
	}
	objects, err := f.Read(ctx, path, in)
	if err != nil {
		return nil, err
	}
	if in.masks == 0 {
		return nil, fmt.Errorf("%w: %s holds no masks of this video%s", ErrImport, path, in.why())
	}
	in.doubt()
	return objects, nil
}

// Give hands one mask on after a look whether it fits the video.
func (in *Input) Give(object, frame int, m annotate.Mask) error {
	if object < 1 || object > MaxObjectID {
		return fmt.Errorf("%w: %d is no object ID (1 to %d)", ErrImport, object, MaxObjectID)
	}
	w, h := m.Size()
	if err := in.CheckSize("a mask", w, h); err != nil {
		return err
	}
	if err := in.CheckFrame("a mask", frame); err != nil {
		return err
	}
	in.watch(annotate.ObjectID(object), m)
	return in.Take(keyOf(object, frame), m)
}

// CheckSize refuses what has not the video's size.
func (in *Input) CheckSize(what string, w, h int) error {
	if in.Video.W == 0 {
		if w < 1 || h < 1 || w > annotate.MaxSide || h > annotate.MaxSide || w*h > MaxPixels {
			return fmt.Errorf("%w: %s is %dx%d", ErrImport, what, w, h)
		}
		in.Video.W, in.Video.H = w, h
	}
	if w != in.Video.W || h != in.Video.H {
		return fmt.Errorf("%w: %s is %dx%d, the video %dx%d", ErrImport, what, w, h, in.Video.W, in.Video.H)
	}
	return nil
}

// MaxPixels bounds the memory that a mask of unknown size takes: no video that
// can be opened has larger frames (16K by 8K).
const MaxPixels = 1 << 27

// CheckFrame refuses a frame that the video does not have.
func (in *Input) CheckFrame(what string, frame int) error {
	if frame < 0 || in.Video.Frames > 0 && frame >= in.Video.Frames {
		return fmt.Errorf("%w: %s is for frame %d, the video has %d frames", ErrImport, what, frame, in.Video.Frames)
	}
	return nil
}

// Skip says that something cannot be used: which, and for what reason, such as
// ("annotation 7", "it has no mask"). It returns the error with which the input
// is refused if it is read strictly.
func (in *Input) Skip(which, reason string) error {
	if in.Strict {
		return fmt.Errorf("%w: %s: %s", ErrImport, which, reason)
	}
	if in.skipped == nil {
		in.skipped = map[string]*skips{}
	}
	s := in.skipped[reason]
	if s == nil {
		s = &skips{first: which}
		in.skipped[reason] = s
		in.order = append(in.order, reason)
	}
	s.n++
	return nil
}

// Note adds a sentence on how the input was read, once.
func (in *Input) Note(format string, args ...any) {
	if text := fmt.Sprintf(format, args...); !slices.Contains(in.notes, text) {
		in.notes = append(in.notes, text)
	}
}

// Notes returns what the user should know of how the input was read, and what
// was skipped.
func (in *Input) Notes() []string {
	out := slices.Clone(in.notes)
	for _, reason := range in.order {
		s := in.skipped[reason]
		if s.n == 1 {
			out = append(out, fmt.Sprintf("1 skipped: %s (%s)", reason, s.first))
		} else {
			out = append(out, fmt.Sprintf("%d skipped: %s (first %s)", s.n, reason, s.first))
		}
	}
	return out
}

// Skipped returns how many annotations were skipped.
func (in *Input) Skipped() int {
	n := 0
	for _, s := range in.skipped {
		n += s.n
	}
	return n
}

func (in *Input) why() string {
	if len(in.order) == 0 {
		return ""
	}
	s := in.skipped[in.order[0]]
	return fmt.Sprintf(" (%d skipped: %s, first %s)", s.n, in.order[0], s.first)
}

// watch remembers what makes an input doubtful.
func (in *Input) watch(id annotate.ObjectID, m annotate.Mask) {
	if in.last == nil {
		in.last, in.repeated, in.frames = map[annotate.ObjectID]annotate.Mask{}, map[annotate.ObjectID]int{}, map[annotate.ObjectID]int{}
	}
	w, h := m.Size()
	in.masks++
	if m.Area() == w*h {
		in.full++
	}
	if !m.Empty() && m.Equal(in.last[id]) {
		in.repeated[id]++
	}
	in.last[id] = m
	in.frames[id]++
}

// doubt notes results that are hardly meant.
func (in *Input) doubt() {
	if in.full > 0 {
		in.Note("%d of %d masks cover the whole frame: look whether that is meant", in.full, in.masks)
	}
	for _, id := range sortedKeys(in.frames) {
		if n := in.frames[id]; n > 2 && in.repeated[id] == n-1 {
			in.Note("object %d has the same mask on all %d frames: look whether that is meant", id, n)
		}
	}
}

// ChooseVideo returns the one of several videos in a file that is meant: that of
// VideoName, else the one that is called like the video.
func (in *Input) ChooseVideo(path string, names []string) (string, error) {
	want := in.VideoName
	if want == "" {
		want = in.Video.Name
	}
	for _, n := range names {
		if want != "" && (strings.EqualFold(n, want) || strings.EqualFold(stem(n), stem(want))) {
			return n, nil
		}
	}
	shown := names[:min(len(names), 8)]
	return "", fmt.Errorf("%w: %s holds %d videos (%s): choose one with -video-name", ErrImport, path, len(names), strings.Join(shown, ", "))
}
