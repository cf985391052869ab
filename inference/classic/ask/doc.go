// Package ask turns clicks and a box on one frame into a mask by asking the
// promptable network. It exists beside package click, which answers the same
// prompts without learned weights, because a network has other weaknesses: it is
// shown several crops and the answers are weighed against each other, and it is
// kept from changing what a click does not mean.
//
// All decisions are made in the crops' own pixels, so that they cost the same on
// every video; the mask is drawn at the video's size at the end.
package ask
