package dialogs

import (
	"context"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
)

// libraryRow shows which ONNX Runtime library runs the models, and lets the user
// choose a build of their own.
func (m *ModelsDialog) libraryRow() fyne.CanvasObject {
	name, text := "ONNX Runtime", "The library that came with Masklet"
	choose := m.h.button("Choose your own ...", theme.FolderOpenIcon(), m.askLibrary)
	buttons := container.NewHBox(choose)
	m.actions = append(m.actions, choose)
	if own := m.store.Library(); own != "" {
		text = "Your own: " + own
		back := m.h.button("Use Masklet's", nil, func() { m.useLibrary("") })
		buttons.Add(back)
		m.actions = append(m.actions, back)
	}
	return container.NewBorder(nil, nil, nil, buttons, two(name, text))
}

func (m *ModelsDialog) askLibrary() {
	OpenFile(m.h, "Choose an ONNX Runtime library", "", nil, func(path string) {
		m.h.Ask("Use this library?", path+" will run as part of Masklet and can do all that you can do. Choose only a file that you trust. "+
			"If the file changes, it is no longer used.", "Use it", func() { m.useLibrary(path) })
	})
}

func (m *ModelsDialog) useLibrary(path string) {
	m.run("Check the library", func(ctx context.Context, _ func(string, int64, int64)) (string, error) {
		return "The library is used from the next start of Masklet on", m.store.ChooseLibrary(ctx, path)
	})
}
