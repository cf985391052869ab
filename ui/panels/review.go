package panels

import (
	"fmt"
	"image"
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/ui/actions"
	"github.com/masklet/masklet/ui/controller/queue"
	"github.com/masklet/masklet/ui/controller/thumbs"
	"github.com/masklet/masklet/ui/controls"
)

// ReviewQueue is what the panel shows and changes.
type ReviewQueue interface {
	Document() *annotate.Document
	Queue() []annotate.ReviewItem
	QueueView() queue.View
	SetQueueView(v queue.View)
	Reviewed() (reviewed, proposed int)
	GoToReview(it annotate.ReviewItem)
	NextReview()
	Accept()
	ToggleMark()
}

// Thumbnails are the small pictures of the rows; nil while one is made.
type Thumbnails interface {
	Of(k annotate.FrameKey) *image.RGBA
}

// Review is the queue of frames that the user should look at.
type Review struct {
	Content fyne.CanvasObject

	c      ReviewQueue
	thumbs Thumbnails
	items  []annotate.ReviewItem
	list   *widget.List
	empty  *widget.Label
	done   *widget.Label
	order  *controls.Select
	object *controls.Select
	ids    []annotate.ObjectID // of the choices of object, from the second on
	tools  *fyne.Container
}

// NewReview returns the panel.
func NewReview(c ReviewQueue, t Thumbnails, desk controls.Desk) *Review {
	p := &Review{c: c, thumbs: t, empty: note("Nothing to review. After tracking, the frames to look at are listed here, those that are likely bad first. " + actions.Of("mark").Shown() + " marks a frame yourself."), done: widget.NewLabel("")}
	p.done.Importance = widget.LowImportance
	p.list = widget.NewList(func() int { return len(p.items) }, func() fyne.CanvasObject { return newReviewRow() }, p.fill)
	p.list.OnSelected = func(i widget.ListItemID) {
		p.list.UnselectAll()
		if i < len(p.items) {
			c.GoToReview(p.items[i])
		}
	}
	p.order = controls.NewSelect(desk, []string{"By risk", "By frame", "By object"}, func(string) { p.changeView() })
	p.object = controls.NewSelect(desk, []string{allObjects}, func(string) { p.changeView() })
	p.tools = container.NewGridWithColumns(2, p.order, p.object)
	next := controls.NewButton(desk, "Next", theme.NavigateNextIcon(), actions.Hint("next-review"), c.NextReview)
	accept := controls.NewButton(desk, "Accept", theme.ConfirmIcon(), actions.Hint("accept"), c.Accept)
	mark := controls.NewButton(desk, "Mark", theme.WarningIcon(), actions.Hint("mark"), c.ToggleMark)
	p.Content = container.NewBorder(container.NewVBox(p.done, p.tools), container.NewGridWithColumns(3, mark, accept, next), nil, nil,
		container.NewStack(container.NewVBox(p.empty), p.list))
	p.Update()
	return p
}

const allObjects = "All objects"

// Count returns how many frames wait.
func (p *Review) Count() int { return len(p.items) }

// changeView shows the rows that are chosen.
func (p *Review) changeView() {
	v := queue.View{Order: queue.Order(max(0, p.order.SelectedIndex()))}
	if i := p.object.SelectedIndex(); i > 0 {
		v.Object = p.ids[i-1]
	}
	if v != p.c.QueueView() {
		p.c.SetQueueView(v)
	}
}

// Update shows the present queue.
func (p *Review) Update() {
	p.items = p.c.Queue()
	reviewed, proposed := p.c.Reviewed()
	controls.SetVisible(p.empty, len(p.items) == 0)
	controls.SetVisible(p.list, len(p.items) > 0)
	controls.SetVisible(p.done, proposed > 0)
	controls.SetVisible(p.tools, proposed > 0)
	p.done.SetText(fmt.Sprintf("Reviewed %d of %d", reviewed, proposed))
	p.updateView()
	p.list.Refresh()
}

// updateView shows what is chosen among the objects there are.
func (p *Review) updateView() {
	v, chosen := p.c.QueueView(), 0
	names := []string{allObjects}
	p.ids = nil
	for _, o := range p.c.Document().Objects() {
		p.ids = append(p.ids, o.ID)
		names = append(names, p.c.Document().Name(o.ID))
		if o.ID == v.Object {
			chosen = len(p.ids)
		}
	}
	show(p.order, p.order.Options, int(v.Order))
	show(p.object, names, chosen)
}

// show shows a choice, which is none of the user's.
func show(s *controls.Select, options []string, chosen int) {
	f := s.OnChanged
	s.OnChanged, s.Options = nil, options
	s.SetSelectedIndex(chosen)
	s.OnChanged = f
}

func (p *Review) fill(i widget.ListItemID, o fyne.CanvasObject) {
	if i >= len(p.items) {
		return
	}
	it, row := p.items[i], o.(*reviewRow)
	name, col := "", theme.Color(theme.ColorNameWarning)
	reason := it.Reason
	if d := p.c.Document(); it.Key.Object != 0 {
		obj, _ := d.Object(it.Key.Object)
		name, col = d.Name(it.Key.Object), rgb(obj.Color)
		reason = fmt.Sprintf("%s %.0f %%", it.Reason, 100*it.Badness)
	}
	row.show(p.thumbs.Of(it.Key), fmt.Sprint(it.Key.Frame), name, reason, col)
}

// reviewRow is a row of the queue: the frame's picture, its number and object, and
// why it is in the queue.
type reviewRow struct {
	widget.BaseWidget
	content fyne.CanvasObject
	picture *canvas.Image
	chip    *canvas.Rectangle
	frame   *widget.Label
	name    *widget.Label
	reason  *widget.Label
}

func newReviewRow() *reviewRow {
	r := &reviewRow{picture: canvas.NewImageFromImage(nil), chip: canvas.NewRectangle(color.Transparent)}
	r.frame = widget.NewLabelWithStyle("", fyne.TextAlignLeading, fyne.TextStyle{Bold: true})
	r.name, r.reason = widget.NewLabel(""), widget.NewLabel("")
	r.reason.Importance, r.reason.SizeName = widget.LowImportance, theme.SizeNameCaptionText
	for _, l := range []*widget.Label{r.name, r.reason} {
		l.Truncation = fyne.TextTruncateEllipsis
	}
	r.chip.CornerRadius = 4
	r.chip.SetMinSize(fyne.NewSquareSize(12))
	r.picture.FillMode, r.picture.ScaleMode = canvas.ImageFillContain, canvas.ImageScaleFastest
	r.picture.SetMinSize(fyne.NewSize(thumbs.Width, thumbs.Height))
	above := container.NewBorder(nil, nil, container.NewHBox(container.NewCenter(r.chip), r.frame), nil, r.name)
	r.content = container.NewBorder(nil, nil, r.picture, nil, container.New(closeRows{}, above, r.reason))
	r.ExtendBaseWidget(r)
	return r
}

func (r *reviewRow) show(img *image.RGBA, frame, name, reason string, col color.Color) {
	if r.picture.Image != image.Image(img) {
		r.picture.Image = img
		if img == nil {
			r.picture.Image = nil
		}
		controls.SetVisible(r.picture, img != nil)
		r.picture.Refresh()
	}
	setText(r.frame, frame)
	setText(r.name, name)
	setText(r.reason, reason)
	if r.chip.FillColor != col {
		r.chip.FillColor = col
		r.chip.Refresh()
	}
}

// CreateRenderer implements fyne.Widget.
func (r *reviewRow) CreateRenderer() fyne.WidgetRenderer {
	return widget.NewSimpleRenderer(r.content)
}

// closeRows lays two lines out with less room between them than labels keep.
type closeRows struct{}

// MinSize implements fyne.Layout.
func (closeRows) MinSize(o []fyne.CanvasObject) fyne.Size {
	a, b := o[0].MinSize(), o[1].MinSize()
	return fyne.NewSize(max(a.Width, b.Width), a.Height+b.Height-theme.InnerPadding())
}

// Layout implements fyne.Layout.
func (closeRows) Layout(o []fyne.CanvasObject, s fyne.Size) {
	first := o[0].MinSize().Height
	o[0].Resize(fyne.NewSize(s.Width, first))
	o[1].Move(fyne.NewPos(0, first-theme.InnerPadding()))
	o[1].Resize(fyne.NewSize(s.Width, s.Height-first+theme.InnerPadding()))
}
