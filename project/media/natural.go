package media

import "strings"

// naturalLess orders file names as people do: runs of digits count as
// numbers, so that frame2 comes before frame10, and 9 before 0010.
func naturalLess(a, b string) bool {
	for i, j := 0, 0; ; {
		switch {
		case j == len(b):
			if i == len(a) {
				return a < b // equal but for leading zeros
			}
			return false
		case i == len(a):
			return true
		case digit(a[i]) && digit(b[j]):
			x, y := number(a[i:]), number(b[j:])
			if c := compareNumbers(x, y); c != 0 {
				return c < 0
			}
			i, j = i+len(x), j+len(y)
		case a[i] != b[j]:
			return a[i] < b[j]
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
