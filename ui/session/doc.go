// Package session is one labeling session: an open video with its document,
// history, project file and engine. Everything that a labeler can do to masks
// (prompt, track, correct, resume, review, export, import) is done here and in
// one way; the window and the command line are two drivers of it. It knows
// neither a toolkit nor flags.
//
// Goroutines: one goroutine owns a Session and alone calls its methods and
// changes its document. Work that takes time runs elsewhere and comes back
// through Config.Post; what happened is told by Config.Notify on the owner's
// goroutine. The window posts to its UI goroutine, a command runs a Loop. An
// answer that is no longer wanted (a newer prompt, a removed object, another
// engine) is recognised by its number and dropped.
package session
