package container

import (
	"context"
	"slices"
)

// Table is what a container lists of the pictures of the track to be shown,
// without one of them being decoded.
type Table struct {
	// Ticks are the presentation times in order, all different. Their zero is
	// the container's own.
	Ticks []int64
	Unit  float64 // seconds a tick
}

// maxTable bounds the pictures of a table: days of video.
const maxTable = 1 << 24

// ReadTable reads the table of a file for the demuxer of that name. ok is false
// for formats without one (a stream, fragments), and where the list and what a
// decoder gives may differ: edits that leave pictures out, two pictures of one
// time, a file that ends early.
func ReadTable(ctx context.Context, path, demuxer string) (t Table, ok bool) {
	switch demuxer {
	case "mov":
		t, ok = movTable(path)
	case "matroska":
		t, ok = mkvTable(ctx, path)
	}
	if !ok || len(t.Ticks) == 0 || len(t.Ticks) > maxTable || !(t.Unit > 0) {
		return Table{}, false
	}
	slices.Sort(t.Ticks)
	if len(slices.Compact(slices.Clone(t.Ticks))) != len(t.Ticks) {
		return Table{}, false
	}
	return t, true
}

// Msec returns the times in milliseconds from a tick on, in the arithmetic of the
// decoder, so that equal times are equal numbers.
func (t Table) Msec(from int64) []float64 {
	out := make([]float64, len(t.Ticks))
	for i, tick := range t.Ticks {
		out[i] = float64(tick-from) * t.Unit * 1000
	}
	return out
}
