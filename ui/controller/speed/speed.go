// Package speed keeps how fast engines were on this machine between sessions of
// the program, so that an estimate can be given before a run.
package speed

import (
	"fmt"
	"strconv"
	"strings"
)

// Prefs keeps small values between sessions of the program.
type Prefs interface {
	Get(key string) string
	Set(key, value string)
}

// Measured holds the seconds per frame of Phase 1 and Phase 2, by what was
// measured: engine, settings and video size.
type Measured map[string][2]float64

const key = "speeds"

// Load returns what was kept; lines that it cannot read are left out.
func Load(p Prefs) Measured {
	m := Measured{}
	for _, line := range strings.Split(p.Get(key), "\n") {
		f := strings.Split(line, "\t")
		if len(f) != 3 {
			continue
		}
		a, err1 := strconv.ParseFloat(f[1], 64)
		b, err2 := strconv.ParseFloat(f[2], 64)
		if err1 == nil && err2 == nil && a >= 0 && b >= 0 {
			m[f[0]] = [2]float64{a, b}
		}
	}
	return m
}

// Save keeps the figures.
func (m Measured) Save(p Prefs) {
	var b strings.Builder
	for k, v := range m {
		fmt.Fprintf(&b, "%s\t%g\t%g\n", k, v[0], v[1])
	}
	p.Set(key, b.String())
}
