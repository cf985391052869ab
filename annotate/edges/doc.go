// Package edges finds in a picture where things end: the cheapest line along edges
// between two positions (intelligent scissors), which part of a brush's dab belongs
// together, and how soft the edge of a mask is.
//
// It exists so that drawing by hand follows what is seen, with no engine asked. All of
// it works in a window around the place that is drawn at, so that its time does not
// depend on the size of the picture. Positions are video pixels, as annotate.Pt has them;
// pictures are RGBA images whose bounds start at (0, 0).
package edges
