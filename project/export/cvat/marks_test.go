package cvat

import (
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/project/export"
	"github.com/masklet/masklet/project/export/internal/exporttest"
)

// What CVAT writes of a track: outside up to where the object is back, occluded,
// and attributes, of which one is the same throughout.
const fromCVAT = `<?xml version="1.0" encoding="utf-8"?>
<annotations><version>1.1</version>
<track id="4" label="dog" source="manual">
 <mask frame="0" keyframe="1" outside="0" occluded="0" rle="0, 4" left="1" top="1" width="2" height="2" z_order="0">
  <attribute name="kind">poodle</attribute><attribute name="pose">sits</attribute></mask>
 <mask frame="1" keyframe="1" outside="0" occluded="1" rle="0, 4" left="2" top="1" width="2" height="2" z_order="0">
  <attribute name="kind">poodle</attribute><attribute name="pose">runs</attribute></mask>
 <mask frame="2" keyframe="1" outside="1" occluded="0" rle="0, 4" left="2" top="1" width="2" height="2" z_order="0"></mask>
 <mask frame="5" keyframe="1" outside="0" occluded="1" rle="0, 4" left="3" top="1" width="2" height="2" z_order="0">
  <attribute name="kind">poodle</attribute><attribute name="pose">runs</attribute></mask>
 <mask frame="6" keyframe="1" outside="1" occluded="0" rle="0, 4" left="3" top="1" width="2" height="2" z_order="0"></mask>
</track>
</annotations>`

func TestOutsideOccludedAndAttributes(t *testing.T) {
	path := filepath.Join(t.TempDir(), "annotations.xml")
	exporttest.Must(t, os.WriteFile(path, []byte(fromCVAT), 0o600))
	got, objects, _ := exporttest.Read(t, Format(), path, export.Video{W: 8, H: 6, Frames: 10})
	if len(got) != 3 || len(objects) != 1 {
		t.Fatalf("%d masks of %d objects", len(got), len(objects))
	}
	want := annotate.Notes{
		Absent:   annotate.Ranges{{First: 2, Last: 4}, {First: 6, Last: 9}},
		Occluded: annotate.Ranges{{First: 1, Last: 1}, {First: 5, Last: 5}},
		Attributes: []annotate.Attribute{
			{Key: "kind", Value: "poodle"},
			{Key: "pose", Value: "sits", Frames: &annotate.Range{First: 0, Last: 0}},
			{Key: "pose", Value: "runs", Frames: &annotate.Range{First: 1, Last: 1}},
			{Key: "pose", Value: "runs", Frames: &annotate.Range{First: 5, Last: 5}},
		},
	}
	if !reflect.DeepEqual(objects[0].Notes, want) {
		t.Errorf("said %+v, want %+v", objects[0].Notes, want)
	}
}
