// Package window is the main window: menus, tool bar, canvas, timeline, side
// panel and status bar around one controller. Widgets raise intents; the
// controller decides; the window shows what it says.
//
// It takes a fyne.App, so that it runs in tests without a screen.
package window
