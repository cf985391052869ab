// Package controller is the logic behind the window: which frame, object and
// tool are current, what a click means, what is said about it. What is done to
// masks is done by a session.Session. It exists so that all of this can be
// tested without a toolkit, a video decoder or a model.
//
// A Controller is made of parts (Playback, Objects, Prompts, Tracker, Review and
// others), each for what one panel of the window shows; they share a desk. Parts
// know those that come before them in this list: desk, Messages, View, Engine,
// Playback, Objects, Preview, Painter, Prompts, Cursor, Review, Tracker,
// Estimator, History, Canvas, Works, Leaving, Files, Shelf, Controller.
//
// Goroutines: every exported method is called on the UI goroutine, which alone
// changes the document. Work that takes time runs elsewhere and comes back
// through Deps.Post. The session of a video that was closed posts nothing that
// has an effect. Where no video is open, the session is an empty one.
//
// The window asks the controller for what to show after each notification
// (Listener); the controller never calls into widgets otherwise.
package controller
