package ui

import (
	"errors"
	"testing"
)

func TestCheckDisplay(t *testing.T) {
	for _, tt := range []struct {
		goos string
		env  map[string]string
		ok   bool
	}{
		{"linux", nil, false},
		{"freebsd", nil, false},
		{"linux", map[string]string{"DISPLAY": ":0"}, true},
		{"linux", map[string]string{"WAYLAND_DISPLAY": "wayland-0"}, true},
		{"darwin", nil, true},
		{"windows", nil, true},
	} {
		err := checkDisplay(tt.goos, func(k string) string { return tt.env[k] })
		if (err == nil) != tt.ok || err != nil && !errors.Is(err, ErrNoDisplay) {
			t.Errorf("%s with %v: %v", tt.goos, tt.env, err)
		}
	}
}
