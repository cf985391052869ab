//go:build windows || darwin

package filedialog

import (
	"errors"
	"fmt"
	"os"

	"github.com/ncruces/zenity"
)

// ask asks with the system's dialog.
func ask(r Request) (string, error) {
	options := []zenity.Option{zenity.Title(r.Title), zenity.Filename(r.Start + string(os.PathSeparator)), zenity.Modal()}
	if r.Folder {
		options = append(options, zenity.Directory())
	} else if r.Extensions != nil {
		filter := zenity.FileFilter{Name: "What can be opened", CaseFold: true}
		for _, e := range r.Extensions {
			filter.Patterns = append(filter.Patterns, "*"+e)
		}
		options = append(options, filter)
	}
	path, err := zenity.SelectFile(options...)
	switch {
	case errors.Is(err, zenity.ErrCanceled):
		return "", nil
	case err != nil:
		return "", fmt.Errorf("%w: %w", ErrNone, err)
	}
	return path, nil
}
