package cli

import (
	"fmt"
	"unicode"
	"unicode/utf8"
)

// printable returns text without what would steer a terminal: names of files,
// labels and messages of damaged files come from anywhere. Control characters
// but line breaks and tabs are spelled out.
func printable(text []byte) []byte {
	var out []byte
	done := 0
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRune(text[i:])
		if bad := r == utf8.RuneError && n == 1; bad || unicode.IsControl(r) && r != '\n' && r != '\t' {
			if bad {
				r = rune(text[i])
			}
			out = fmt.Appendf(append(out, text[done:i]...), `\x%02x`, r)
			done = i + n
		}
		i += n
	}
	if out == nil {
		return text
	}
	return append(out, text[done:]...)
}
