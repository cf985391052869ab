package marks

import (
	"encoding/json"
	"reflect"
	"testing"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/project/export"
)

func TestAttributesOfOtherTools(t *testing.T) {
	var s Seen
	for frame, text := range []string{
		`{"occluded": false, "track_id": 3, "age": 4, "rotation": 0.0, "color": "red"}`,
		`{"occluded": true, "age": 4.5, "color": "red", "tags": ["a"]}`,
		`{"occluded": 1, "age": 4.5, "color": "red", "none": null}`,
		`[]`,
	}[:3] {
		s.JSON(1, frame, json.RawMessage(text))
	}
	objects := export.Known{}
	objects.Meet(1, "", "")
	s.Into(&export.Input{}, objects)
	one := func(first, last int) *annotate.Range { return &annotate.Range{First: first, Last: last} }
	want := annotate.Notes{
		Occluded: annotate.Ranges{{First: 1, Last: 2}},
		Attributes: []annotate.Attribute{
			{Key: "age", Value: "4", Frames: one(0, 0)}, {Key: "age", Value: "4.5", Frames: one(1, 2)},
			{Key: "color", Value: "red"}, {Key: "tags", Value: `["a"]`, Frames: one(1, 1)},
		},
	}
	if got := objects[1].Notes; !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, want %+v", got, want)
	}
}

func TestRecord(t *testing.T) {
	n := annotate.Notes{Absent: annotate.Ranges{{First: 1, Last: 2}}, Occluded: annotate.Ranges{{First: 4, Last: 4}},
		Attributes: []annotate.Attribute{{Key: "a", Value: "b"}, {Key: "a", Value: "c", Frames: &annotate.Range{First: 3, Last: 9}}}}
	data, err := json.Marshal(Of(n))
	if err != nil {
		t.Fatal(err)
	}
	var r Record
	if err := json.Unmarshal(data, &r); err != nil || !reflect.DeepEqual(r.Notes(), n) {
		t.Errorf("%s: %+v, %v", data, r.Notes(), err)
	}
}
