package export

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
)

// Format describes a format once: the command line, the dialogs and the manual
// say what stands here.
type Format struct {
	Name  string // on the command line: "png"
	Label string // in dialogs: "PNG masks"
	// Place is the name of what is written into the output folder; it is one
	// file rather than a folder if File is set.
	Place string
	File  bool
	About string // what is written, one sentence in Markdown
	Holds Holds
	// Takes says which options the format heeds.
	Takes
	// Pictures says that the format shows the video too: its pictures must be at
	// hand (Video.Picture).
	Pictures bool

	// Write writes the source to path: into an empty folder, or as a new file
	// of that name. It has read back and compared what it wrote. A format
	// without Write can only be read.
	Write func(ctx context.Context, path string, src Source, opt Options) (Report, error)
	// Read hands every mask at path to in.Take and returns what is known about
	// the objects, in the order of their IDs. Path is the output folder of a
	// run or what the format wrote there. A format without Read can only be
	// written. Errors wrap ErrImport and name the file.
	Read func(ctx context.Context, path string, in *Input) ([]Object, error)
	// Ours reports whether an entry of the folder that Write fills is from an
	// earlier export of the video, so that it may be replaced.
	Ours func(v Video, folder string, e os.DirEntry) bool
}

// Options change what a format writes.
type Options struct {
	// Polygons writes outlines along the pixel edges rather than run lengths. They
	// give back the same pixels.
	Polygons bool
	// Names says how the files of frames are called.
	Names Naming
	// Together writes one matte of all objects rather than one for each.
	Together bool
	// Feather softens the edges of a matte over so many pixels to either side; 0
	// leaves them hard.
	Feather float64
	// JPEG writes pictures of the video as JPEG rather than PNG.
	JPEG bool
	// Lost is told, before anything is written, what a format cannot hold of the
	// source, one line each; may be nil.
	Lost func(line string)
	// Progress is told of every frame that is read from the source; may be nil.
	Progress func(f Format, frame int)
}

// Takes are the options that a format heeds, beside those that all do.
type Takes struct{ Polygons, Together, Feather, JPEG bool }

// Holds says what a format can hold beside the pixels of one object.
type Holds struct {
	Overlaps bool // several objects on one pixel
	Holes    bool // masks with holes
	Parts    bool // masks of several parts
	Unseen   bool // that an object was tracked and not seen on a frame
	Labels   bool // what objects are called
	Classes  bool // the classes of objects
	IDs      bool // the numbers of objects
	MaxID    int  // the highest number of an object; 0: any
	Times    bool // the time of each frame
	// Absent, Occluded and Attributes are what the user says of an object beside
	// its masks.
	Absent, Occluded, Attributes bool
}

// Lost lists what the format loses, in words.
func (h Holds) Lost() []string {
	var out []string
	for _, l := range []struct {
		held bool
		name string
	}{
		{h.Overlaps, "overlaps"}, {h.Holes, "holes"}, {h.Parts, "several parts"}, {h.Unseen, "frames on which an object was not seen"},
		{h.Labels, "labels"}, {h.Classes, "classes"}, {h.IDs, "numbers of objects"}, {h.Times, "times"}, {h.Absent, "absent frames"}, {h.Occluded, "occluded frames"}, {h.Attributes, "attributes"},
	} {
		if !l.held {
			out = append(out, l.name)
		}
	}
	return out
}

// Find returns the format of that name.
func Find(all []Format, name string) (Format, bool) {
	for _, f := range all {
		if f.Name == name {
			return f, true
		}
	}
	return Format{}, false
}

// Names lists the names of formats for a sentence: "png, davis or coco".
func Names(all []Format) string {
	var names []string
	for _, f := range all {
		names = append(names, f.Name)
	}
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:len(names)-1], ", ") + " or " + names[len(names)-1]
}

// Named returns the formats with these names, each once. An unknown name is an
// error that lists the known ones.
func Named(all []Format, names []string) ([]Format, error) {
	var out []Format
	seen := map[string]bool{}
	for _, n := range names {
		f, ok := Find(all, n)
		if !ok {
			return nil, fmt.Errorf("%q: use %s", n, Names(all))
		}
		if !seen[n] {
			seen[n] = true
			out = append(out, f)
		}
	}
	return out, nil
}

// Writable returns the formats that can be written.
func Writable(all []Format) []Format {
	return slices.DeleteFunc(slices.Clone(all), func(f Format) bool { return f.Write == nil })
}

// Readable returns the formats that can be read.
func Readable(all []Format) []Format {
	return slices.DeleteFunc(slices.Clone(all), func(f Format) bool { return f.Read == nil })
}
