// Package backend gives the dialogs the model packs of this user. It exists so
// that the dialogs can be tested without a folder of packs.
package backend
