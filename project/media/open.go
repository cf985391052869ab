package media

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/masklet/masklet/project/media/container"
	"github.com/masklet/masklet/project/media/coverart"
	"github.com/masklet/masklet/project/media/frameindex"
)

// Open opens a video file (mp4, mov, avi, mkv, webm and what else the decoder
// reads) or a folder of JPEG or PNG frames. It decodes the first frame and is
// quick; call Index to make all frames known. Close it after use.
//
// Errors wrap fs.ErrNotExist, fs.ErrPermission, ErrNotVideo, ErrNoFrames,
// ErrSize or ErrFrame and name the file. A cancelled call returns at once, also
// while the decoder is busy.
func Open(ctx context.Context, path string, opt Options) (*Video, error) {
	type result struct {
		v   *Video
		err error
	}
	opened := make(chan result, 1)
	go func() {
		v, err := openNow(ctx, path, opt)
		opened <- result{v, err}
	}()
	select {
	case r := <-opened:
		return r.v, r.err
	case <-ctx.Done():
		go func() {
			if r := <-opened; r.err == nil {
				_ = r.v.Close()
			}
		}()
		return nil, ctx.Err()
	}
}

func openNow(ctx context.Context, path string, opt Options) (*Video, error) {
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
		index:    frameindex.New(),
		cache:    newFrameCache(opt.CacheBytes),
		scanTurn: make(chan struct{}, 1),
		closed:   make(chan struct{}),
		isAhead:  opt.Ahead,
	}
	v.scanTurn <- struct{}{}
	if info.IsDir() {
		err = v.openFolder(ctx, opt)
	} else {
		err = v.openFile(ctx, opt, info)
	}
	if err != nil {
		if v.release != nil {
			v.release()
		}
		return nil, err
	}
	return v, nil
}

// openFile prepares a video file: it scans the first frame.
func (v *Video) openFile(ctx context.Context, opt Options, info os.FileInfo) error {
	demuxer, err := demuxerOf(v.path, info)
	if err != nil {
		return err
	}
	v.demuxer = demuxer
	if abs, err := filepath.Abs(v.path); err == nil && coverart.Only(abs, demuxer) {
		return fmt.Errorf("%w: %s holds no video but the picture on its cover", ErrNotVideo, v.path)
	}
	file, c, err := v.openCaptureOf(info, demuxer)
	if err != nil {
		return err
	}
	scan := &fileScanner{file: file, index: v.index, cap: c, waypoints: &v.waypoints}
	v.fps, v.rotation, v.mirrored, v.tilted = file.fps, c.upright.Turn, c.upright.Mirror, c.tilted
	v.aspect = c.aspect()
	decoders := []decoder{
		&fileDecoder{file: file, index: v.index},
		&fileDecoder{file: file, index: v.index},
	}
	v.store = newIndexStore(opt, v.hash, info.ModTime().UnixNano(), 0)
	if err := v.start(ctx, scan, decoders, false); err != nil || !opt.Ahead || v.Indexed() {
		return err
	}
	return v.lookAhead(ctx)
}

// demuxerOf returns FFmpeg's name of the demuxer for a file, or an error if it
// does not start like a video.
func demuxerOf(path string, info os.FileInfo) (string, error) {
	if !info.Mode().IsRegular() {
		return "", fmt.Errorf("%w: %s is no file", ErrNotVideo, path)
	}
	if info.Size() == 0 {
		return "", fmt.Errorf("%w: %s is empty", ErrNotVideo, path)
	}
	f, err := os.Open(path)
	if err != nil {
		return "", openError(path, err)
	}
	defer f.Close()
	head, err := io.ReadAll(io.LimitReader(f, container.HeadBytes))
	if err != nil {
		return "", fmt.Errorf("read %s: %w", path, err)
	}
	demuxer, ok := container.Demuxer(head)
	if !ok {
		return "", fmt.Errorf("%w: %s is of no known video format (mp4, mov, avi, mkv, webm or a folder of JPEG or PNG frames)",
			ErrNotVideo, filepath.Clean(path))
	}
	return demuxer, nil
}

// openCaptureOf opens the file with the view that its format needs. The path
// is made absolute: a name such as "a:b.mp4" would be taken for a protocol.
func (v *Video) openCaptureOf(info os.FileInfo, demuxer string) (videoFile, *capture, error) {
	abs, err := filepath.Abs(v.path)
	if err != nil {
		return videoFile{}, nil, err
	}
	src, claimed, avi := container.File(abs, demuxer), 0, demuxer == "avi"
	if avi {
		src, claimed, v.release = container.AVI(src, info.Size())
	} else {
		tracks := container.ReadTracks(v.path)
		if tracks.NoVideo() {
			return videoFile{}, nil, fmt.Errorf("%w: %s holds no video track", ErrNotVideo, v.path)
		}
		src, v.release = container.FirstShown(src, info.Size(), tracks)
	}
	c, err := openCapture(src, v.path)
	if err != nil {
		return videoFile{}, nil, err
	}
	if !avi || v.release == nil {
		claimed = c.count()
	}
	return videoFile{path: v.path, source: src, info: info, fps: sane(c.fps()), count: max(0, claimed), decodeTimes: avi}, c, nil
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
	v.store = newIndexStore(opt, v.hash, lastModified(files), opt.FolderFPS)
	scan := &folderScanner{folder: f, index: v.index, dec: newFolderDecoder(f), waypoints: &v.waypoints}
	first, err := scan.dec.read(ctx, 0, 0, nil)
	if err != nil {
		scan.close()
		return err
	}
	f.w, f.h = first.Rect.Dx(), first.Rect.Dy()
	if f.shift == 0 {
		f.shift = 8
	}
	if err := v.start(ctx, scan, []decoder{newFolderDecoder(f), newFolderDecoder(f)}, true); err != nil || !opt.Ahead || v.Indexed() {
		return err
	}
	return v.listFolder(ctx, f)
}

// leastFrames is how many frames the cache holds whatever its budget.
const leastFrames = 3

// start scans the first frame and sets the machinery going.
func (v *Video) start(ctx context.Context, scan scanner, decoders []decoder, anyone bool) error {
	v.scan = scan
	more, err := scan.next(ctx, v.cache)
	if err == nil && !more {
		err = fmt.Errorf("%s: %w", v.path, ErrNoFrames)
	}
	if err != nil {
		scan.close()
		for _, d := range decoders {
			d.close()
		}
		return err
	}
	v.useSavedIndex()
	v.poster, _ = v.cache.get(0)
	v.w, v.h = v.poster.Rect.Dx(), v.poster.Rect.Dy()
	// Less than a few frames would decode each of them for each who asks.
	v.cache.budget = max(v.cache.budget, leastFrames*int64(len(v.poster.Pix)))
	v.near = min(maxWalk, max(1, int(v.cache.budget/4/int64(len(v.poster.Pix)))))
	v.sched = newScheduler(decoders, v.near, anyone, v.cache)
	v.playhead = newPlayhead(v)
	return nil
}

// useSavedIndex takes over the index of an earlier run, if its first frame is
// the one that was just decoded.
func (v *Video) useSavedIndex() {
	saved, points, err := v.store.load()
	if err != nil {
		return
	}
	msec, sum, _ := v.index.Entry(0)
	if m, s, _ := saved.Entry(0); m != msec || s != sum {
		return
	}
	v.index.Adopt(saved)
	v.waypoints.set(points)
	v.scan.close()
}

func lastModified(files []frameFile) int64 {
	last := int64(0)
	for _, f := range files {
		last = max(last, f.modified)
	}
	return last
}

// sane replaces a frame rate that no video has.
func sane(fps float64) float64 {
	if fps > 0 && fps < 10000 {
		return fps
	}
	return 25
}
