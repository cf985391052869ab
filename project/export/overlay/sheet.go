package overlay

import (
	"context"
	"fmt"
	"image"
	"image/color"
	"image/draw"

	"github.com/disintegration/imaging"
	"golang.org/x/image/font"
	"golang.org/x/image/font/basicfont"
	"golang.org/x/image/math/fixed"

	"github.com/masklet/masklet/project/export"
	"github.com/masklet/masklet/project/export/picture"
)

// The contact sheet: so many pictures of that width in so many columns.
const (
	sheetPictures = 24
	sheetColumns  = 4
	sheetWidth    = 320
	sheetGap      = 8
	sheetCaption  = 18
)

// Sheet describes the contact sheet.
func Sheet() export.Format {
	return export.Format{
		Name: "sheet", Label: "Contact sheet", Place: "sheet.png", File: true, Pictures: true,
		About: fmt.Sprintf("`sheet.png`: %d frames with coloured masks over them, evenly spaced, on one picture", sheetPictures),
		Write: writeSheet,
	}
}

func writeSheet(ctx context.Context, path string, src export.Source, _ export.Options) (export.Report, error) {
	v, rep := src.Video(), export.Report{Files: 1}
	frames := 0
	if err := export.Each(ctx, src, func(int, []export.FrameMask) error { frames++; return nil }); err != nil {
		return rep, err
	}
	n := max(1, min(frames, sheetPictures))
	w := min(sheetWidth, v.W)
	h := max(1, v.H*w/v.W)
	columns := min(n, sheetColumns)
	rows := (n + columns - 1) / columns
	sheet := image.NewRGBA(image.Rect(0, 0, sheetGap+columns*(w+sheetGap), sheetGap+rows*(h+sheetCaption+sheetGap)))
	draw.Draw(sheet, sheet.Rect, image.NewUniform(color.Gray{Y: 24}), image.Point{}, draw.Src)
	at, put := 0, 0
	err := export.Each(ctx, src, func(frame int, masks []export.FrameMask) error {
		at++
		if (at-1)*n/max(1, frames) < put || put == n {
			return nil
		}
		img, err := v.Picture(ctx, frame)
		if err != nil {
			return err
		}
		x := sheetGap + put%columns*(w+sheetGap)
		y := sheetGap + put/columns*(h+sheetCaption+sheetGap)
		small := imaging.Resize(Paint(img, masks), w, h, imaging.Box)
		draw.Draw(sheet, image.Rect(x, y, x+w, y+h), small, image.Point{}, draw.Src)
		caption(sheet, x, y+h+sheetCaption-5, fmt.Sprintf("%s  %.2f s", v.FrameStem(frame, export.NameFrames), v.Times()[frame]))
		put++
		rep.Frames++
		rep.Masks += len(masks)
		return nil
	})
	if err != nil {
		return rep, err
	}
	return rep, picture.WriteColours(path, sheet)
}

func caption(img *image.RGBA, x, y int, text string) {
	d := font.Drawer{Dst: img, Src: image.NewUniform(color.Gray{Y: 200}), Face: basicfont.Face7x13, Dot: fixed.P(x, y)}
	d.DrawString(text)
}
