// Package frameindex knows the frames of a video: when each is shown, and what
// its pixels add up to. It grows while the video is read from its start, and
// before that may lean on the times that a container lists of all pictures, so
// that a frame far ahead has its number at once. It decodes nothing.
package frameindex
