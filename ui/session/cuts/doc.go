// Package cuts finds the scene cuts of a video in the frames that pass by, on
// their way to an engine or the screen, or by going through all of them.
//
// It exists so that the timeline shows, and the session heeds, the same cuts: it
// knows no rule of its own, and asks that of the engines only where the colours of
// neighbours allow a cut.
package cuts
