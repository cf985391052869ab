package project

import (
	"context"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/masklet/masklet/annotate"
)

// The long video: a quarter of an hour with five objects.
const (
	longFrames, longObjects = 20_000, 5
	longW, longH            = 1280, 720
)

func longMedia() Media {
	m := Media{AbsPath: "/videos/long.mp4", Size: 1 << 30, QuickHash: "00ff", Frames: longFrames, W: longW, H: longH}
	for i := range longFrames {
		m.Timestamps = append(m.Timestamps, float64(i)*1001/30000)
	}
	return m
}

// blob is a mask like those of real objects: a wobbly outline about 150 pixels
// wide that moves through the video.
func blob(object, frame int) annotate.Mask {
	cx := 200 + 150*float64(object) + 40*math.Sin(float64(frame)/50)
	cy := 300 + 100*math.Cos(float64(frame+object*100)/80)
	var runs []uint32
	off := uint32(0)
	for x := range longW {
		dx := (float64(x) - cx) / (75 + 10*math.Sin(float64(x+frame)/7))
		half := int(90 * math.Sqrt(max(0, 1-dx*dx)))
		top := min(max(int(cy)-half, 1), longH-2)
		n := min(2*half, longH-1-top)
		if n <= 0 {
			off += longH
			continue
		}
		runs = append(runs, off+uint32(top), uint32(n))
		off = uint32(longH - top - n)
	}
	m, err := annotate.MaskFromRuns(longW, longH, append(runs, off))
	if err != nil {
		panic(err)
	}
	return m
}

// makeLong makes a project of the long video, as a propagation would, and
// returns how many bytes its masks have as run-length strings.
func makeLong(tb testing.TB, frames int) (p *Project, rle int64) {
	tb.Helper()
	p, err := Create(context.Background(), filepath.Join(tb.TempDir(), "long.masklet"), longMedia())
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { p.Close() })
	doc, hist := p.Document(), p.History()
	for id := annotate.ObjectID(1); id <= longObjects; id++ {
		hist.Do(annotate.Change{Name: "Add object", Edits: []annotate.Edit{doc.SetObject(annotate.Object{ID: id})}})
	}
	group := hist.NewGroup()
	blobs := map[[2]int]annotate.Mask{}
	for f := range frames {
		rle += trackFrame(tb, p, group, f, blobs)
		if f%1000 == 0 {
			if err := p.Flush(context.Background()); err != nil {
				tb.Fatal(err)
			}
		}
	}
	if err := p.Flush(context.Background()); err != nil {
		tb.Fatal(err)
	}
	return p, rle
}

// trackFrame makes the change of one frame. Masks come again after 300 frames:
// making them is not what is measured.
func trackFrame(tb testing.TB, p *Project, group int64, f int, blobs map[[2]int]annotate.Mask) (rle int64) {
	edits := make([]annotate.Edit, 0, longObjects)
	for id := annotate.ObjectID(1); id <= longObjects; id++ {
		at := [2]int{int(id), f % 300}
		m, ok := blobs[at]
		if !ok {
			m = blob(at[0], at[1])
			blobs[at] = m
		}
		rle += int64(len(m.RLEString()))
		r, err := p.Adopt(annotate.NewResult(m, 0.875+float64(f%100)/1000, annotate.Tracked, "sam2.1-tiny-1024"))
		if err != nil {
			tb.Fatal(err)
		}
		edits = append(edits, p.Document().SetResult(annotate.FrameKey{Object: id, Frame: f}, &r))
	}
	p.History().Do(annotate.Change{Name: "Track", Group: group, Edits: edits})
	return rle
}

// BenchmarkOpen opens a project of 20,000 frames with 5 objects and reads one
// frame's masks.
func BenchmarkOpen(b *testing.B) {
	p, rle := makeLong(b, longFrames)
	if err := p.Close(); err != nil {
		b.Fatal(err)
	}
	b.ResetTimer()
	for b.Loop() {
		openLong(b, p.Path())
	}
	info, err := os.Stat(p.Path())
	if err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(info.Size())/1e6, "MB")
	b.ReportMetric(float64(info.Size())/float64(rle), "file/rle")
}

func openLong(tb testing.TB, path string) {
	q, err := Open(context.Background(), path)
	if err != nil {
		tb.Fatal(err)
	}
	defer q.Close()
	for id := annotate.ObjectID(1); id <= longObjects; id++ {
		r, _ := q.Document().Result(annotate.FrameKey{Object: id, Frame: longFrames / 2})
		if m, err := r.Mask.Load(); err != nil || m.Area() != r.Area {
			tb.Fatalf("object %d: %v", id, err)
		}
	}
}

// BenchmarkAppendFrame commits one frame of a propagation, five objects.
func BenchmarkAppendFrame(b *testing.B) {
	p, _ := makeLong(b, 0)
	group := p.History().NewGroup()
	blobs := map[[2]int]annotate.Mask{}
	f := 0
	for b.Loop() {
		trackFrame(b, p, group, f%longFrames, blobs)
		if err := p.Flush(context.Background()); err != nil {
			b.Fatal(err)
		}
		f++
	}
}

// BenchmarkScroll reads the masks of five objects on the next frame, none of
// which were read before.
func BenchmarkScroll(b *testing.B) {
	p, _ := makeLong(b, 2000)
	if err := p.Close(); err != nil {
		b.Fatal(err)
	}
	p, err := Open(context.Background(), p.Path())
	if err != nil {
		b.Fatal(err)
	}
	defer p.Close()
	p.masks.CacheBytes = 0
	snap := p.Snapshot()
	f := 0
	for b.Loop() {
		for id := annotate.ObjectID(1); id <= longObjects; id++ {
			if _, err := snap.Results[id][f%2000].Mask.Load(); err != nil {
				b.Fatal(err)
			}
		}
		f++
	}
}
