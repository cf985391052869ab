// Package frames stands between a video and what shows it: it decodes the frame
// that the user looks at and notes where the picture changes all at once. It
// exists because both run beside the window and share nothing with its logic.
package frames
