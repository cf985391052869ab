// Package queue sorts and filters the frames that are proposed for review. It
// exists so that the list and the keys that go through it mean the same rows.
package queue

import (
	"cmp"
	"slices"

	"github.com/masklet/masklet/annotate"
)

// Order is the order of the rows.
type Order int

// The orders.
const (
	ByRisk   Order = iota // as they were ranked
	ByFrame               // from the first frame to the last
	ByObject              // object by object, and of each by risk
)

// View says which rows are shown, and in which order.
type View struct {
	Order  Order
	Object annotate.ObjectID // whose rows alone are shown; 0: all
}

// Of returns the rows that are shown. Those of no object, which the user marked,
// always are.
func (v View) Of(items []annotate.ReviewItem) []annotate.ReviewItem {
	out := slices.Clone(items)
	if v.Object != 0 {
		out = slices.DeleteFunc(out, func(it annotate.ReviewItem) bool { return it.Key.Object != 0 && it.Key.Object != v.Object })
	}
	switch v.Order {
	case ByFrame:
		slices.SortStableFunc(out, func(a, b annotate.ReviewItem) int { return cmp.Compare(a.Key.Frame, b.Key.Frame) })
	case ByObject:
		slices.SortStableFunc(out, func(a, b annotate.ReviewItem) int { return cmp.Compare(a.Key.Object, b.Key.Object) })
	}
	return out
}
