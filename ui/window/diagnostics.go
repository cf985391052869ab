package window

import (
	"context"

	"github.com/masklet/masklet/ui/controller"
	"github.com/masklet/masklet/ui/dialogs"
)

// Diagnostics is the log of this process and what can be told of the system.
type Diagnostics interface {
	LogFile() string
	Tail(lines int) string
	// Report may take a second.
	Report(ctx context.Context) string
}

// logLines is how much of the log is shown.
const logLines = 200

func (w *Window) diagnosed() bool { return w.conf.Diagnostics != nil }

func (w *Window) showLog() {
	d := w.conf.Diagnostics
	dialogs.ShowLog(w.host, d.LogFile(), d.Tail(logLines), w.conf.App.Clipboard().SetContent)
}

// copyReport puts the system report on the clipboard.
func (w *Window) copyReport() {
	w.start(func(ctx context.Context) {
		text := w.conf.Diagnostics.Report(ctx)
		w.conf.Deps.Post(func() {
			if !w.closed {
				w.conf.App.Clipboard().SetContent(text)
				w.c.Say(controller.Info, "The system report is on the clipboard. It names no video but those in the log of this run.")
			}
		})
	})
}
