package annotate

import (
	"errors"
	"strings"
	"testing"
)

// TestPointsAreBounded: as many points as are worth anything, and no more.
func TestPointsAreBounded(t *testing.T) {
	p := Prompt{Points: make([]Point, MaxPoints)}
	if err := p.Validate(10, 10); err != nil {
		t.Error(err)
	}
	p.Points = append(p.Points, Point{})
	if err := p.Validate(10, 10); !errors.Is(err, ErrPrompt) || !strings.Contains(err.Error(), "1001 points") {
		t.Errorf("got %v", err)
	}
}
