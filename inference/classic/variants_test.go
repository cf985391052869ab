package classic

import (
	"context"
	"image"
	"image/color"
	"math"
	"path/filepath"
	"slices"
	"testing"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference"
)

// A clip is also measured with what trackers find hard drawn into it: poles that
// pass in front of the object, or a twin of it that comes near and goes behind.
var davisVariants = map[string]func(*variant, int, *image.RGBA, *annotate.Bitmap){
	"":      nil,
	"poles": drawPoles,
	"twin":  drawTwin,
}

// variant is a clip with something drawn into it.
type variant struct {
	*folderFrames
	name  string
	masks []string
	draw  func(*variant, int, *image.RGBA, *annotate.Bitmap)
}

func openVariant(t testing.TB, dir, name string) inference.Frames {
	t.Helper()
	clip := openFolder(t, filepath.Join(dir, "frames"))
	draw, ok := davisVariants[name]
	if !ok {
		t.Fatalf("no variant %q", name)
	}
	if draw == nil {
		return clip
	}
	masks, err := filepath.Glob(filepath.Join(dir, "masks", "*"))
	if err != nil || len(masks) != clip.Len() {
		t.Fatalf("%d masks of %d frames in %s", len(masks), clip.Len(), dir)
	}
	slices.Sort(masks)
	return &variant{clip, name, masks, draw}
}

func (v *variant) Hash() string { return v.folderFrames.Hash() + " " + v.name }

func (v *variant) Frame(ctx context.Context, i int) (*image.RGBA, error) {
	img, _, err := v.at(ctx, i)
	return img, err
}

// at returns a frame and the object's mask on it.
func (v *variant) at(ctx context.Context, i int) (*image.RGBA, *annotate.Bitmap, error) {
	img, err := v.folderFrames.Frame(ctx, i)
	if err != nil {
		return nil, nil, err
	}
	mask, err := bitmapOf(v.masks[i])
	if err != nil {
		return nil, nil, err
	}
	v.draw(v, i, img, mask)
	return img, mask, nil
}

func bitmapOf(name string) (*annotate.Bitmap, error) {
	img, err := readImage(name)
	if err != nil {
		return nil, err
	}
	b := annotate.NewBitmap(img.Rect.Dx(), img.Rect.Dy())
	for i := range b.Pix {
		b.Pix[i] = img.Pix[4*i]
	}
	return b, nil
}

// drawPoles draws a thin pole that crosses the picture once from each side and
// a thick one that crosses it in the middle of the clip.
func drawPoles(v *variant, i int, img *image.RGBA, mask *annotate.Bitmap) {
	at := float64(i) / float64(max(v.Len()-1, 1))
	w := float64(v.w)
	grain := newNoise(17)
	for _, pole := range []struct{ x, width float64 }{
		{w * (1.25 - 2.5*at), 0.03 * w}, {w * (3*at - 1.5), 0.03 * w}, {w * (1.8 - 2.6*at), 0.08 * w},
	} {
		for x := max(0, int(pole.x)); x < min(v.w, int(pole.x+pole.width)); x++ {
			shade := 60 + 60*math.Sin(math.Pi*(float64(x)-pole.x)/pole.width)
			for y := range v.h {
				g := uint8(shade + 40*grain.at(float64(x)-pole.x, float64(y)))
				img.SetRGBA(x, y, color.RGBA{g, g, uint8(min(255, float64(g)*1.1)), 255})
				mask.Set(x, y, false)
			}
		}
	}
}

// drawTwin draws the object as it was some frames before, mirrored, behind the
// object: beside it at first, nearer and nearer until it touches, and away.
func drawTwin(v *variant, i int, img *image.RGBA, mask *annotate.Bitmap) {
	const lag = 4
	old := max(i-lag, 0)
	from, err := v.folderFrames.Frame(context.Background(), old)
	if err != nil {
		return
	}
	of, err := bitmapOf(v.masks[old])
	if err != nil {
		return
	}
	r, here := annotate.MaskFromBitmap(of).Bounds(), annotate.MaskFromBitmap(mask).Bounds()
	if r.Empty() || here.Empty() {
		return
	}
	at := float64(i) / float64(max(v.Len()-1, 1))
	gap := float64(r.Dx()) * (0.25 + 0.5*math.Cos(2*math.Pi*at)) // between the boxes: below 0 they overlap
	left := here.Max.X + int(gap)
	if here.Min.X+here.Max.X > v.w { // where there is more room
		left = here.Min.X - int(gap) - r.Dx()
	}
	down := here.Max.Y - r.Max.Y
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			tx, ty := left+r.Max.X-1-x, y+down
			if of.Pix[y*of.W+x] == 0 || tx < 0 || ty < 0 || tx >= v.w || ty >= v.h || mask.Pix[ty*mask.W+tx] != 0 {
				continue
			}
			img.SetRGBA(tx, ty, from.RGBAAt(x, y))
		}
	}
}
