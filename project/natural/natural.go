// Package natural orders file names as people do. Frames and the masks that
// belong to them must come in one order, whoever lists them.
package natural

import "strings"

// Compare returns a number below, equal to or above 0 as the name a comes before,
// is or comes after b. Runs of digits count as numbers, so that frame2 comes
// before frame10, and 9 before 0010. Names that differ in leading zeros alone are
// ordered as text.
func Compare(a, b string) int {
	for i, j := 0, 0; ; {
		switch {
		case i == len(a) && j == len(b):
			return strings.Compare(a, b)
		case i == len(a):
			return -1
		case j == len(b):
			return 1
		case digit(a[i]) && digit(b[j]):
			x, y := number(a[i:]), number(b[j:])
			if c := compareNumbers(x, y); c != 0 {
				return c
			}
			i, j = i+len(x), j+len(y)
		case a[i] != b[j]:
			return int(a[i]) - int(b[j])
		default:
			i, j = i+1, j+1
		}
	}
}

func digit(c byte) bool { return c >= '0' && c <= '9' }

// number returns the digits at the start of s.
func number(s string) string {
	n := 0
	for n < len(s) && digit(s[n]) {
		n++
	}
	return s[:n]
}

// compareNumbers compares two runs of digits of any length by value.
func compareNumbers(x, y string) int {
	x, y = strings.TrimLeft(x, "0"), strings.TrimLeft(y, "0")
	if len(x) != len(y) {
		return len(x) - len(y)
	}
	return strings.Compare(x, y)
}
