package window

import (
	"context"
	"testing"
)

type someLog struct{}

func (someLog) LogFile() string               { return "/state/masklet.log" }
func (someLog) Tail(int) string               { return "level=INFO msg=start\n" }
func (someLog) Report(context.Context) string { return "Masklet 1.2.3" }

func TestLogAndReportAreAtHand(t *testing.T) {
	d := newDesk(t)
	if d.acts["show-log"].can() || d.acts["copy-report"].can() {
		t.Error("a log is offered where there is none")
	}
	d.conf.Diagnostics = someLog{}
	d.Window.do("copy-report")
	d.until("the report is on the clipboard", func() bool { return d.conf.App.Clipboard().Content() != "" })
	if got := d.conf.App.Clipboard().Content(); got != "Masklet 1.2.3" {
		t.Errorf("the clipboard holds %q", got)
	}
	d.Window.do("show-log")
	if !d.asking() {
		t.Fatal("the log does not show")
	}
}
