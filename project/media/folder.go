package media

import (
	"context"
	"fmt"
	"image"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"gocv.io/x/gocv"

	"github.com/masklet/masklet/project/infile"
	"github.com/masklet/masklet/project/natural"
)

// frameFile is one picture of a folder of frames.
type frameFile struct {
	name     string
	size     int64
	modified int64 // Unix time in nanoseconds
}

// folder is a folder of JPEG and PNG frames in natural order of their names.
type folder struct {
	path  string
	files []frameFile
	w, h  int // of every frame, known once the first was read
	fps   float64
	shift int // of grey with 16 bits, see decodeFrame; known once the first was read
}

// listFrames lists the JPEG and PNG files of a folder; hidden files, other
// files and sub-folders do not count.
func listFrames(path string) ([]frameFile, error) {
	entries, err := os.ReadDir(path)
	if err != nil {
		return nil, openError(path, err)
	}
	var out []frameFile
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), ".") || !isPictureName(e.Name()) {
			continue
		}
		info, err := os.Stat(filepath.Join(path, e.Name()))
		if err != nil {
			return nil, openError(filepath.Join(path, e.Name()), err)
		}
		if info.Mode().IsRegular() {
			out = append(out, frameFile{e.Name(), info.Size(), info.ModTime().UnixNano()})
		}
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("%w: the folder %s holds no JPEG or PNG frames", ErrNotVideo, path)
	}
	out = withoutMasks(out)
	slices.SortFunc(out, func(a, b frameFile) int { return natural.Compare(a.name, b.name) })
	return out, nil
}

// withoutMasks leaves out PNG files of which each has a JPEG beside it that is
// called alike: they are the masks of these frames.
func withoutMasks(files []frameFile) []frameFile {
	jpegs, alone := map[string]bool{}, false
	for _, f := range files {
		if ext := filepath.Ext(f.name); !strings.EqualFold(ext, ".png") {
			jpegs[strings.TrimSuffix(f.name, ext)] = true
		}
	}
	isPNG := func(f frameFile) bool { return strings.EqualFold(filepath.Ext(f.name), ".png") }
	for _, f := range files {
		alone = alone || isPNG(f) && !jpegs[strings.TrimSuffix(f.name, filepath.Ext(f.name))]
	}
	if alone || len(jpegs) == 0 {
		return files
	}
	return slices.DeleteFunc(files, isPNG)
}

func isPictureName(name string) bool {
	switch strings.ToLower(filepath.Ext(name)) {
	case ".jpg", ".jpeg", ".jfif", ".png", ".bmp", ".tif", ".tiff", ".webp":
		return true
	}
	return false
}

// folderDecoder reads single frames of a folder.
type folderDecoder struct {
	folder    *folder
	bgr, rgba gocv.Mat
}

func newFolderDecoder(f *folder) *folderDecoder {
	return &folderDecoder{folder: f, bgr: gocv.NewMat(), rgba: gocv.NewMat()}
}

func (d *folderDecoder) close() {
	d.bgr.Close()
	d.rgba.Close()
}

// read implements decoder.
func (d *folderDecoder) read(ctx context.Context, _, i int, _ keeper) (*image.RGBA, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	name := d.folder.files[i].name
	path := filepath.Join(d.folder.path, name)
	img, err := d.decode(ctx, path)
	if err != nil {
		return nil, err
	}
	if f := d.folder; f.w > 0 && img.Rect.Size() != image.Pt(f.w, f.h) {
		return nil, fmt.Errorf("%w: %s is %dx%d, the first frame %s is %dx%d",
			ErrSize, path, img.Rect.Dx(), img.Rect.Dy(), f.files[0].name, f.w, f.h)
	}
	return img, nil
}

func (d *folderDecoder) decode(ctx context.Context, path string) (*image.RGBA, error) {
	data, err := infile.Read(ctx, path, infile.Picture)
	if err != nil {
		return nil, openError(path, err)
	}
	img, err := decodeFrame(data, &d.folder.shift, &d.bgr, &d.rgba)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return img, nil
}

// openError words the usual reasons why a path cannot be read.
func openError(path string, err error) error {
	switch {
	case os.IsNotExist(err):
		return fmt.Errorf("%s: %w", path, fs.ErrNotExist)
	case os.IsPermission(err):
		return fmt.Errorf("%s: %w", path, fs.ErrPermission)
	}
	return fmt.Errorf("open %s: %w", path, err)
}

// FrameNames returns the file names of a folder's frames in their order, and
// none for a video file. It opens no frame.
func FrameNames(path string) ([]string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, openError(path, err)
	}
	if !info.IsDir() {
		return nil, nil
	}
	files, err := listFrames(path)
	if err != nil {
		return nil, err
	}
	names := make([]string, len(files))
	for i, f := range files {
		names[i] = f.name
	}
	return names, nil
}
