package export

import "strconv"

// IDs gives the objects of an input their numbers. What is a number already
// keeps it; names, 0 and numbers that are too large get the free ones, in the
// order in which they were met.
type IDs struct {
	keys  []string
	known map[string]int // 0 until Number
}

// Add makes a name known. All must be known before Number is asked.
func (d *IDs) Add(key string) {
	if d.known == nil {
		d.known = map[string]int{}
	}
	if _, ok := d.known[key]; !ok {
		d.known[key] = 0
		d.keys = append(d.keys, key)
	}
}

// Number returns the object of a name that was added, and whether it had to be
// given a number.
func (d *IDs) Number(key string) (object int, given bool) {
	if d.known[key] == 0 {
		d.assign()
	}
	n, err := strconv.Atoi(key)
	return d.known[key], err != nil || n != d.known[key]
}

func (d *IDs) assign() {
	taken := map[int]bool{}
	for _, k := range d.keys {
		if n, err := strconv.Atoi(k); err == nil && n >= 1 && n <= MaxObjectID && strconv.Itoa(n) == k {
			d.known[k] = n
			taken[n] = true
		}
	}
	next := 1
	for _, k := range d.keys {
		if d.known[k] != 0 {
			continue
		}
		for taken[next] {
			next++
		}
		d.known[k] = next
		taken[next] = true
	}
}
