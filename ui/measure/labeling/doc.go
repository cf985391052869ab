// Package labeling is a simulated user of the window: one who clicks an object, tracks it,
// and then does what the review queue proposes, until the masks are good enough. It
// counts the actions that takes: clicks and keys.
//
// It exists so that the work a user has can be measured without one. It drives the
// window's controller, and looks at the true masks only to judge what a user would see,
// and to place its clicks. What it did can be done again in the real window.
package labeling
