package panels

import (
	"fmt"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/ui/actions"
	"github.com/masklet/masklet/ui/controls"
)

// ReviewQueue is what the panel shows and changes.
type ReviewQueue interface {
	Document() *annotate.Document
	Queue() []annotate.ReviewItem
	Reviewed() (reviewed, proposed int)
	GoToReview(it annotate.ReviewItem)
	NextReview()
	Accept()
	ToggleMark()
}

// Review is the queue of frames that the user should look at.
type Review struct {
	Content fyne.CanvasObject

	c     ReviewQueue
	items []annotate.ReviewItem
	list  *widget.List
	empty *widget.Label
	done  *widget.Label
}

// NewReview returns the panel.
func NewReview(c ReviewQueue, desk controls.Desk) *Review {
	p := &Review{c: c, empty: note("Nothing to review. After tracking, the frames to look at are listed here, those that are likely bad first. " + actions.Of("mark").Shown() + " marks a frame yourself."), done: widget.NewLabel("")}
	p.done.Importance = widget.LowImportance
	p.list = widget.NewList(func() int { return len(p.items) }, p.make, p.fill)
	p.list.OnSelected = func(i widget.ListItemID) {
		p.list.UnselectAll()
		if i < len(p.items) {
			c.GoToReview(p.items[i])
		}
	}
	next := controls.NewButton(desk, "Next", theme.NavigateNextIcon(), actions.Hint("next-review"), c.NextReview)
	accept := controls.NewButton(desk, "Accept", theme.ConfirmIcon(), actions.Hint("accept"), c.Accept)
	mark := controls.NewButton(desk, "Mark", theme.WarningIcon(), actions.Hint("mark"), c.ToggleMark)
	p.Content = container.NewBorder(p.done, container.NewGridWithColumns(3, mark, accept, next), nil, nil,
		container.NewStack(container.NewVBox(p.empty), p.list))
	p.Update()
	return p
}

// Count returns how many frames wait.
func (p *Review) Count() int { return len(p.items) }

// Update shows the present queue.
func (p *Review) Update() {
	p.items = p.c.Queue()
	controls.SetVisible(p.empty, len(p.items) == 0)
	controls.SetVisible(p.list, len(p.items) > 0)
	reviewed, proposed := p.c.Reviewed()
	controls.SetVisible(p.done, proposed > 0)
	p.done.SetText(fmt.Sprintf("Reviewed %d of %d", reviewed, proposed))
	p.list.Refresh()
}

func (p *Review) make() fyne.CanvasObject {
	chip := canvas.NewRectangle(theme.Color(theme.ColorNamePlaceHolder))
	chip.CornerRadius = 4
	chip.SetMinSize(fyne.NewSquareSize(12))
	frame := widget.NewLabelWithStyle("frame", fyne.TextAlignLeading, fyne.TextStyle{Bold: true})
	reason := widget.NewLabel("reason")
	reason.Truncation = fyne.TextTruncateEllipsis
	reason.Importance = widget.LowImportance
	return container.NewBorder(nil, nil, container.NewHBox(container.NewCenter(container.NewPadded(chip)), fixed(frame, 56)), nil, reason)
}

func (p *Review) fill(i widget.ListItemID, o fyne.CanvasObject) {
	if i >= len(p.items) {
		return
	}
	it := p.items[i]
	row := o.(*fyne.Container)
	reason := row.Objects[0].(*widget.Label)
	left := row.Objects[1].(*fyne.Container)
	chip := left.Objects[0].(*fyne.Container).Objects[0].(*fyne.Container).Objects[0].(*canvas.Rectangle)
	frame := left.Objects[1].(*fyne.Container).Objects[0].(*widget.Label)
	frame.SetText(fmt.Sprint(it.Key.Frame))
	chip.FillColor = theme.Color(theme.ColorNameWarning)
	text := it.Reason
	if d := p.c.Document(); it.Key.Object != 0 {
		obj, _ := d.Object(it.Key.Object)
		chip.FillColor = rgb(obj.Color)
		text = fmt.Sprintf("%s %.0f %% · %s", it.Reason, 100*it.Badness, d.Name(it.Key.Object))
	}
	chip.Refresh()
	reason.SetText(text)
}
