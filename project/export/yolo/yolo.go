// Package yolo is the segmentation format of YOLO: one text file per frame, one
// line per object with its class and one polygon in shares of the size.
package yolo

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/masklet/masklet/project/export"
	"github.com/masklet/masklet/project/export/internal/link"
	"github.com/masklet/masklet/project/export/outline"
	"github.com/masklet/masklet/project/infile"
)

// Format describes the format. An object is one polygon: its parts are joined by
// lines of no width, and holes are cut open along such lines, so that no pixel
// is lost to tools that fill by the even-odd rule.
func Format() export.Format {
	return export.Format{
		Name: "yolo", Label: "YOLO segmentation text", Place: "yolo",
		About: "`yolo/labels/<frame>.txt`: class and one polygon per object (parts bridged, holes cut open), `yolo/data.yaml` with the classes",
		Holds: export.Holds{Overlaps: true, Holes: true, Parts: true, Classes: true},
		Write: write, Read: read,
		Ours: func(_ export.Video, _ string, e os.DirEntry) bool {
			return e.IsDir() && e.Name() == "labels" || e.Name() == "data.yaml"
		},
	}
}

func write(ctx context.Context, folder string, src export.Source, opt export.Options) (export.Report, error) {
	rep, v := export.Report{Files: 1}, src.Video()
	dir := filepath.Join(folder, "labels")
	if err := os.Mkdir(dir, 0o755); err != nil {
		return rep, err
	}
	names, of := export.Categories(src.Objects())
	name := v.Namer(opt.Names)
	err := export.Each(ctx, src, func(frame int, masks []export.FrameMask) error {
		rep.Frames++
		rep.Files++
		var text strings.Builder
		for _, m := range masks {
			rep.Masks++
			if m.Mask.Empty() {
				continue
			}
			fmt.Fprint(&text, of[m.Object])
			for i, c := range outline.Bridge(outline.Polygons(m.Mask)) {
				side := v.W
				if i%2 == 1 {
					side = v.H
				}
				text.WriteString(" " + strconv.FormatFloat(float64(c)/float64(side), 'f', 8, 64))
			}
			text.WriteString("\n")
		}
		return os.WriteFile(filepath.Join(dir, name(frame)+".txt"), []byte(text.String()), 0o644)
	})
	if err != nil {
		return rep, err
	}
	if err := os.WriteFile(filepath.Join(folder, "data.yaml"), []byte(dataYAML(names)), 0o644); err != nil {
		return rep, err
	}
	return rep, export.Check(ctx, Format(), folder, src)
}

func dataYAML(names []string) string {
	var b strings.Builder
	b.WriteString("path: .\ntrain: images\nval: images\nnames:\n")
	for i, n := range names {
		fmt.Fprintf(&b, "  %d: %q\n", i, n)
	}
	return b.String()
}

// read takes a data set's folder (labels and data.yaml) or a folder of text
// files. The format says no object: lines of one class are linked by overlap.
func read(ctx context.Context, path string, in *export.Input) ([]export.Object, error) {
	dir := export.SubFolder(path, "yolo")
	names := readNames(ctx, dir)
	labels := export.SubFolder(dir, "labels")
	for _, part := range []string{"train", "val"} {
		labels = export.SubFolder(labels, part)
	}
	files, err := export.Files(labels, ".txt")
	if err != nil {
		return nil, err
	}
	files = slices.DeleteFunc(files, func(f string) bool { return filepath.Base(f) == "classes.txt" })
	if len(files) == 0 {
		return nil, fmt.Errorf("%w: %s holds no YOLO text files", export.ErrImport, labels)
	}
	if in.Video.W == 0 {
		return nil, fmt.Errorf("%w: the format yolo does not know the size of the video: name it with -video", export.ErrImport)
	}
	stems := make([]string, len(files))
	for i, f := range files {
		stems[i] = filepath.Base(f)
	}
	frames, err := in.FramesOf("text files in "+labels, stems)
	if err != nil {
		return nil, err
	}
	var links link.Linker
	for i, f := range files {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if frames[i] < 0 {
			if err := in.Skip(f, "it is called like no frame"); err != nil {
				return nil, err
			}
			continue
		}
		if err := readFile(ctx, f, frames[i], names, in, &links); err != nil {
			return nil, err
		}
	}
	objects := export.Known{}
	err = links.Give(in, 1, objects)
	return objects.List(), err
}

func readFile(ctx context.Context, path string, frame int, names map[string]string, in *export.Input, links *link.Linker) error {
	f, err := infile.Open(ctx, path, infile.Text)
	if err != nil {
		return fmt.Errorf("import YOLO: %w", err)
	}
	defer f.Close()
	s := bufio.NewScanner(f)
	s.Buffer(nil, 64<<20)
	for n := 1; s.Scan(); n++ {
		fields := strings.Fields(s.Text())
		if len(fields) == 0 {
			continue
		}
		corners, reason := parse(fields[1:], in.Video.W, in.Video.H)
		if reason == "" {
			if m := outline.Fill(in.Video.W, in.Video.H, [][]float64{corners}); m.Empty() {
				reason = "its polygon has no pixel of the frame"
			} else {
				class := names[fields[0]]
				if class == "" {
					class = "class " + fields[0]
				}
				links.Add(frame, class, m)
			}
		}
		if reason != "" {
			if err := in.Skip(fmt.Sprintf("line %d of %s", n, path), reason); err != nil {
				return err
			}
		}
	}
	if err := s.Err(); err != nil {
		return fmt.Errorf("%w: %s: %v", export.ErrImport, path, err)
	}
	return nil
}

// parse reads the corners of a line in pixels.
func parse(fields []string, w, h int) (corners []float64, reason string) {
	if len(fields) == 4 || len(fields) == 5 {
		return nil, "a box is no mask"
	}
	if len(fields) < 6 {
		return nil, "its polygon has fewer than three corners"
	}
	for i, field := range fields[:len(fields)/2*2] {
		v, err := strconv.ParseFloat(field, 64)
		if err != nil || v < -1 || v > 2 {
			return nil, "its corners are no shares of the size (0 to 1)"
		}
		side := float64(w)
		if i%2 == 1 {
			side = float64(h)
		}
		corners = append(corners, v*side)
	}
	return corners, ""
}

// readNames reads the classes of data.yaml: a list or a mapping of numbers.
func readNames(ctx context.Context, dir string) map[string]string {
	out := map[string]string{}
	data, err := infile.Read(ctx, filepath.Join(dir, "data.yaml"), infile.Picture)
	if errors.Is(err, os.ErrNotExist) {
		data, err = infile.Read(ctx, filepath.Join(filepath.Dir(dir), "data.yaml"), infile.Picture)
	}
	if err != nil {
		return out
	}
	_, text, found := strings.Cut("\n"+string(data), "\nnames:")
	if !found {
		return out
	}
	if line, _, _ := strings.Cut(text, "\n"); strings.Contains(line, "[") {
		line = strings.Trim(strings.TrimSpace(line), "[]")
		for i, n := range strings.Split(line, ",") {
			out[strconv.Itoa(i)] = unquote(n)
		}
		return out
	}
	next := 0
	for _, line := range strings.Split(text, "\n")[1:] {
		trimmed := strings.TrimSpace(line)
		if trimmed == "" {
			continue
		}
		if name, item := strings.CutPrefix(trimmed, "- "); item {
			out[strconv.Itoa(next)] = unquote(name)
			next++
			continue
		}
		key, name, mapping := strings.Cut(trimmed, ":")
		if _, err := strconv.Atoi(key); !mapping || err != nil {
			break
		}
		out[key] = unquote(name)
	}
	return out
}

func unquote(s string) string {
	s = strings.TrimSpace(s)
	if u, err := strconv.Unquote(s); err == nil {
		return u
	}
	return strings.Trim(s, `'"`)
}
