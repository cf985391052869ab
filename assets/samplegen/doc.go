// Package samplegen draws the sample clip that is embedded in the program, with
// the true mask of every object on every frame, and the program's icon.
// Everything is computed: no foreign picture or footage is in it.
//
// It is made of tests, so that no binary holds it: they check that the embedded
// truth is what is drawn, and write all files again with the flag -write (needs
// ffmpeg): make sample.
package samplegen
