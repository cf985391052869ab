// Package dialogs holds the dialogs of the window: opening, exporting, models,
// the list of keys. They ask; what is done with the answer is for the caller.
package dialogs
