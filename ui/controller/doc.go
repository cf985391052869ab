// Package controller is the session logic behind the window: which frame,
// object and tool are current, what a click means, what runs in the background
// and what its answers change. It exists so that all of this can be tested
// without a toolkit, a video decoder or a model.
//
// Goroutines: every exported method is called on the UI goroutine, which alone
// changes the document. Work that takes time runs elsewhere and comes back
// through Deps.Post. An answer that is no longer wanted (a newer click, a
// removed object, another video or engine) is recognised by its sequence
// number or generation and dropped.
//
// The window asks the controller for what to show after each notification
// (Listener); the controller never calls into widgets otherwise.
package controller
