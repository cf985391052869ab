package controller

import "testing"

// The selected object can be shown alone, and neighbour frames are told apart from
// the frame itself and from each other.
func TestWhatTheCanvasShows(t *testing.T) {
	r := opened(t, 12, nil)
	r.Click(3, 4, true)
	r.idle()
	r.AddObject()
	r.Click(9, 9, true)
	r.idle()
	r.Track()
	r.idle()
	r.GoTo(5)
	r.wait("the frame is shown", func() bool { return r.Scene().Shown == 5 })
	if n := len(r.Scene().Layers); n != 2 {
		t.Fatalf("%d layers", n)
	}
	v := r.View()
	v.Solo = true
	r.SetView(v)
	if l := r.Scene().Layers; len(l) != 1 || l[0].Color != r.Document().Objects()[1].Color {
		t.Errorf("alone: %+v", l)
	}
	v.Onion = true
	v.Tone.Brightness = 0.5
	r.SetView(v)
	s := r.Scene()
	if l := s.Layers; len(l) != 3 || l[0].Color == l[1].Color || l[0].Color == l[2].Color || l[0].Fill == 0 || l[1].Line < 0.5 {
		t.Errorf("with neighbours: %+v", l)
	}
	if s.Tone.Brightness != 0.5 {
		t.Errorf("tone %+v", s.Tone)
	}
}

// A thumbnail is made in the background, shows the mask, and is made anew for
// another one; that of another video is none of it.
func TestThumbnails(t *testing.T) {
	r := opened(t, 12, nil)
	plain := func() bool { return r.Thumbs.Of(key(1, 7)) != nil }
	r.wait("the frame alone", plain)
	first := r.Thumbs.Of(key(1, 7))
	r.GoTo(7)
	r.Click(3, 4, true)
	r.idle()
	if r.Thumbs.Of(key(1, 7)) == first {
		t.Error("a mask is not in the thumbnail")
	}
	r.wait("the frame with its mask", plain)
	r.CloseClip()
	if r.Thumbs.Of(key(1, 7)) != nil {
		t.Error("a thumbnail of a video that is closed")
	}
}
