// Package voc is the segmentation layout of PASCAL VOC: per frame one indexed
// picture of classes, one of objects, and an XML file with their boxes.
package voc

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"image/color"
	"os"
	"path/filepath"
	"strings"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/project/export"
	"github.com/masklet/masklet/project/export/picture"
	"github.com/masklet/masklet/project/infile"
)

const (
	classes     = "SegmentationClass"
	objects     = "SegmentationObject"
	annotations = "Annotations"
	sets        = "ImageSets"
	labelMap    = "labelmap.txt"
	maxClasses  = 254
)

// Format describes the format.
func Format() export.Format {
	return export.Format{
		Name: "voc", Label: "Pascal VOC segmentation", Place: "voc",
		About: "`voc/SegmentationClass/<frame>.png` and `voc/SegmentationObject/<frame>.png` (indexed, VOC palette; object index = object id), `voc/Annotations/<frame>.xml`, `voc/labelmap.txt`",
		Holds: export.Holds{Holes: true, Parts: true, Classes: true, IDs: true, MaxID: 254},
		Write: write, Read: read,
		Ours: func(_ export.Video, _ string, e os.DirEntry) bool {
			switch e.Name() {
			case classes, objects, annotations, sets:
				return e.IsDir()
			}
			return e.Name() == labelMap
		},
	}
}

// record is the XML of a frame.
type record struct {
	XMLName   xml.Name `xml:"annotation"`
	Folder    string   `xml:"folder"`
	FileName  string   `xml:"filename"`
	Width     int      `xml:"size>width"`
	Height    int      `xml:"size>height"`
	Depth     int      `xml:"size>depth"`
	Segmented int      `xml:"segmented"`
	Objects   []boxed  `xml:"object"`
}

// boxed is the box of an object, in pixels from 1, both ends included.
type boxed struct {
	Name      string `xml:"name"`
	Pose      string `xml:"pose"`
	Truncated int    `xml:"truncated"`
	Difficult int    `xml:"difficult"`
	XMin      int    `xml:"bndbox>xmin"`
	YMin      int    `xml:"bndbox>ymin"`
	XMax      int    `xml:"bndbox>xmax"`
	YMax      int    `xml:"bndbox>ymax"`
}

func write(ctx context.Context, folder string, src export.Source, opt export.Options) (export.Report, error) {
	rep, v := export.Report{Files: 2}, src.Video()
	names, of := export.Categories(src.Objects())
	if len(names) > maxClasses {
		return rep, fmt.Errorf("%w: the format voc holds %d classes, there are %d", export.ErrSource, maxClasses, len(names))
	}
	for _, dir := range []string{classes, objects, annotations, filepath.Join(sets, "Segmentation")} {
		if err := os.MkdirAll(filepath.Join(folder, dir), 0o755); err != nil {
			return rep, err
		}
	}
	name, palette := v.Namer(opt.Names), picture.VOCPalette()
	class := func(id annotate.ObjectID) uint8 { return uint8(of[id] + 1) }
	object := func(id annotate.ObjectID) uint8 { return uint8(id) }
	var list strings.Builder
	err := export.Each(ctx, src, func(frame int, masks []export.FrameMask) error {
		file := name(frame) + ".png"
		overlap, err := picture.WriteIndexed(filepath.Join(folder, objects, file), v, palette, masks, object)
		if err != nil {
			return fmt.Errorf("frame %d: %w", frame, err)
		}
		if _, err := picture.WriteIndexed(filepath.Join(folder, classes, file), v, palette, masks, class); err != nil {
			return fmt.Errorf("frame %d: %w", frame, err)
		}
		rep.Frames++
		rep.Files += 3
		rep.Masks += len(masks)
		if rep.OverlapPixels += overlap; overlap > 0 {
			rep.OverlapFrames++
		}
		fmt.Fprintln(&list, name(frame))
		r := record{Folder: "JPEGImages", FileName: name(frame) + ".jpg", Width: v.W, Height: v.H, Depth: 3, Segmented: 1}
		for _, m := range masks {
			if box := m.Mask.Bounds(); !box.Empty() {
				r.Objects = append(r.Objects, boxed{Name: names[of[m.Object]], Pose: "Unspecified",
					XMin: box.Min.X + 1, YMin: box.Min.Y + 1, XMax: box.Max.X, YMax: box.Max.Y})
			}
		}
		data, err := xml.MarshalIndent(r, "", "  ")
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(folder, annotations, name(frame)+".xml"), append(data, '\n'), 0o644)
	})
	if err != nil {
		return rep, err
	}
	err = errors.Join(
		os.WriteFile(filepath.Join(folder, sets, "Segmentation", "default.txt"), []byte(list.String()), 0o644),
		os.WriteFile(filepath.Join(folder, labelMap), []byte(labels(names, palette)), 0o644))
	return rep, err
}

// labels returns the list of classes with their colours, as CVAT and Datumaro
// have it.
func labels(names []string, palette color.Palette) string {
	var b strings.Builder
	b.WriteString("# label:color_rgb:parts:actions\nbackground:0,0,0::\n")
	for i, n := range names {
		c := color.RGBAModel.Convert(palette[i+1]).(color.RGBA)
		fmt.Fprintf(&b, "%s:%d,%d,%d::\n", strings.ReplaceAll(n, ":", " "), c.R, c.G, c.B)
	}
	return b.String()
}

// read takes the layout's folder, or one with its pictures of objects. Objects
// get the class that most of their pixels have.
func read(ctx context.Context, path string, in *export.Input) ([]export.Object, error) {
	dir := export.SubFolder(path, "voc")
	folder := export.SubFolder(dir, objects)
	files, err := export.Files(folder, ".png")
	if err != nil {
		return nil, err
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("%w: %s holds no PNG masks", export.ErrImport, folder)
	}
	stems := make([]string, len(files))
	for i, f := range files {
		stems[i] = filepath.Base(f)
	}
	frames, err := in.FramesOf("masks in "+folder, stems)
	if err != nil {
		return nil, err
	}
	set, err := picture.Survey(ctx, files, in.CheckSize)
	if err != nil {
		return nil, err
	}
	c, err := openClasses(ctx, dir, in)
	if err != nil {
		return nil, err
	}
	known := export.Known{}
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
		of, err := set.Labels(f)
		if err != nil {
			return nil, err
		}
		for _, id := range of.Numbers() {
			name, err := c.of(filepath.Base(f), of.Objects[id])
			if err != nil {
				return nil, err
			}
			known.Meet(id, "", name)
			if err := in.Give(id, frames[i], of.Objects[id]); err != nil {
				return nil, err
			}
		}
	}
	for _, n := range set.Notes() {
		in.Note("%s", n)
	}
	return known.List(), nil
}

// classReader knows the pictures of classes; without them nothing.
type classReader struct {
	dir   string
	set   *picture.Set
	names []string
	last  string
	now   picture.Labels
}

func openClasses(ctx context.Context, dir string, in *export.Input) (*classReader, error) {
	c := &classReader{dir: filepath.Join(dir, classes)}
	files, err := export.Files(c.dir, ".png")
	if err != nil || len(files) == 0 {
		return c, nil
	}
	if data, err := infile.Read(ctx, filepath.Join(dir, labelMap), infile.Picture); err == nil {
		for _, line := range strings.Split(string(data), "\n") {
			if name, _, ok := strings.Cut(strings.TrimSpace(line), ":"); ok && !strings.HasPrefix(name, "#") {
				c.names = append(c.names, name)
			}
		}
	}
	c.set, err = picture.Survey(ctx, files, in.CheckSize)
	return c, err
}

// of returns the class that most pixels of a mask have on a frame's picture.
func (c *classReader) of(file string, m annotate.Mask) (string, error) {
	if c.set == nil {
		return "", nil
	}
	if c.last != file {
		path := filepath.Join(c.dir, file)
		if _, err := os.Stat(path); err != nil {
			return "", nil
		}
		var err error
		if c.now, err = c.set.Labels(path); err != nil {
			return "", err
		}
		c.last = file
	}
	best, most := "", 0
	for _, class := range c.now.Numbers() {
		both, err := annotate.Intersect(m, c.now.Objects[class])
		if err != nil {
			return "", err
		}
		if n := both.Area(); n > most {
			best, most = fmt.Sprint("class ", class), n
			if class < len(c.names) {
				best = c.names[class]
			}
		}
	}
	return best, nil
}
