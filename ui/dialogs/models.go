package dialogs

import (
	"context"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
	"golang.org/x/time/rate"

	"github.com/masklet/masklet/ui/controls"
	"github.com/masklet/masklet/ui/plain"
)

// Model is an installed model, or one to download.
type Model struct {
	Name    string
	Text    string // family, input size
	Bytes   int64
	Licence string
	Err     error // why an installed one cannot be used
}

// ModelStore is what the dialog works with. Methods with a context may take
// long and are called on other goroutines.
type ModelStore interface {
	Installed() ([]Model, error)
	Available() []Model
	Folder() string
	Get(ctx context.Context, name string, size int, progress func(stage string, done, total int64)) (string, error)
	Import(ctx context.Context, path string, size int, progress func(stage string, done, total int64)) (string, error)
	Check(ctx context.Context, name string, progress func(stage string, done, total int64)) error
	Remove(name string) error
	// Library is the user's own ONNX Runtime library, "" for the one that came with
	// the program; ChooseLibrary changes it from the next start on.
	Library() string
	ChooseLibrary(ctx context.Context, path string) error
}

// ModelsDialog lists models, and gets, imports, checks and removes them.
type ModelsDialog struct {
	h       *Host
	store   ModelStore
	d       *dialog.CustomDialog
	start   Start
	post    func(func())
	changed func()

	installed *fyne.Container
	library   *fyne.Container
	offered   *fyne.Container
	size      *widget.Select
	stage     *widget.Label
	bar       *widget.ProgressBar
	stop      *controls.Button
	working   *fyne.Container
	actions   []*controls.Button
	cancel    context.CancelFunc
	text      *widget.Label
}

// Start runs f on a goroutine that the window waits for when it closes. The
// context ends with the window, or when cancel is called.
type Start func(f func(ctx context.Context)) (cancel context.CancelFunc)

// ShowModels shows the dialog. post runs functions on the UI goroutine; changed
// is called after a model was added or removed.
func ShowModels(h *Host, store ModelStore, start Start, post func(func()), changed func()) *ModelsDialog {
	m := &ModelsDialog{h: h, store: store, start: start, post: post, changed: changed}
	m.installed, m.offered, m.library = container.NewVBox(), container.NewVBox(), container.NewVBox()
	m.size = widget.NewSelect([]string{"1024", "768", "512"}, nil)
	m.size.SetSelected("1024")
	m.stage, m.bar = widget.NewLabel(""), widget.NewProgressBar()
	m.stage.Truncation = fyne.TextTruncateEllipsis
	m.stop = h.button("Cancel", theme.CancelIcon(), func() {
		if m.cancel != nil {
			m.cancel()
		}
	})
	m.working = container.NewVBox(m.stage, container.NewBorder(nil, nil, nil, m.stop, m.bar))
	m.working.Hide()
	m.text = wrapped("")
	imp := h.button("Import a checkpoint or pack ...", theme.FolderOpenIcon(), m.askImport)
	m.actions = append(m.actions, imp)
	where := widget.NewLabel("Folder: " + store.Folder())
	where.Importance = widget.LowImportance
	where.Truncation = fyne.TextTruncateEllipsis
	body := container.NewBorder(nil, container.NewVBox(m.working, m.text), nil, nil, container.NewVScroll(container.NewVBox(
		bold("Installed"), m.installed, where,
		bold("To download"), muted("Only on request: nothing else in the program uses the network."), m.offered,
		container.NewHBox(imp, layout.NewSpacer(), widget.NewLabel("Input size"), m.size),
		bold("What runs them"), m.library,
	)))
	m.d = dialog.NewCustomWithoutButtons("Models", body, h.win)
	m.d.SetButtons([]fyne.CanvasObject{h.button("Close", nil, m.d.Hide)})
	m.d.SetOnClosed(func() {
		if m.cancel != nil {
			m.cancel()
		}
	})
	m.d.Resize(fyne.NewSize(h.width(720), h.height(640)))
	m.refresh()
	h.show(m.d, nil)
	return m
}

func (m *ModelsDialog) refresh() {
	m.actions = m.actions[:1]
	m.installed.RemoveAll()
	list, err := m.store.Installed()
	if err != nil {
		m.text.SetText(plain.Sentence(err))
	}
	for _, k := range list {
		m.installed.Add(m.installedRow(k))
	}
	if len(list) == 0 {
		m.installed.Add(muted("No model is installed. The built-in engine is always there and needs none."))
	}
	m.library.RemoveAll()
	m.library.Add(m.libraryRow())
	m.offered.RemoveAll()
	for _, k := range m.store.Available() {
		get := m.h.button("Get", theme.DownloadIcon(), func() {
			m.run("Download "+k.Name, func(ctx context.Context, p func(string, int64, int64)) (string, error) {
				name, err := m.store.Get(ctx, k.Name, m.inputSize(), p)
				return "Installed " + name, err
			})
		})
		m.actions = append(m.actions, get)
		m.offered.Add(container.NewBorder(nil, nil, nil, get, two(k.Name, k.Text+", "+Bytes(k.Bytes)+", "+k.Licence)))
	}
}

func (m *ModelsDialog) installedRow(k Model) fyne.CanvasObject {
	check := m.h.button("Check", theme.ConfirmIcon(), func() {
		m.run("Check "+k.Name, func(ctx context.Context, p func(string, int64, int64)) (string, error) {
			return k.Name + " is whole and works", m.store.Check(ctx, k.Name, p)
		})
	})
	remove := m.h.button("", theme.DeleteIcon(), func() {
		m.h.Ask("Remove "+k.Name, "Delete this model from the disk? It can be installed again.", "Delete", func() {
			m.ended("Removed "+k.Name, m.store.Remove(k.Name))
		})
	})
	m.actions = append(m.actions, check, remove)
	text := k.Text + ", " + Bytes(k.Bytes)
	if k.Err != nil {
		text = "cannot be used: " + plain.Line(k.Err)
	}
	return container.NewBorder(nil, nil, nil, container.NewHBox(check, remove), two(k.Name, text))
}

func (m *ModelsDialog) askImport() {
	OpenFile(m.h, "Import a model", "", []string{".pt", ".safetensors", ".zip"}, func(path string) {
		m.run("Import", func(ctx context.Context, p func(string, int64, int64)) (string, error) {
			name, err := m.store.Import(ctx, path, m.inputSize(), p)
			return "Installed " + name, err
		})
	})
}

func (m *ModelsDialog) inputSize() int {
	switch m.size.Selected {
	case "512":
		return 512
	case "768":
		return 768
	}
	return 1024
}

// run does something that takes long, one at a time.
func (m *ModelsDialog) run(name string, f func(ctx context.Context, progress func(stage string, done, total int64)) (string, error)) {
	if m.cancel != nil {
		return
	}
	m.enable(false)
	m.text.SetText("")
	m.stage.SetText(name + " ...")
	m.bar.SetValue(0)
	m.working.Show()
	shown := rate.Sometimes{Interval: 80 * time.Millisecond} // newer updates follow
	m.cancel = m.start(func(ctx context.Context) {
		text, err := f(ctx, func(stage string, done, total int64) {
			shown.Do(func() {
				m.post(func() {
					m.stage.SetText(name + ": " + stage)
					if total > 0 {
						m.stage.SetText(name + ": " + stage + ", " + Bytes(done) + " of " + Bytes(total))
						m.bar.SetValue(min(1, float64(done)/float64(total)))
					}
				})
			})
		})
		stopped := ctx.Err() != nil && err != nil
		m.post(func() {
			m.cancel = nil
			m.working.Hide()
			m.enable(true)
			if stopped {
				text, err = "Cancelled", nil
			}
			m.ended(text, err)
		})
	})
}

func (m *ModelsDialog) ended(text string, err error) {
	m.text.Importance = widget.SuccessImportance
	if err != nil {
		m.text.Importance, text = widget.DangerImportance, plain.Sentence(err)
	}
	m.text.SetText(text)
	m.refresh()
	m.changed()
}

func (m *ModelsDialog) enable(on bool) {
	for _, b := range m.actions {
		if on {
			b.Enable()
		} else {
			b.Disable()
		}
	}
}
