package backend

import (
	"context"
	"path/filepath"

	"github.com/masklet/masklet/inference/ort"
)

// Prefs keeps small values between sessions of the program.
type Prefs interface {
	Get(key string) string
	Set(key, value string)
}

// Keys of the preferences: the user's own ONNX Runtime library and its sha256.
const (
	libraryPath = "onnxruntime.path"
	librarySum  = "onnxruntime.sha256"
)

// AllowLibrary has the library used that the user chose in the Models dialog,
// if it is still the same file. It must be called before an engine is opened.
func AllowLibrary(ctx context.Context, prefs Prefs) error {
	path := prefs.Get(libraryPath)
	if path == "" {
		return nil
	}
	return ort.Allow(ctx, path, prefs.Get(librarySum))
}

// Library implements dialogs.ModelStore.
func (m *Models) Library() string { return m.prefs.Get(libraryPath) }

// ChooseLibrary implements dialogs.ModelStore.
func (m *Models) ChooseLibrary(ctx context.Context, path string) error {
	sum := ""
	if path != "" {
		var err error
		if path, err = filepath.Abs(path); err != nil {
			return err
		}
		if sum, err = ort.Sum(ctx, path); err != nil {
			return err
		}
	}
	m.prefs.Set(libraryPath, path)
	m.prefs.Set(librarySum, sum)
	return nil
}
