// Package panels holds the parts of the window around the canvas: object list,
// review queue, tracking, settings, transport and status bar. Each shows what
// the controller says and passes on what the user does.
package panels
