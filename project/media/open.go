package media

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// Open opens a video file (mp4, mov, avi, mkv, webm and what else the decoder
// reads) or a folder of JPEG or PNG frames. It decodes the first frame and is
// quick; call Index to make all frames known. Close it after use.
//
// Errors wrap fs.ErrNotExist, fs.ErrPermission, ErrNotVideo, ErrNoFrames,
// ErrSize or ErrFrame and name the file.
func Open(ctx context.Context, path string, opt Options) (*Video, error) {
	opt = opt.withDefaults()
	info, err := os.Stat(path)
	if err != nil {
		return nil, openError(path, err)
	}
	hash, err := QuickHash(path)
	if err != nil {
		return nil, err
	}
	v := &Video{
		path: path, hash: hash,
		index:    newIndex(),
		cache:    newFrameCache(opt.CacheBytes),
		scanTurn: make(chan struct{}, 1),
		closed:   make(chan struct{}),
	}
	v.scanTurn <- struct{}{}
	if info.IsDir() {
		err = v.openFolder(ctx, opt)
	} else {
		err = v.openFile(ctx, info)
	}
	if err != nil {
		return nil, err
	}
	return v, nil
}

// openFile prepares a video file: it scans the first frame.
func (v *Video) openFile(ctx context.Context, info os.FileInfo) error {
	if err := checkContainer(v.path, info); err != nil {
		return err
	}
	c, err := openCapture(v.path)
	if err != nil {
		return err
	}
	file := videoFile{path: v.path, info: info, fps: sane(c.fps()), count: max(0, c.count())}
	scan := &fileScanner{file: file, index: v.index, cap: c}
	v.fps, v.rotation = file.fps, ((c.rotation()%360)+360)%360
	decoders := []decoder{
		&fileDecoder{file: file, index: v.index},
		&fileDecoder{file: file, index: v.index},
	}
	return v.start(ctx, scan, decoders, false)
}

// openFolder prepares a folder of frames: it decodes the first.
func (v *Video) openFolder(ctx context.Context, opt Options) error {
	files, err := listFrames(v.path)
	if err != nil {
		return err
	}
	f := &folder{path: v.path, files: files, fps: opt.FolderFPS}
	for _, file := range files {
		v.names = append(v.names, file.name)
	}
	v.fps = opt.FolderFPS
	scan := &folderScanner{folder: f, index: v.index, dec: newFolderDecoder(f)}
	first, err := scan.dec.read(ctx, 0, 0, nil)
	if err != nil {
		scan.close()
		return err
	}
	f.w, f.h = first.Rect.Dx(), first.Rect.Dy()
	return v.start(ctx, scan, []decoder{newFolderDecoder(f), newFolderDecoder(f)}, true)
}

// start scans the first frame and sets the machinery going.
func (v *Video) start(ctx context.Context, scan scanner, decoders []decoder, anyone bool) error {
	v.scan = scan
	more, err := scan.next(ctx, v.cache)
	if err == nil && !more {
		err = fmt.Errorf("%w of %s", ErrNoFrames, v.path)
	}
	if err != nil {
		scan.close()
		for _, d := range decoders {
			d.close()
		}
		return err
	}
	v.poster, _ = v.cache.get(0)
	v.w, v.h = v.poster.Rect.Dx(), v.poster.Rect.Dy()
	v.near = min(maxWalk, max(1, int(v.cache.budget/4/int64(len(v.poster.Pix)))))
	v.sched = newScheduler(decoders, v.near, anyone, v.cache)
	v.playhead = newPlayhead(v)
	return nil
}

// sane replaces a frame rate that no video has.
func sane(fps float64) float64 {
	if fps > 0 && fps < 10000 {
		return fps
	}
	return 25
}

// containers are the first bytes of the formats that are opened. Others are
// refused before a decoder sees them: among what FFmpeg reads are play lists,
// which name other files and network addresses.
var containers = []struct {
	offset int
	magic  string
}{
	{4, "ftyp"}, {4, "moov"}, {4, "mdat"}, {4, "free"}, {4, "skip"}, {4, "wide"}, {4, "pnot"}, // mp4, mov
	{0, "\x1a\x45\xdf\xa3"},     // Matroska, WebM
	{8, "AVI "},                 // AVI
	{0, "\x00\x00\x01\xba"},     // MPEG program stream
	{0, "\x00\x00\x01\xb3"},     // MPEG video
	{0, "OggS"},                 // Ogg
	{0, "FLV\x01"},              // Flash video
	{0, "\x30\x26\xb2\x75\x8e"}, // ASF, WMV
	{0, "GIF8"},                 // GIF
	{0, "YUV4MPEG2 "},           // raw frames
}

// checkContainer reports an error if the file does not start like a video.
func checkContainer(path string, info os.FileInfo) error {
	if !info.Mode().IsRegular() {
		return fmt.Errorf("%w: %s is no file", ErrNotVideo, path)
	}
	if info.Size() == 0 {
		return fmt.Errorf("%w: %s is empty", ErrNotVideo, path)
	}
	f, err := os.Open(path)
	if err != nil {
		return openError(path, err)
	}
	defer f.Close()
	head := make([]byte, 192)
	n, err := io.ReadFull(f, head)
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return fmt.Errorf("read %s: %w", path, err)
	}
	head = head[:n]
	for _, c := range containers {
		if len(head) >= c.offset && bytes.HasPrefix(head[c.offset:], []byte(c.magic)) {
			return nil
		}
	}
	if n > 188 && head[0] == 0x47 && head[188] == 0x47 { // MPEG transport stream
		return nil
	}
	return fmt.Errorf("%w: %s is of no known video format (mp4, mov, avi, mkv, webm or a folder of JPEG or PNG frames)",
		ErrNotVideo, filepath.Clean(path))
}
