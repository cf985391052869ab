package media

import (
	"github.com/masklet/masklet/project/media/frameindex"

	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"

	"github.com/masklet/masklet/project/atomicfile"
	"gocv.io/x/gocv"
)

// An index file holds, in this order and little-endian: the magic, the length
// of a JSON header (uint32) and the header, the decoder's times, the shown
// times (float64) and the checksums (uint32) of all frames, the waypoints (frame and length as uint32, then the
// JPEG), and the CRC-32C of everything before it. Any of them may be deleted
// at any time; one that is damaged or from other circumstances is ignored and
// made anew.
const (
	// indexMagic has a new number whenever other times or checksums are made
	// of the same file, too: an index of older rules must not be read.
	indexMagic = "MASKLETINDEX3\n"
	// maxIndexFile bounds what is read (hours of video take a few megabytes).
	maxIndexFile = 256 << 20
	// maxIndexFiles is how many are kept; the oldest go first.
	maxIndexFiles = 200
)

// indexHeader says what an index was made from and with: the same pixels come
// out of the same file only with the same decoder.
type indexHeader struct {
	Hash      string  `json:"hash"`
	Modified  int64   `json:"modified"` // Unix time in nanoseconds
	Decoder   string  `json:"decoder"`
	Rate      float64 `json:"rate"` // frames per second that a folder was given; 0 for a file
	Frames    int     `json:"frames"`
	Waypoints int     `json:"waypoints"`
}

// indexStore is where one video's index is kept between runs; the zero value
// keeps nothing.
type indexStore struct {
	path   string
	header indexHeader
}

func newIndexStore(opt Options, hash string, modified int64, rate float64) indexStore {
	if opt.NoIndexFiles {
		return indexStore{}
	}
	folder := opt.IndexFolder
	if folder == "" {
		cache, err := os.UserCacheDir()
		if err != nil {
			return indexStore{}
		}
		folder = filepath.Join(cache, "masklet", "index")
	}
	return indexStore{
		path: filepath.Join(folder, hash+".idx"),
		header: indexHeader{Hash: hash, Modified: modified, Rate: rate,
			Decoder: fmt.Sprintf("OpenCV %s %s/%s", gocv.OpenCVVersion(), runtime.GOOS, runtime.GOARCH)},
	}
}

// save writes the index. That it could not be kept is no reason to stop: it
// is made again next time.
func (s indexStore) save(x *frameindex.Index, w *waypoints) {
	if s.path == "" || os.MkdirAll(filepath.Dir(s.path), 0o755) != nil {
		return
	}
	if atomicfile.WriteBytes(s.path, s.encode(x, w)) == nil {
		prune(filepath.Dir(s.path))
	}
}

func (s indexStore) encode(x *frameindex.Index, w *waypoints) []byte {
	times, shown, sums := x.Columns()
	list := w.all()
	h := s.header
	h.Frames, h.Waypoints = len(times), len(list)
	head, _ := json.Marshal(h) // strings and numbers always encode
	var b bytes.Buffer
	b.WriteString(indexMagic)
	put := func(v any) { _ = binary.Write(&b, binary.LittleEndian, v) } // a buffer takes everything
	put(uint32(len(head)))
	b.Write(head)
	put(times)
	put(shown)
	put(sums)
	for _, p := range list {
		put([]uint32{uint32(p.frame), uint32(len(p.jpeg))})
		b.Write(p.jpeg)
	}
	put(crc32.Checksum(b.Bytes(), castagnoli))
	return b.Bytes()
}

// load reads the index that was saved for the same file and decoder.
func (s indexStore) load() (x *frameindex.Index, list []waypoint, err error) {
	if s.path == "" {
		return nil, nil, fs.ErrNotExist
	}
	f, err := os.Open(s.path)
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxIndexFile))
	if err != nil {
		return nil, nil, err
	}
	return s.decode(data)
}

var errIndexFile = errors.New("index file is not usable")

func (s indexStore) decode(data []byte) (*frameindex.Index, []waypoint, error) {
	n := len(data) - 4
	if n < len(indexMagic)+4 || string(data[:len(indexMagic)]) != indexMagic ||
		crc32.Checksum(data[:n], castagnoli) != binary.LittleEndian.Uint32(data[n:]) {
		return nil, nil, errIndexFile
	}
	r := &fieldReader{data: data[len(indexMagic):n]}
	var h indexHeader
	if err := json.Unmarshal(r.take(int(r.uint32())), &h); err != nil {
		return nil, nil, errIndexFile
	}
	want := s.header
	want.Frames, want.Waypoints = h.Frames, h.Waypoints
	if h != want || h.Frames < 1 || h.Frames > len(r.data)/20 {
		return nil, nil, errIndexFile
	}
	times, shown, sums := r.floats(h.Frames), r.floats(h.Frames), r.take(4*h.Frames)
	if r.short || !growing(shown) {
		return nil, nil, errIndexFile
	}
	x := frameindex.New()
	for i := range h.Frames {
		x.Add(times[i], binary.LittleEndian.Uint32(sums[4*i:]))
	}
	x.Finish(shown)
	var list []waypoint
	for range h.Waypoints {
		frame, size := int(r.uint32()), int(r.uint32())
		list = append(list, waypoint{frame, r.take(size)})
		if r.short || frame >= h.Frames {
			return nil, nil, errIndexFile
		}
	}
	return x, list, nil
}

// growing tells whether each time lies after the one before it.
func growing(times []float64) bool {
	for i := 1; i < len(times); i++ {
		if !(times[i] > times[i-1]) { // not a number grows neither
			return false
		}
	}
	return true
}

// fieldReader takes fields off the front of data.
type fieldReader struct {
	data  []byte
	short bool // data ended before a field did
}

func (r *fieldReader) take(n int) []byte {
	if n < 0 || n > len(r.data) {
		r.short = true
		return nil
	}
	out := r.data[:n]
	r.data = r.data[n:]
	return out
}

func (r *fieldReader) floats(n int) []float64 {
	data := r.take(8 * n)
	out := make([]float64, len(data)/8)
	for i := range out {
		out[i] = math.Float64frombits(binary.LittleEndian.Uint64(data[8*i:]))
	}
	return out
}

func (r *fieldReader) uint32() uint32 {
	if b := r.take(4); b != nil {
		return binary.LittleEndian.Uint32(b)
	}
	return 0
}

// prune removes the oldest index files beyond maxIndexFiles.
func prune(folder string) {
	paths, _ := filepath.Glob(filepath.Join(folder, "*.idx"))
	if len(paths) <= maxIndexFiles {
		return
	}
	age := map[string]int64{}
	for _, p := range paths {
		if info, err := os.Stat(p); err == nil {
			age[p] = info.ModTime().UnixNano()
		}
	}
	slices.SortFunc(paths, func(a, b string) int {
		if age[a] < age[b] {
			return -1
		}
		return 1
	})
	for _, p := range paths[:len(paths)-maxIndexFiles] {
		_ = os.Remove(p)
	}
}
