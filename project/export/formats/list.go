package formats

import "github.com/masklet/masklet/project/export"

// Listed is a format as `masklet formats -json` lists it.
type Listed struct {
	Name   string       `json:"name"`
	Label  string       `json:"label"`
	Writes bool         `json:"writes"`
	Reads  bool         `json:"reads"`
	Place  string       `json:"place"`
	About  string       `json:"about"`
	Holds  export.Holds `json:"holds"`
}

// List lists the formats.
func List() []Listed {
	var out []Listed
	for _, f := range All() {
		out = append(out, Listed{f.Name, f.Label, f.Write != nil, f.Read != nil, f.Place, f.About, f.Holds})
	}
	return out
}
