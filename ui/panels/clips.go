package panels

import (
	"fmt"
	"image/color"
	"path/filepath"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/masklet/masklet/project/clips"
	"github.com/masklet/masklet/ui/actions"
	"github.com/masklet/masklet/ui/controller/shelf"
	"github.com/masklet/masklet/ui/controls"
)

// ClipList is what the panel shows and changes.
type ClipList interface {
	Folder() string
	Rows() []shelf.Row
	Current() int
	Show(i int)
	Go(n int)
	ToggleChecked()
	Checked() bool
}

// Clips is the list of the clips of a folder.
type Clips struct {
	Content fyne.CanvasObject

	c       ClipList
	title   *widget.Label
	count   *widget.Label
	list    *widget.List
	checked *controls.Button
	shown   string // folder
	current int
}

// NewClips returns the panel. exportAll is asked for by its button.
func NewClips(c ClipList, desk controls.Desk, exportAll func()) *Clips {
	p := &Clips{c: c, current: -1, count: widget.NewLabel("")}
	p.title = widget.NewLabelWithStyle("", fyne.TextAlignLeading, fyne.TextStyle{Bold: true})
	p.title.Truncation, p.count.Truncation = fyne.TextTruncateEllipsis, fyne.TextTruncateEllipsis
	p.count.Importance = widget.LowImportance
	p.list = widget.NewList(func() int { return len(c.Rows()) }, p.make, p.fill)
	p.list.OnSelected = func(i widget.ListItemID) {
		if i != c.Current() {
			c.Show(i)
		}
	}
	previous := controls.NewButton(desk, "", theme.NavigateBackIcon(), actions.Hint("previous-clip"), func() { c.Go(-1) })
	next := controls.NewButton(desk, "", theme.NavigateNextIcon(), actions.Hint("next-clip"), func() { c.Go(1) })
	p.checked = controls.NewButton(desk, "", theme.ConfirmIcon(), actions.Hint("clip-checked"), c.ToggleChecked)
	export := controls.NewButton(desk, "", theme.UploadIcon(), actions.Hint("export-all"), exportAll)
	p.Content = container.NewBorder(container.NewVBox(p.title, p.count), container.NewGridWithColumns(4, previous, next, p.checked, export), nil, nil, p.list)
	p.Update()
	return p
}

// Update shows the folder as it is now.
func (p *Clips) Update() {
	rows := p.c.Rows()
	done := 0
	for _, r := range rows {
		if r.State == clips.Checked {
			done++
		}
	}
	p.title.SetText(filepath.Base(p.c.Folder()))
	p.count.SetText(fmt.Sprintf("%d of %d clips checked", done, len(rows)))
	importance := widget.MediumImportance
	if p.c.Current() >= 0 && p.c.Checked() {
		importance = widget.SuccessImportance
	}
	if p.checked.Importance != importance {
		p.checked.Importance = importance
		p.checked.Refresh()
	}
	p.list.Refresh()
	if now := p.c.Current(); now != p.current || p.c.Folder() != p.shown {
		p.current, p.shown = now, p.c.Folder()
		p.list.UnselectAll()
		if now >= 0 {
			p.list.Select(now)
		}
	}
}

func (p *Clips) make() fyne.CanvasObject {
	picture := canvas.NewImageFromImage(nil)
	picture.FillMode = canvas.ImageFillContain
	picture.SetMinSize(fyne.NewSize(64, 40))
	name, state := widget.NewLabel("name"), canvas.NewText("state", theme.Color(theme.ColorNamePlaceHolder))
	name.Truncation = fyne.TextTruncateEllipsis
	state.TextSize = theme.CaptionTextSize()
	return container.NewBorder(nil, nil, container.NewCenter(picture), nil,
		container.NewBorder(nil, container.New(&indent{theme.InnerPadding()}, state), nil, nil, name))
}

func (p *Clips) fill(i widget.ListItemID, o fyne.CanvasObject) {
	rows := p.c.Rows()
	if i >= len(rows) {
		return
	}
	r := rows[i]
	row := o.(*fyne.Container)
	text := row.Objects[0].(*fyne.Container)
	picture := row.Objects[1].(*fyne.Container).Objects[0].(*canvas.Image)
	state := text.Objects[1].(*fyne.Container).Objects[0].(*canvas.Text)
	text.Objects[0].(*widget.Label).SetText(r.Name())
	state.Text, state.Color = stateText(r.Clip), stateColor(r.Clip)
	state.Refresh()
	if r.Thumbnail != nil && picture.Image != r.Thumbnail {
		picture.Image = r.Thumbnail
		picture.Refresh()
	} else if r.Thumbnail == nil && picture.Image != nil {
		picture.Image = nil
		picture.Refresh()
	}
}

func stateText(c clips.Clip) string {
	switch {
	case c.Problem != "":
		return "cannot be read"
	case c.State == clips.New:
		return "new"
	case c.Objects == 1:
		return string(c.State) + ", 1 object"
	}
	return fmt.Sprintf("%s, %d objects", c.State, c.Objects)
}

func stateColor(c clips.Clip) color.Color {
	name := theme.ColorNamePlaceHolder
	switch {
	case c.Problem != "":
		name = theme.ColorNameError
	case c.State == clips.Begun:
		name = theme.ColorNameWarning
	case c.State == clips.Tracked:
		name = theme.ColorNamePrimary
	case c.State == clips.Checked:
		name = theme.ColorNameSuccess
	}
	return theme.Color(name)
}

// indent leaves room to the left and below.
type indent struct{ by float32 }

// MinSize implements fyne.Layout.
func (l *indent) MinSize(o []fyne.CanvasObject) fyne.Size {
	return o[0].MinSize().AddWidthHeight(l.by, l.by/2)
}

// Layout implements fyne.Layout.
func (l *indent) Layout(o []fyne.CanvasObject, s fyne.Size) {
	o[0].Move(fyne.NewPos(l.by, 0))
	o[0].Resize(fyne.NewSize(s.Width-l.by, s.Height-l.by/2))
}
