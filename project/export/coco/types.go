package coco

import "github.com/masklet/masklet/project/export/internal/marks"

// The records of a COCO file. Beside the format's own fields there are
// frame_index, timestamp (seconds) and track_ids for an image, and track_id and
// confidence for an annotation. An object that was tracked and not seen on a
// frame has no annotation there, since tools expect an area; that it was
// tracked shows in the image's track_ids. The list tracks names the objects.
//
// Source: cocodataset.org, "Data format", object detection.
type cocoImage struct {
	ID         int     `json:"id"` // frame index + 1
	FileName   string  `json:"file_name"`
	Width      int     `json:"width"`
	Height     int     `json:"height"`
	FrameIndex *int    `json:"frame_index,omitempty"`
	Timestamp  float64 `json:"timestamp"`
	TrackIDs   []int   `json:"track_ids,omitempty"`
}

type cocoAnnotation struct {
	ID           int     `json:"id"`
	ImageID      int     `json:"image_id"`
	CategoryID   int     `json:"category_id"`
	Segmentation any     `json:"segmentation"` // cocoRLE or [][]int
	Area         int     `json:"area"`
	BBox         [4]int  `json:"bbox"` // x, y, width, height
	IsCrowd      int     `json:"iscrowd"`
	TrackID      int     `json:"track_id"`
	Confidence   float64 `json:"confidence"`
	// Attributes are those of the object, and occluded.
	Attributes map[string]any `json:"attributes,omitempty"`
}

type cocoRLE struct {
	Size   [2]int `json:"size"` // height, width
	Counts string `json:"counts"`
}

type cocoInfo struct {
	Description string `json:"description"`
	Video       string `json:"video"`
	Frames      int    `json:"frames"`
}

// cocoTrack keeps what the user calls an object, which the format itself has no
// place for: a category is shared by objects. What is said of the object stands
// here, too.
type cocoTrack struct {
	ID    int    `json:"id"`
	Label string `json:"label"`
	Class string `json:"class"`
	marks.Record
}
