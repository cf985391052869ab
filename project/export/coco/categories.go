package coco

import (
	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/project/export"
)

// category is an entry of the COCO list of categories.
type category struct {
	ID            int    `json:"id"`
	Name          string `json:"name"`
	Supercategory string `json:"supercategory"`
}

// categories gives every object a category: its class, else its label, else
// "object". Objects that share the name share the category; IDs count from 1
// in the order of the objects.
func categories(objects []export.Object) (list []category, of map[annotate.ObjectID]int) {
	of = map[annotate.ObjectID]int{}
	byName := map[string]int{}
	for _, o := range objects {
		name := o.Class
		if name == "" {
			name = o.Label
		}
		if name == "" {
			name = "object"
		}
		if byName[name] == 0 {
			byName[name] = len(list) + 1
			list = append(list, category{len(list) + 1, name, ""})
		}
		of[o.ID] = byName[name]
	}
	return list, of
}
