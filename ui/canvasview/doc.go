// Package canvasview is the widget that shows a frame with its masks and
// prompts and turns mouse input into intents in video pixels. It decides
// nothing: its callbacks say what the user did, and it shows the scene it is
// given.
//
// The frame and the mask overlay are two stacked images, so that panning moves
// textures instead of uploading them. Masks become pixels on a worker; the
// overlay has two buffers, of which the one on the screen is never written to.
package canvasview
