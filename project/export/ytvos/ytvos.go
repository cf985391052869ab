// Package ytvos is the layout of the YouTube-VOS, DAVIS 2017 and MOSE data sets:
// a folder of indexed pictures per video, with meta.json beside it. Where
// objects overlap, folders with the masks of each object are written too.
package ytvos

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/project/atomicfile"
	"github.com/masklet/masklet/project/export"
	"github.com/masklet/masklet/project/export/davis"
	"github.com/masklet/masklet/project/export/picture"
	"github.com/masklet/masklet/project/export/png"
	"github.com/masklet/masklet/project/infile"
)

const (
	indexed  = "Annotations"
	separate = "AnnotationsPerObject"
	metaFile = "meta.json"
)

// Format describes the format.
func Format() export.Format {
	return export.Format{
		Name: "ytvos", Label: "YouTube-VOS / DAVIS 2017 folders", Place: "ytvos",
		About: "`ytvos/Annotations/<video>/<frame>.png`: indexed PNG, and `ytvos/meta.json` with class and frames of each object; where objects overlap also `ytvos/AnnotationsPerObject/<video>/<object id>/<frame>.png`",
		Holds: export.Holds{Overlaps: true, Holes: true, Parts: true, Labels: true, Classes: true, IDs: true, MaxID: davis.MaxID},
		Write: write, Read: read,
		Ours: func(_ export.Video, _ string, e os.DirEntry) bool {
			return e.IsDir() && (e.Name() == indexed || e.Name() == separate) || e.Name() == metaFile
		},
	}
}

// meta is the file meta.json. Label and class are Masklet's own fields.
type meta struct {
	Videos map[string]struct {
		Objects map[string]object `json:"objects"`
	} `json:"videos"`
}

type object struct {
	Category string   `json:"category"`
	Frames   []string `json:"frames"`
	Label    string   `json:"label,omitempty"`
	Class    *string  `json:"class,omitempty"`
}

// videoName returns what the folder of the video is called.
func videoName(v export.Video) string {
	if n := strings.TrimSuffix(v.Name, filepath.Ext(v.Name)); n != "" {
		return n
	}
	return "video"
}

func write(ctx context.Context, folder string, src export.Source, opt export.Options) (export.Report, error) {
	v := src.Video()
	dir := filepath.Join(folder, indexed, videoName(v))
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return export.Report{}, err
	}
	rep, name := export.Report{Files: 1}, v.Namer(opt.Names)
	index := func(id annotate.ObjectID) uint8 { return uint8(id) }
	objects := describe(src.Objects())
	overlaps := false
	err := export.Each(ctx, src, func(frame int, masks []export.FrameMask) error {
		n, err := picture.WriteIndexed(filepath.Join(dir, name(frame)+".png"), v, picture.Palette(), masks, index)
		if err != nil {
			return fmt.Errorf("frame %d: %w", frame, err)
		}
		overlaps = overlaps || n > 0
		rep.Frames++
		rep.Files++
		for _, m := range masks {
			rep.Masks++
			if o := objects[strconv.Itoa(int(m.Object))]; o != nil && !m.Mask.Empty() {
				o.Frames = append(o.Frames, name(frame))
			}
		}
		return nil
	})
	if err != nil {
		return rep, err
	}
	if err := writeMeta(filepath.Join(folder, metaFile), videoName(v), objects); err != nil {
		return rep, err
	}
	if !overlaps {
		return rep, nil
	}
	dir = filepath.Join(folder, separate, videoName(v))
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return rep, err
	}
	more, err := png.Format().Write(ctx, dir, src, opt)
	rep.Files += more.Files
	return rep, err
}

func describe(list []export.Object) map[string]*object {
	names, of := export.Categories(list)
	out := map[string]*object{}
	for _, o := range list {
		out[strconv.Itoa(int(o.ID))] = &object{Category: names[of[o.ID]], Frames: []string{}, Label: o.Label, Class: &o.Class}
	}
	return out
}

func writeMeta(path, video string, objects map[string]*object) error {
	data, err := json.MarshalIndent(map[string]any{"videos": map[string]any{video: map[string]any{"objects": objects}}}, "", " ")
	if err != nil {
		return err
	}
	return atomicfile.WriteBytes(path, append(data, '\n'))
}

// read takes the output folder of a run or a data set's folder, of which it
// chooses the video, or the folder of one video.
func read(ctx context.Context, path string, in *export.Input) ([]export.Object, error) {
	dir := export.SubFolder(path, "ytvos")
	video, perObject, err := findVideo(dir, in)
	if err != nil {
		return nil, err
	}
	objects := known(ctx, filepath.Join(dir, metaFile), filepath.Base(video), in)
	if !perObject {
		return objects.List(), davis.ReadFolder(ctx, video, in)
	}
	give := in.Take // an object that has no pixel may not have been tracked
	in.Take = func(key annotate.FrameKey, m annotate.Mask) error {
		if m.Empty() {
			return nil
		}
		return give(key, m)
	}
	_, err = png.Format().Read(ctx, video, in)
	in.Take = give
	return objects.List(), err
}

// findVideo returns the folder of the video, and whether it has one folder per
// object.
func findVideo(dir string, in *export.Input) (video string, perObject bool, err error) {
	for _, name := range []string{separate, indexed} {
		root := filepath.Join(dir, name)
		entries, err := os.ReadDir(root)
		if err != nil {
			continue
		}
		var names []string
		for _, e := range entries {
			if e.IsDir() && !strings.HasPrefix(e.Name(), ".") {
				names = append(names, e.Name())
			}
		}
		switch {
		case len(names) == 0:
			continue
		case len(names) > 1:
			chosen, err := in.ChooseVideo(root, names)
			if err != nil {
				return "", false, err
			}
			names = []string{chosen}
		}
		video = filepath.Join(root, names[0])
		return video, hasObjectFolders(video), nil
	}
	return dir, hasObjectFolders(dir), nil
}

func hasObjectFolders(dir string) bool {
	entries, err := os.ReadDir(dir)
	return err == nil && slices.ContainsFunc(entries, func(e os.DirEntry) bool {
		_, err := strconv.Atoi(e.Name())
		return e.IsDir() && err == nil
	})
}

// known reads what meta.json says of the objects; without one nothing is known.
func known(ctx context.Context, path, video string, in *export.Input) export.Known {
	out := export.Known{}
	data, err := infile.Read(ctx, path, infile.Picture)
	if err != nil {
		return out
	}
	var m meta
	if err := json.Unmarshal(data, &m); err != nil {
		in.Note("%s cannot be read: the objects have no names", path)
		return out
	}
	for key, o := range m.Videos[video].Objects {
		id, err := strconv.Atoi(key)
		if err != nil {
			continue
		}
		class := o.Category
		if o.Class != nil {
			class = *o.Class
		}
		out.Meet(id, o.Label, class)
	}
	return out
}
