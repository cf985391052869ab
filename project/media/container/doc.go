// Package container reads of video files what must be known before a decoder
// sees them: of which format they are, whether they are whole, which track is to
// be shown, and how its pictures are turned. Where a decoder would take a file
// otherwise than the file says, it makes a view of it: a source in which a few
// bytes are others.
//
// It exists because FFmpeg through OpenCV takes the first video track, believes
// the number of frames of an AVI header, and takes a mirror for a turn. It
// decodes nothing and needs no decoder; a file that it cannot understand is left
// to the decoder as it is.
package container
