// Package tracklet lets any engine follow an object in pieces: stretches of
// frames between scene cuts and absences, each with its own keyframes.
//
// It exists so that no engine needs to know of cuts: the session of the engine
// gets every piece (a tracklet) as an object of its own, so that prompts and the
// memory of one never guide another. An object in one piece keeps its ID, and
// the engine works as if this package were not there.
package tracklet
