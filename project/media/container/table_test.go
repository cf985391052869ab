package container

import (
	"context"
	"encoding/binary"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// box makes a box of an mp4 file.
func box(kind string, parts ...[]byte) []byte {
	content := slices.Concat(parts...)
	return slices.Concat(u32(8+len(content)), []byte(kind), content)
}

func u32(vs ...int) (out []byte) {
	for _, v := range vs {
		out = binary.BigEndian.AppendUint32(out, uint32(v))
	}
	return out
}

// mp4 makes a file of four samples of 100 bytes, two a chunk, in B-frame order,
// with an edit list.
func mp4(edits ...int) []byte {
	ftyp := box("ftyp", []byte("isom"), u32(0))
	media := make([]byte, 400)
	first := len(ftyp) + 8
	stbl := box("stbl",
		box("stts", u32(0, 1, 4, 10)),
		box("ctts", u32(0, 4, 1, 10, 1, 20, 1, 0, 1, 10)),
		box("stsz", u32(0, 100, 4)),
		box("stsc", u32(0, 1, 1, 2, 1)),
		box("stco", u32(0, 2, first, first+200)))
	var elst []byte
	if edits != nil {
		elst = box("edts", box("elst", u32(0, len(edits)/2), func() (list []byte) {
			for i := 0; i < len(edits); i += 2 {
				list = append(list, u32(edits[i], edits[i+1], 1<<16)...)
			}
			return list
		}()))
	}
	trak := box("trak", box("tkhd", u32(1), make([]byte, 80)), elst,
		box("mdia", box("mdhd", u32(0, 0, 0, 250, 0)), box("hdlr", u32(0, 0), []byte("vide")), box("minf", stbl)))
	return slices.Concat(ftyp, box("mdat", media), box("moov", box("mvhd", u32(0, 0, 0, 1000, 0)), trak))
}

func tableOf(t testing.TB, data []byte, demuxer string) (Table, bool) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "f")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return ReadTable(context.Background(), path, demuxer)
}

// The table of an mp4 file is that of its samples, in the order in which they are
// shown; edits that leave some out make it untrue.
func TestTableOfSamples(t *testing.T) {
	got, ok := tableOf(t, mp4(), "mov")
	if !ok || !slices.Equal(got.Ticks, []int64{10, 20, 30, 40}) || got.Unit != 1.0/250 {
		t.Errorf("%+v, %v", got, ok)
	}
	if ms := got.Msec(10); !slices.Equal(ms, []float64{0, 40, 80, 120}) {
		t.Errorf("milliseconds %v", ms)
	}
	for name, c := range map[string]struct {
		edits []int
		ok    bool
	}{
		"all":            {[]int{160, 10}, true},
		"later":          {[]int{500, -1, 160, 10}, true},
		"without first":  {[]int{160, 20}, false},
		"without last":   {[]int{100, 10}, false},
		"twice":          {[]int{160, 10, 160, 10}, false},
		"nothing at all": {[]int{500, -1}, false},
	} {
		if _, ok := tableOf(t, mp4(c.edits...), "mov"); ok != c.ok {
			t.Errorf("edit list %s: %v", name, ok)
		}
	}
	cut := mp4()
	copy(cut[len(cut)-4:], u32(1<<20)) // the second chunk lies beyond the end
	if _, ok := tableOf(t, cut, "mov"); ok {
		t.Error("a file that ends before its samples do has a table")
	}
}

// mkv makes a file with a track of video and one of sound.
func mkv(blocks ...[3]int) []byte {
	el := func(id []byte, content ...byte) []byte {
		return slices.Concat(id, []byte{0x40 | byte(len(content)>>8), byte(len(content))}, content)
	}
	track := func(number, kind byte) []byte {
		return el([]byte{0xae}, slices.Concat(el([]byte{0xd7}, number), el([]byte{0x83}, kind), el([]byte{0x86}, []byte("V_X")...))...)
	}
	out := slices.Concat([]byte{0x1a, 0x45, 0xdf, 0xa3, 0x80}, []byte{0x18, 0x53, 0x80, 0x67, 0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff},
		el([]byte{0x16, 0x54, 0xae, 0x6b}, slices.Concat(track(1, 2), track(2, 1))...))
	for _, b := range blocks { // time of the cluster, track, time within
		block := el([]byte{0xa3}, 0x80|byte(b[1]), byte(b[2]>>8), byte(b[2]), 0, 1, 2, 3)
		out = append(out, el([]byte{0x1f, 0x43, 0xb6, 0x75}, slices.Concat(el([]byte{0xe7}, byte(b[0]>>8), byte(b[0])), block)...)...)
	}
	return out
}

func TestTableOfBlocks(t *testing.T) {
	got, ok := tableOf(t, mkv([3]int{0, 2, 0}, [3]int{0, 1, 5}, [3]int{1000, 2, 80}, [3]int{1000, 2, -40}), "matroska")
	if !ok || !slices.Equal(got.Ticks, []int64{0, 960, 1080}) || got.Unit != 1e-3 {
		t.Errorf("%+v, %v", got, ok)
	}
	if _, ok := tableOf(t, mkv([3]int{0, 2, 0}, [3]int{0, 2, 0}), "matroska"); ok {
		t.Error("two pictures of one time have a table")
	}
	whole := mkv([3]int{0, 2, 0}, [3]int{40, 2, 0})
	if _, ok := tableOf(t, whole[:len(whole)-2], "matroska"); ok {
		t.Error("a file that ends early has a table")
	}
}

func FuzzTables(f *testing.F) {
	f.Add(mp4(160, 10))
	f.Add(mkv([3]int{0, 2, 0}, [3]int{40, 2, 0}))
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, demuxer := range []string{"mov", "matroska", "avi"} {
			if table, ok := tableOf(t, data, demuxer); ok && (len(table.Ticks) < 1 || !slices.IsSorted(table.Ticks) || len(table.Msec(0)) != len(table.Ticks)) {
				t.Fatalf("%+v", table)
			}
		}
	})
}
