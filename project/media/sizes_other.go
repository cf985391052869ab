//go:build !linux

package media

import (
	"image"

	"github.com/masklet/masklet/project/media/container"
)

// sizeWatch is for systems whose OpenCV comes without FFmpeg's headers.
type sizeWatch struct{}

func watchSizes(container.Source) sizeWatch { return sizeWatch{} }

func (sizeWatch) ahead(int) (from, to image.Point, changed bool) { return from, to, false }

func (sizeWatch) close() {}
