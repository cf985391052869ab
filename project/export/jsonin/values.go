package jsonin

import (
	"bytes"
	"encoding/json"
	"math"
	"strconv"
	"strings"
)

// Key is an ID as any tool may write it: 7, 7.0 and "7" are one. It is "" where
// there is none.
type Key string

// UnmarshalJSON implements json.Unmarshaler. It never fails: what is neither
// text nor a number is no key.
func (k *Key) UnmarshalJSON(data []byte) error {
	*k = ""
	var text string
	if json.Unmarshal(data, &text) == nil {
		text = strings.TrimSpace(text)
	} else {
		text = string(bytes.TrimSpace(data))
		if _, err := strconv.ParseFloat(text, 64); err != nil {
			return nil
		}
	}
	*k = Key(canonical(text))
	return nil
}

func canonical(text string) string {
	if _, err := strconv.ParseInt(text, 10, 64); err == nil {
		return strings.TrimPrefix(text, "+")
	}
	if f, err := strconv.ParseFloat(text, 64); err == nil && f == math.Trunc(f) && math.Abs(f) < 1<<53 {
		return strconv.FormatInt(int64(f), 10)
	}
	return text
}

// Int returns the key as a whole number.
func (k Key) Int() (int, bool) {
	n, err := strconv.Atoi(string(k))
	return n, err == nil
}

// Number is a number as any tool may write it: 320, 320.0, "320" or null.
type Number struct {
	Value float64
	Set   bool
}

// UnmarshalJSON implements json.Unmarshaler. It never fails: what is no finite
// number is not set.
func (n *Number) UnmarshalJSON(data []byte) error {
	*n = Number{}
	text := strings.TrimSpace(strings.Trim(string(bytes.TrimSpace(data)), `"`))
	if f, err := strconv.ParseFloat(text, 64); err == nil && !math.IsNaN(f) && !math.IsInf(f, 0) {
		*n = Number{f, true}
	}
	return nil
}

// Int returns the number rounded, 0 if it is not set or too large for one.
func (n Number) Int() int {
	if math.Abs(n.Value) > 1<<40 {
		return 0
	}
	return int(math.Round(n.Value))
}
