// Package picture writes masks as pictures and reads the pictures of masks that
// other tools write for what they mean: grey, soft, indexed, coloured, or with
// the mask in their alpha channel. It is the one such reader: imports, prompts
// and measurements see a picture alike.
//
// One picture alone may not show how it is meant (a frame without the object
// is all noise), so a set of pictures is surveyed first.
package picture
