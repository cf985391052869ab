package click

import "github.com/masklet/masklet/annotate"

// Among returns the scene with the masks of other objects on its frame, which
// count as background (see Input.Others). It shares what s prepared and costs
// little.
func (s *Scene) Among(others []*annotate.Bitmap) (*Scene, error) {
	taken, err := s.takenBy(others)
	if err != nil {
		return nil, err
	}
	in := s.in
	in.Others = others
	return &Scene{
		in: in, w: s.w, h: s.h, lab: s.lab, feat: s.feat, reg: s.reg, kern: s.kern,
		con: s.con, ends: s.ends, tree: s.tree, taken: taken, kept: newStates(),
	}, nil
}
