package media

func (v *Video) saveIndex() {}
