// Package export writes masks in the formats that other tools read, and reads
// them back. A format is described once, by a Format, in a sub-package of its
// own; package formats lists them. What every format needs is here: the Source
// that is written, the Input that is read, how the files of frames are called
// and found again, and the record run.json.
//
// It exists apart from the project file so that the command line, the window
// and tests export from whatever holds masks: they hand over a Source. Masks
// are asked for frame by frame and never collected, so that memory does not
// grow with the video.
//
// Every output is written under a temporary name, read back with a decoder
// that shares no code with the encoder, compared with the source, and only
// then put in its place, all formats of one export together. A full disk, a
// missing permission or a cancelled export leaves what was there before.
package export
