package shelf

import (
	"context"
	"image"

	"github.com/masklet/masklet/project/media"
	"github.com/masklet/masklet/ui/scene"
)

// thumbnailSide is the longest side of a thumbnail in pixels.
const thumbnailSide = 128

// Thumbnail returns a small picture of the first frame of a video or frame folder, which
// is all that is read of it.
func Thumbnail(ctx context.Context, path string) (image.Image, error) {
	v, err := media.Open(ctx, path, media.Options{CacheBytes: 1})
	if err != nil {
		return nil, err
	}
	defer v.Close() // nothing is written
	img, err := v.Frame(ctx, 0)
	if err != nil {
		return nil, err
	}
	return scene.Shrink(img, thumbnailSide), nil
}
