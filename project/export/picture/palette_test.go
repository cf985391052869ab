package picture

import (
	"testing"
)

// The first colours of the palette as DAVIS 2017 has them.
func TestDAVISPalette(t *testing.T) {
	want := []string{"000000", "800000", "008000", "808000", "000080", "800080", "008080", "808080",
		"400000", "bf0000", "408000", "bf8000", "400080", "bf0080", "408080", "bf8080",
		"004000", "804000", "00bf00", "80bf00", "004080", "804080", "161616", "171717"}
	for i, c := range Palette()[:len(want)] {
		r, g, b, _ := c.RGBA()
		got := hex2(r>>8) + hex2(g>>8) + hex2(b>>8)
		if got != want[i] {
			t.Errorf("colour %d is %s, want %s", i, got, want[i])
		}
	}
}

func hex2(v uint32) string {
	const digits = "0123456789abcdef"
	return string([]byte{digits[v>>4], digits[v&15]})
}
