package container

import "testing"

// The eight display matrices of a turn with or without a mirror, and one that is
// neither.
func TestDisplayMatrices(t *testing.T) {
	const one = 1 << 16
	for _, c := range []struct {
		matrix [4]int32
		want   Upright
		ok     bool
	}{
		{[4]int32{one, 0, 0, one}, Upright{}, true},
		{[4]int32{0, one, -one, 0}, Upright{Turn: 90}, true},
		{[4]int32{-one, 0, 0, -one}, Upright{Turn: 180}, true},
		{[4]int32{0, -one, one, 0}, Upright{Turn: 270}, true},
		{[4]int32{-one, 0, 0, one}, Upright{Mirror: true}, true},
		{[4]int32{one, 0, 0, -one}, Upright{Mirror: true, Turn: 180}, true},
		{[4]int32{0, one, one, 0}, Upright{Mirror: true, Turn: 270}, true},
		{[4]int32{0, -one, -one, 0}, Upright{Mirror: true, Turn: 90}, true},
		{[4]int32{46341, 46341, -46341, 46341}, Upright{}, false},
		{[4]int32{}, Upright{}, true},
	} {
		if got, ok := (Track{matrix: c.matrix}).Upright(); got != c.want || ok != c.ok {
			t.Errorf("%v: %+v, %v", c.matrix, got, ok)
		}
	}
}
