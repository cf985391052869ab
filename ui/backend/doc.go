// Package backend gives the controller the real video, project, engines and
// exporters. It exists so that the controller and the window can be tested
// without them, and this glue without a window.
package backend
