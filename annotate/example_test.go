package annotate_test

import (
	"fmt"

	"github.com/masklet/masklet/annotate"
)

// A click, its mask, and both taken back: every change of a document goes
// through its history.
func Example() {
	doc := annotate.NewDocument(640, 360, 72)
	history := annotate.NewHistory(doc, nil)
	ball := annotate.Object{ID: doc.NextObjectID(), Label: "ball"}
	history.Do(annotate.Change{Name: "New object", Edits: []annotate.Edit{doc.SetObject(ball)}})

	key := annotate.FrameKey{Object: ball.ID, Frame: 0}
	click := annotate.Prompt{Points: []annotate.Point{{X: 102.5, Y: 51.5, Positive: true}}}
	pixels := annotate.NewBitmap(640, 360)
	for y := 50; y < 54; y++ {
		for x := 100; x < 106; x++ {
			pixels.Set(x, y, true)
		}
	}
	mask := annotate.NewResult(annotate.MaskFromBitmap(pixels), 0.9, annotate.Prompted, "builtin")
	history.Do(annotate.Change{Name: "Click", Edits: []annotate.Edit{doc.SetPrompt(key, &click), doc.SetResult(key, &mask)}})

	result, _ := doc.Result(key)
	fmt.Println(doc.Name(ball.ID), "has keyframes", doc.Keyframes(ball.ID), "and", result.Area, "pixels")
	history.Undo()
	_, has := doc.Result(key)
	next, _ := history.CanRedo()
	fmt.Println("has a mask:", has, "- to redo:", next)
	// Output:
	// ball has keyframes [0] and 24 pixels
	// has a mask: false - to redo: Click
}

// Masks are run lengths, as the COCO tools have them.
func ExampleMask() {
	a, _ := annotate.MaskFromRuns(4, 3, []uint32{3, 6, 3}) // column by column: the two in the middle
	b := annotate.FullMask(4, 3)
	iou, _ := annotate.IoU(a, b)
	fmt.Println(a.Area(), a.Bounds(), a.RLEString(), iou)
	// Output: 6 (1,0)-(3,3) 363 0.5
}
