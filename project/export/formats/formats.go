// Package formats is the list of the formats that masks are written in and read
// from. A format is added by its own package and one line here.
package formats

import (
	"slices"

	"github.com/masklet/masklet/project/export"
	"github.com/masklet/masklet/project/export/burst"
	"github.com/masklet/masklet/project/export/coco"
	"github.com/masklet/masklet/project/export/cvat"
	"github.com/masklet/masklet/project/export/datumaro"
	"github.com/masklet/masklet/project/export/davis"
	"github.com/masklet/masklet/project/export/exr"
	"github.com/masklet/masklet/project/export/frames"
	"github.com/masklet/masklet/project/export/labelme"
	"github.com/masklet/masklet/project/export/labelstudio"
	"github.com/masklet/masklet/project/export/matte"
	"github.com/masklet/masklet/project/export/mots"
	"github.com/masklet/masklet/project/export/overlay"
	"github.com/masklet/masklet/project/export/png"
	"github.com/masklet/masklet/project/export/sav"
	"github.com/masklet/masklet/project/export/voc"
	"github.com/masklet/masklet/project/export/yolo"
	"github.com/masklet/masklet/project/export/ytvis"
	"github.com/masklet/masklet/project/export/ytvos"
)

// All returns the formats in the order in which they are offered.
func All() []export.Format {
	return slices.Concat([]export.Format{
		png.Format(),
		davis.Format(),
		coco.Format(),
		ytvis.Format(),
		ytvos.Format(),
		sav.Format(),
		mots.Format(),
		burst.Format(),
		yolo.Format(),
		voc.Format(),
		cvat.Format(),
		labelme.Format(),
		labelstudio.Format(),
		datumaro.Format(),
		exr.Format(),
	}, matte.Formats(), []export.Format{
		overlay.Format(),
		overlay.Sheet(),
		frames.Format(),
	})
}

// Named returns the formats with these names, each once. An unknown name is an
// error that lists the known ones.
func Named(names []string) ([]export.Format, error) { return export.Named(All(), names) }
