package annotate

import "slices"

// spotEvery is the distance in frames at which masks are looked at that nothing
// speaks against.
const spotEvery = 24

// spots returns frames to look at where nothing is suspect. The frames between
// two keyframes are parted evenly, spotEvery frames or more to a part; of every
// part in which the user checked nothing, and would not be shown a suspect, the
// least certain frame is returned. all judges every frame of the input.
func spots(in ReviewInput, all, suspects []ReviewItem) []ReviewItem {
	shown := map[int]bool{}
	for _, it := range suspects {
		shown[it.Key.Frame] = true
	}
	var out []ReviewItem
	for from := 0; from < len(all); {
		to := from // the stretch is all[from:to]
		for to < len(all) && (!in.Fixed[to] || in.Checked[to]) {
			to++
		}
		if n := to - from; n > reviewApart {
			parts := max(1, n/spotEvery)
			var picked []ReviewItem
			for i := range parts {
				a, b := from+i*n/parts, from+(i+1)*n/parts
				if it, ok := leastCertain(in, all, a, b, shown); ok {
					picked = append(picked, it)
				}
			}
			name(picked)
			out = append(out, picked...)
		}
		from = to + 1
	}
	return out
}

// leastCertain returns the worst frame of all[a:b], the middle one of equals; ok
// is false if one of them was checked or is shown anyway.
func leastCertain(in ReviewInput, all []ReviewItem, a, b int, shown map[int]bool) (worst ReviewItem, ok bool) {
	best := -1
	off := func(i int) int { return max(2*i-a-b, a+b-2*i) }
	for i := a; i < b; i++ {
		if in.Checked[i] || shown[all[i].Key.Frame] {
			return worst, false
		}
		if best < 0 || all[i].Badness > all[best].Badness || all[i].Badness == all[best].Badness && off(i) < off(best) {
			best = i
		}
	}
	return all[best], true
}

// name says why the frames of a stretch are shown.
func name(picked []ReviewItem) {
	if len(picked) == 0 {
		return
	}
	least := slices.MinFunc(picked, worseFirst)
	for i := range picked {
		picked[i].Reason = "spot check"
		if picked[i].Key == least.Key {
			picked[i].Reason = "least certain"
		}
	}
}
