//go:build !windows && !darwin

package filedialog

import (
	"fmt"
	"net/url"
	"os"

	"github.com/rymdport/portal/filechooser"
)

// ask asks over the desktop portal.
func ask(r Request) (string, error) {
	if os.Getenv("DBUS_SESSION_BUS_ADDRESS") == "" {
		// Without one the library would try to start a bus.
		return "", ErrNone
	}
	o := &filechooser.OpenFileOptions{Directory: r.Folder, CurrentFolder: r.Start}
	if rules := r.patterns(); len(rules) > 0 && !r.Folder {
		f := &filechooser.Filter{Name: "What can be opened"}
		for _, p := range rules {
			f.Rules = append(f.Rules, filechooser.Rule{Type: filechooser.GlobPattern, Pattern: p})
		}
		all := &filechooser.Filter{Name: "All files", Rules: []filechooser.Rule{{Type: filechooser.GlobPattern, Pattern: "*"}}}
		o.Filters, o.CurrentFilter = []*filechooser.Filter{f, all}, f
	}
	uris, err := filechooser.OpenFile("", r.Title, o)
	if err != nil {
		return "", fmt.Errorf("%w: %w", ErrNone, err)
	}
	if len(uris) == 0 {
		return "", nil
	}
	return pathOf(uris[0])
}

// pathOf returns the path of a file's URI.
func pathOf(uri string) (string, error) {
	u, err := url.Parse(uri)
	if err != nil || u.Scheme != "file" {
		return "", fmt.Errorf("%s is no file of this machine", uri)
	}
	return u.Path, nil
}
