package modelpack

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"strings"
)

//go:embed catalogue.json
var catalogueJSON []byte

// Official is a checkpoint that its publisher offers for download.
type Official struct {
	Name    string `json:"name"` // for "masklet model get"
	Title   string `json:"title"`
	URL     string `json:"url"`
	Size    int64  `json:"size"` // in bytes
	SHA256  string `json:"sha256"`
	Licence string `json:"licence"`
}

// Catalogue returns the official checkpoints, smallest first. Sizes and hashes
// are those of the files that Meta publishes.
func Catalogue() []Official {
	var list []Official
	if err := json.Unmarshal(catalogueJSON, &list); err != nil {
		panic("the embedded catalogue is broken: " + err.Error())
	}
	return list
}

// LookUp returns the official checkpoint of that name. The error wraps
// ErrNotFound and lists the names there are.
func LookUp(name string) (Official, error) {
	var names []string
	for _, o := range Catalogue() {
		if o.Name == name {
			return o, nil
		}
		names = append(names, o.Name)
	}
	return Official{}, fmt.Errorf("%w to download: %q (have %s)", ErrNotFound, name, strings.Join(names, ", "))
}

func officialBySum(sum string) (Official, bool) {
	for _, o := range Catalogue() {
		if o.SHA256 == sum {
			return o, true
		}
	}
	return Official{}, false
}
