// Package export writes masks in the formats that other tools read, and reads
// them back: one file per format.
//
//	png    DIR/png/<object id>/<frame>.png   8-bit grey, 0 or 255, one file per tracked frame
//	davis  DIR/davis/<frame>.png             one indexed PNG per frame, index = object id
//	coco   DIR/coco.json                     run-length masks or polygons, with track_id
//	run    DIR/run.json                      how the masks were made, and how sure they are
//
// It exists apart from the project file so that the command line, the window
// and tests export from whatever holds masks: they hand over a Source. Masks
// are asked for frame by frame and never collected, so that memory does not
// grow with the video.
//
// Every output is written under a temporary name, synced, read back with a
// decoder that shares no code with the encoder, compared with the source, and
// only then put in its place. A full disk, a missing permission or a cancelled
// export leaves what was there before.
package export
