// Package project keeps a labeler's work on one video in one .masklet file, in
// which it is always safe: there is no Save.
//
// It exists because lost hours and truncated files are what people complain
// about most in labeling tools. Every change of a document (annotate.Change)
// goes, in order, to one writer goroutine, which commits it together with its
// undo history, within two seconds and normally at once. What was reported as
// committed survives a killed program. When the disk fails, work goes on in
// memory, Status says why, and Retry commits everything that waited.
//
// # The file
//
// A project is an SQLite database in WAL mode with application_id 0x4D534B4C
// ("MSKL") and its schema version in user_version. While it is open, SQLite
// keeps the newest pages in FILE-wal (and an index in FILE-shm), and Masklet
// holds a lock on FILE-lock; all three vanish on Close. Who copies an open
// project with other means must copy FILE-wal too; SaveCopy does.
//
// A killed Masklet leaves all three. The log is read again only into the file
// that it was written for: the lock notes that file's inode, size and time, and
// the log's transactions carry a mark that names the state they began on. Where
// another file took the place, a copy of it from before too, Open takes the
// file as it is and moves the log aside (Aside). Hard links to a project that
// is in use, or was left by a kill, lead to the name it was opened under.
//
// internal/tables/schema.sql documents every table. The view masklet_list is the place to
// start for other tools:
//
//	sqlite3 clip.mp4.masklet "SELECT object_id, label, frame, rle FROM masklet_list"
//
// Masks are COCO compressed run-length strings: in Python,
// pycocotools.mask.decode({"size": [height, width], "counts": rle}).
//
// # History
//
// A row of history is one annotate.Change; rows of one step are undone
// together. Its edits are a JSON array. Each element is one of
//
//	{"results": [[object, frame, before, after], ...]}   IDs in results, 0 none
//	{"class": 1,  "before": {"name", "color", "key"} | absent, "after": ...}
//	{"object": 1, "before": {"label", "class", "color", "hidden"}, "after": ...}
//	{"prompt": [object, frame], "before": {"points", "box", "mask"}, "after": ...}
//	{"protect": [object, frame], "before": true | absent, "after": ...}
//	{"notes": 1, "before": {"absent", "occluded", "through", "attributes"} | absent, "after": ...}
//	{"cut": frame, "before": true | false | absent, "after": ...}
//	{"range": true, "before": [first, last] | absent, "after": ...}
//	{"setting": "key", "before": "text" | absent, "after": ...}
//
// Masks are therefore stored once, however often they are undone and redone.
// Within a session history is unlimited; when a project is opened, the oldest
// steps beyond HistoryLimit are dropped, with the masks that only they used.
package project
