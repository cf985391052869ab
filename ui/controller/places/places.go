// Package places keeps at which frame and object the user left each project, so
// that it is opened there again. It exists apart from the project files, since
// looking around in a video is no change of it.
package places

import (
	"encoding/json"

	"github.com/masklet/masklet/annotate"
)

// Prefs keeps small values between sessions of the program.
type Prefs interface {
	Get(key string) string
	Set(key, value string)
}

// Place is where the user was.
type Place struct {
	Project string // path of its file
	Frame   int
	Object  annotate.ObjectID
}

const (
	key  = "places"
	most = 100 // that are kept
)

// Of returns the place in a project; ok is false where none is kept.
func Of(p Prefs, project string) (place Place, ok bool) {
	for _, one := range all(p) {
		if one.Project == project && project != "" {
			return one, true
		}
	}
	return Place{}, false
}

// Keep keeps a place; those that were kept longest ago are forgotten.
func Keep(p Prefs, place Place) {
	if place.Project == "" {
		return
	}
	list := []Place{place}
	for _, one := range all(p) {
		if one.Project != place.Project && len(list) < most {
			list = append(list, one)
		}
	}
	if data, err := json.Marshal(list); err == nil {
		p.Set(key, string(data))
	}
}

// all returns what is kept; what cannot be read is left aside.
func all(p Prefs) (list []Place) {
	_ = json.Unmarshal([]byte(p.Get(key)), &list)
	return list
}
