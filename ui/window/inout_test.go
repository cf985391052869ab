package window

import "testing"

// The latest export's folder and formats are offered again, the name of its new
// folder for the same video alone.
func TestLastExportIsOffered(t *testing.T) {
	p := mapPrefs{}
	if k := lastExport(p, "/v/a.mp4", "/v"); k.Folder != "/v" || k.Name != "a-masks" || k.Formats != nil {
		t.Errorf("at first %+v", k)
	}
	keptExport{Video: "/v/a.mp4", Folder: "/out", Name: "mine", Formats: []string{"coco"}, Polygons: true}.keep(p)
	if k := lastExport(p, "/v/a.mp4", "/v"); k.Folder != "/out" || k.Name != "mine" || len(k.Formats) != 1 || !k.Polygons {
		t.Errorf("the same video: %+v", k)
	}
	if k := lastExport(p, "/v/b.mp4", "/v"); k.Folder != "/out" || k.Name != "b-masks" || len(k.Formats) != 1 {
		t.Errorf("another video: %+v", k)
	}
	p[exportKey] = "{"
	if k := lastExport(p, "/v/a.mp4", "/v"); k.Folder != "/v" || k.Name != "a-masks" {
		t.Errorf("what cannot be read: %+v", k)
	}
}
