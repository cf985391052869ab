package click

import "testing"

func TestRegionsArePartition(t *testing.T) {
	p := paintPicture(200, 150, inDisc(100, 70, 40))
	r := prepare(t, p).reg
	area := make([]float32, len(r.area))
	for _, id := range r.of {
		if id < 0 || int(id) >= len(area) {
			t.Fatalf("region %d of %d", id, len(area))
		}
		area[id]++
	}
	for i, a := range area {
		if a != r.area[i] || a == 0 {
			t.Errorf("region %d has %v pixels, says %v", i, a, r.area[i])
		}
	}
	// Regions follow the outline.
	mixed := make([]float32, len(area))
	for i, id := range r.of {
		if p.truth.Pix[i] != 0 {
			mixed[id]++
		}
	}
	var lost, object float32
	for i, m := range mixed {
		lost += min(m, area[i]-m)
		object += m
	}
	if lost > 0.03*object {
		t.Errorf("regions cannot draw the outline: %.0f of %.0f pixels lost", lost, object)
	}
}
