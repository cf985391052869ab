package export

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/project/natural"
)

// Match says how the names of files become frames.
type Match string

// The ways to find the frame of a file.
const (
	// MatchAuto takes the one way that fits every name, and refuses names that
	// can be read in several.
	MatchAuto   Match = ""
	MatchName   Match = "name"   // the name of a folder's frame, without extension
	MatchNumber Match = "number" // the number in the name of a folder's frame; of a video file, the index from 0
	MatchOrder  Match = "order"  // the nth file is the nth frame
	MatchIndex  Match = "index"  // the number in the name is the frame's index from 0, also of a folder
)

// ParseMatch reads an option.
func ParseMatch(s string) (Match, error) {
	switch m := Match(s); m {
	case MatchAuto, MatchName, MatchNumber, MatchOrder, MatchIndex:
		return m, nil
	case "auto":
		return MatchAuto, nil
	}
	return "", fmt.Errorf("%q is no way to match files with frames: use name, number, order or index", s)
}

// matcher finds the frames of a set of names.
type matcher struct {
	video Video
	what  string   // what the names are, for errors: "mask files in DIR"
	names []string // without what other tools did to them
	given []string // for errors
}

// FramesAt returns the frames of inputs that may carry their index, -1 where one
// does not: the indexes, unless the video is a folder, an index is missing or the
// user says how to match; then FramesOf goes by the names. one and many name the
// inputs in errors, such as "a task of FILE" and "images of FILE".
func (in *Input) FramesAt(one, many string, indexes []int, names []string) ([]int, error) {
	if slices.ContainsFunc(indexes, func(i int) bool { return i < 0 }) || len(in.Video.FrameNames) > 0 || in.Match != MatchAuto {
		return in.FramesOf(many, names)
	}
	for _, i := range indexes {
		if err := in.CheckFrame(one, i); err != nil {
			return nil, err
		}
	}
	if in.Video.Frames == 0 {
		for _, i := range indexes {
			in.Video.Frames = max(in.Video.Frames, i+1)
		}
	}
	return indexes, nil
}

// FramesOf returns the frame of every name, -1 for one that has none. what says
// in errors what the names are. All names of a set must be given together,
// each once: one name alone does not show how it is meant.
//
// Where the frames are files of a folder, names are matched with their names,
// or with the numbers in these; otherwise numbers are indexes from 0.
func (in *Input) FramesOf(what string, names []string) ([]int, error) {
	if len(names) == 0 {
		return nil, nil
	}
	if in.Video.Frames == 0 {
		in.learnFrames(names)
	}
	var err error
	for _, clean := range cleaners {
		cleaned := make([]string, len(names))
		for i, n := range names {
			cleaned[i] = clean(stem(n))
		}
		var frames []int
		var again error
		if frames, again = (matcher{in.Video, what, cleaned, names}).find(in.Match); again == nil {
			return in.checkTwice(what, names, frames)
		}
		if err == nil {
			err = again
		}
	}
	return nil, err
}

// cleaners undo what other tools do to the names of uploaded pictures.
var cleaners = []func(string) string{
	func(s string) string { return s },
	// Roboflow: 00001_jpg.rf.0a1b2c for 00001.jpg.
	func(s string) string { return roboflowName.ReplaceAllString(s, "") },
	// Label Studio: 0a1b2c3d-00001 for 00001.
	func(s string) string { return uploadPrefix.ReplaceAllString(s, "") },
	// A mask that is called after the whole name of its frame: 00001.jpg.png.
	stem,
}

var (
	roboflowName = regexp.MustCompile(`_(?i:jpe?g|png|bmp)\.rf\.[0-9A-Za-z]+$`)
	uploadPrefix = regexp.MustCompile(`^[0-9a-f]{8}-`)
)

// learnFrames takes the names for the frames of a video of which nothing is known.
func (in *Input) learnFrames(names []string) {
	stems := map[string]bool{}
	for _, n := range names {
		if s := stem(n); !stems[s] {
			stems[s] = true
			in.Video.FrameNames = append(in.Video.FrameNames, s+".png")
		}
	}
	slices.SortFunc(in.Video.FrameNames, natural.Compare)
	in.Video.Frames = len(in.Video.FrameNames)
}

func (in *Input) checkTwice(what string, names []string, frames []int) ([]int, error) {
	seen := map[int]string{}
	for i, f := range frames {
		if f < 0 {
			continue
		}
		if before, twice := seen[f]; twice {
			return nil, fmt.Errorf("%w: of the %s, %s and %s are for the same frame %d", ErrImport, what, before, names[i], f)
		}
		seen[f] = names[i]
	}
	return frames, nil
}

func (m matcher) find(how Match) ([]int, error) {
	switch how {
	case MatchName:
		if len(m.video.FrameNames) == 0 {
			return nil, fmt.Errorf("%w: the frames of a video file have no names to match (use number or order)", ErrImport)
		}
		return m.some(m.byName(), "is called like a frame")
	case MatchNumber:
		if len(m.video.FrameNames) == 0 {
			return m.some(m.byIndex(), "has the number of a frame")
		}
		return m.some(m.byNumber(), "has the number of a frame")
	case MatchIndex:
		return m.some(m.byIndex(), "has the number of a frame")
	case MatchOrder:
		return m.byOrder()
	}
	return m.auto()
}

// auto takes the way that fits every name.
func (m matcher) auto() ([]int, error) {
	if len(m.video.FrameNames) == 0 {
		if frames := m.byIndex(); missing(frames) == 0 {
			return frames, nil
		}
		return nil, m.refuse()
	}
	byName := m.byName()
	if missing(byName) == 0 {
		return byName, nil
	}
	if missing(byName) < len(byName) {
		return nil, m.refuse() // some fit: which of the others are wrong cannot be known
	}
	if frames := m.byNumber(); missing(frames) == 0 {
		return frames, nil
	}
	if frames := m.byIndex(); numbers(stems(m.video.FrameNames)) == nil && missing(frames) == 0 {
		return frames, nil // frames without numbers: only the index is left
	}
	return nil, m.refuse()
}

// refuse says how the names could be read.
func (m matcher) refuse() error {
	var ways []string
	for _, w := range []struct {
		how    Match
		frames []int
	}{{MatchName, m.byName()}, {MatchNumber, m.byNumber()}, {MatchIndex, m.byIndex()}} {
		if n := len(w.frames) - missing(w.frames); n > 0 {
			ways = append(ways, fmt.Sprintf("-match %s (fits %d)", w.how, n))
		}
	}
	if len(m.names) == m.video.Frames {
		ways = append(ways, "-match order")
	}
	first := fmt.Sprintf("%s of the %s is", m.given[0], m.what)
	if len(m.given) > 1 {
		first = fmt.Sprintf("the %d %s (%s to %s) are", len(m.given), m.what, m.given[0], m.given[len(m.given)-1])
	}
	frames := fmt.Sprintf("the video's frames 0 to %d", m.video.Frames-1)
	if n := m.video.FrameNames; len(n) > 0 {
		frames = fmt.Sprintf("the %d frames (%s to %s)", len(n), n[0], n[len(n)-1])
	}
	if len(ways) == 0 {
		return fmt.Errorf("%w: %s not called by %s", ErrImport, first, frames)
	}
	return fmt.Errorf("%w: %s not called by %s alone: choose %s", ErrImport, first, frames, strings.Join(ways, ", "))
}

// some refuses a way that was asked for and fits no name at all.
func (m matcher) some(frames []int, what string) ([]int, error) {
	if missing(frames) == len(m.names) {
		return nil, fmt.Errorf("%w: none of the %d %s %s", ErrImport, len(m.names), m.what, what)
	}
	return frames, nil
}

func missing(frames []int) int {
	n := 0
	for _, f := range frames {
		if f < 0 {
			n++
		}
	}
	return n
}

func (m matcher) byName() []int {
	index := map[string]int{}
	for i, n := range m.video.FrameNames {
		index[strings.ToLower(n)] = i
	}
	for i, n := range m.video.FrameNames {
		index[strings.ToLower(stem(n))] = i
	}
	return m.lookUp(m.names, func(s string) (int, bool) {
		i, ok := index[strings.ToLower(s)]
		return i, ok
	})
}

func (m matcher) byNumber() []int {
	of, index := numbers(stems(m.video.FrameNames)), map[string]int{}
	for i, n := range of {
		if _, twice := index[n]; twice {
			return m.none()
		}
		index[n] = i
	}
	return m.lookUp(numbers(m.names), func(s string) (int, bool) {
		i, ok := index[s]
		return i, ok
	})
}

func (m matcher) byIndex() []int {
	return m.lookUp(numbers(m.names), func(s string) (int, bool) {
		i, err := strconv.Atoi(s)
		return i, err == nil && i < m.video.Frames
	})
}

func (m matcher) byOrder() ([]int, error) {
	if len(m.names) != m.video.Frames {
		return nil, fmt.Errorf("%w: there are %d %s for %d frames, so that their order says nothing", ErrImport, len(m.names), m.what, m.video.Frames)
	}
	order := make([]int, len(m.names))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return natural.Compare(m.names[a], m.names[b]) })
	out := make([]int, len(order))
	for frame, i := range order {
		out[i] = frame
	}
	return out, nil
}

// lookUp finds the frame of each key; keys is nil or as long as names.
func (m matcher) lookUp(keys []string, find func(string) (int, bool)) []int {
	if keys == nil {
		return m.none()
	}
	out := make([]int, len(keys))
	for i, k := range keys {
		out[i] = -1
		if f, ok := find(k); ok {
			out[i] = f
		}
	}
	return out
}

func (m matcher) none() []int { return slices.Repeat([]int{-1}, len(m.names)) }

func stems(names []string) []string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = stem(n)
	}
	return out
}

// numbers returns the number in each name, without leading zeros: what is left
// between the start and the end that all names share. It returns nil if that is
// not a number for every name.
func numbers(names []string) []string {
	if len(names) == 0 {
		return nil
	}
	if len(names) == 1 {
		runs := digitRuns.FindAllString(names[0], -1)
		if len(runs) == 0 {
			return nil
		}
		return []string{trimZeros(runs[len(runs)-1])}
	}
	start, end := commonStart(names), commonEnd(names)
	out := make([]string, len(names))
	for i, n := range names {
		if len(n) < start+end || !allDigits(n[start:len(n)-end]) {
			return nil
		}
		out[i] = trimZeros(n[start : len(n)-end])
	}
	return out
}

var digitRuns = regexp.MustCompile(`[0-9]+`)

func trimZeros(s string) string {
	if s = strings.TrimLeft(s, "0"); s == "" {
		return "0"
	}
	return s
}

// commonStart returns the length of the start that all names share, up to a
// number that may begin in it.
func commonStart(names []string) int {
	n := len(names[0])
	for _, s := range names[1:] {
		n = min(n, len(s))
		for i := range n {
			if s[i] != names[0][i] {
				n = i
				break
			}
		}
	}
	for n > 0 && isDigit(names[0][n-1]) {
		n--
	}
	return n
}

func commonEnd(names []string) int {
	first := names[0]
	n := len(first)
	for _, s := range names[1:] {
		n = min(n, len(s))
		for i := range n {
			if s[len(s)-1-i] != first[len(first)-1-i] {
				n = i
				break
			}
		}
	}
	for n > 0 && isDigit(first[len(first)-n]) {
		n--
	}
	return n
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// keyOf joins an object and a frame.
func keyOf(id, frame int) annotate.FrameKey {
	return annotate.FrameKey{Object: annotate.ObjectID(id), Frame: frame}
}
