// Package download fetches official checkpoints when the user asks for one.
//
// It is the only package of Masklet that opens a network connection, and it
// does so only from Fetch: everything else works on files that are there. It
// knows one address per model, the publisher's, and lets no file be used before
// its size and SHA-256 are those of the catalogue. An interrupted download goes
// on where it stopped.
package download
