-- The tables of a Masklet project file, schema version 2.
-- Frames are counted from 0, coordinates are video pixels, colours '#RRGGBB'.

-- The video the project belongs to: exactly one row.
CREATE TABLE media (
    id         INTEGER PRIMARY KEY CHECK (id = 1),
    rel_path   TEXT    NOT NULL, -- from the project file's folder, with '/'; '' where there is no such path
    abs_path   TEXT    NOT NULL,
    size       INTEGER NOT NULL, -- bytes
    quick_hash TEXT    NOT NULL,
    frames     INTEGER NOT NULL,
    width      INTEGER NOT NULL,
    height     INTEGER NOT NULL,
    rotation   INTEGER NOT NULL, -- degrees clockwise that the frames were turned for display
    timestamps TEXT    NOT NULL  -- JSON array: presentation time of every frame in seconds
) STRICT;

-- How much was ever committed: exactly one row.
CREATE TABLE progress (
    id       INTEGER PRIMARY KEY CHECK (id = 1),
    sequence INTEGER NOT NULL, -- changes done, undone or redone
    mark     INTEGER NOT NULL  -- a random number of the last transaction
) STRICT;

CREATE TABLE classes (
    id    INTEGER PRIMARY KEY,
    name  TEXT NOT NULL,
    color TEXT NOT NULL,
    key   TEXT NOT NULL DEFAULT '' -- the key that chooses it, '' none
) STRICT;

CREATE TABLE objects (
    id       INTEGER PRIMARY KEY,
    label    TEXT    NOT NULL,
    class_id INTEGER REFERENCES classes (id) DEFERRABLE INITIALLY DEFERRED,
    color    TEXT    NOT NULL,
    hidden   INTEGER NOT NULL
) STRICT;

CREATE INDEX objects_class ON objects (class_id);

-- Pixels. rle is the compressed run-length string of the COCO tools
-- ("counts" for "size": [height, width]): column-major, as pycocotools reads it.
CREATE TABLE masks (
    id     INTEGER PRIMARY KEY,
    width  INTEGER NOT NULL,
    height INTEGER NOT NULL,
    rle    TEXT    NOT NULL
) STRICT;

-- Names of engines with their model.
CREATE TABLE engines (
    id   INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
) STRICT;

-- Every mask that an object has or had on a frame, with what is known of it.
-- Rows never change; those that stand now are listed in masklets, others are
-- kept for undo.
CREATE TABLE results (
    id         INTEGER PRIMARY KEY,
    mask_id    INTEGER REFERENCES masks (id) DEFERRABLE INITIALLY DEFERRED,
    area       INTEGER NOT NULL, -- pixels
    confidence REAL    NOT NULL, -- 0..1
    score      REAL    NOT NULL, -- the engine's object score
    iou        REAL    NOT NULL, -- the engine's IoU estimate, 0 unknown
    source     TEXT    NOT NULL, -- tracked, prompted, painted, imported, warped
    engine_id  INTEGER NOT NULL REFERENCES engines (id) DEFERRABLE INITIALLY DEFERRED
) STRICT;

-- The mask that stands now of each object on each frame.
CREATE TABLE masklets (
    object_id INTEGER NOT NULL REFERENCES objects (id) DEFERRABLE INITIALLY DEFERRED,
    frame     INTEGER NOT NULL,
    result_id INTEGER NOT NULL REFERENCES results (id) DEFERRABLE INITIALLY DEFERRED,
    PRIMARY KEY (object_id, frame)
) STRICT, WITHOUT ROWID;

-- What the user said about an object on a frame.
CREATE TABLE prompts (
    object_id INTEGER NOT NULL REFERENCES objects (id) DEFERRABLE INITIALLY DEFERRED,
    frame     INTEGER NOT NULL,
    points    TEXT    NOT NULL, -- JSON: [[x, y, 1 on the object or 0 not], ...]
    box       TEXT,             -- JSON: [x0, y0, x1, y1]
    mask_id   INTEGER REFERENCES masks (id) DEFERRABLE INITIALLY DEFERRED,
    PRIMARY KEY (object_id, frame)
) STRICT, WITHOUT ROWID;

-- Frames of an object that the user accepted.
CREATE TABLE protected (
    object_id INTEGER NOT NULL REFERENCES objects (id) DEFERRABLE INITIALLY DEFERRED,
    frame     INTEGER NOT NULL,
    PRIMARY KEY (object_id, frame)
) STRICT, WITHOUT ROWID;

-- Frames on which an object is not in the picture, or something hides a part of
-- it. Both ends included; spans of one object and kind do not touch.
CREATE TABLE spans (
    object_id INTEGER NOT NULL REFERENCES objects (id) DEFERRABLE INITIALLY DEFERRED,
    kind      TEXT    NOT NULL CHECK (kind IN ('absent', 'occluded')),
    first     INTEGER NOT NULL,
    last      INTEGER NOT NULL,
    PRIMARY KEY (object_id, kind, first)
) STRICT, WITHOUT ROWID;

-- Free remarks about an object, on frames first to last, or, with -1, on all.
CREATE TABLE attributes (
    object_id INTEGER NOT NULL REFERENCES objects (id) DEFERRABLE INITIALLY DEFERRED,
    key       TEXT    NOT NULL,
    first     INTEGER NOT NULL,
    last      INTEGER NOT NULL,
    value     TEXT    NOT NULL,
    PRIMARY KEY (object_id, key, first)
) STRICT, WITHOUT ROWID;

-- What the user says of a scene cut between a frame and the one before it. Where
-- there is no row the picture says it.
CREATE TABLE cuts (
    frame  INTEGER PRIMARY KEY,
    is_cut INTEGER NOT NULL -- 1 there is a cut, 0 there is none
) STRICT;

-- Cuts at which an object's track goes on; it stops at all others.
CREATE TABLE passed_cuts (
    object_id INTEGER NOT NULL REFERENCES objects (id) DEFERRABLE INITIALLY DEFERRED,
    frame     INTEGER NOT NULL,
    PRIMARY KEY (object_id, frame)
) STRICT, WITHOUT ROWID;

-- The in/out range, both ends included: no row means the whole video.
CREATE TABLE frame_range (
    id    INTEGER PRIMARY KEY CHECK (id = 1),
    first INTEGER NOT NULL,
    last  INTEGER NOT NULL
) STRICT;

CREATE TABLE settings (
    key   TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- What can be undone (undone = 0, highest seq first) and redone (undone = 1,
-- lowest seq first). Rows of one step that is not 0 are one step for the user.
CREATE TABLE history (
    seq    INTEGER PRIMARY KEY,
    undone INTEGER NOT NULL,
    name   TEXT    NOT NULL,
    step   INTEGER NOT NULL,
    edits  TEXT    NOT NULL, -- JSON, see the package documentation
    bytes  INTEGER NOT NULL  -- what the row keeps in the file, roughly
) STRICT;

CREATE INDEX history_undone ON history (undone);
CREATE INDEX history_step ON history (step) WHERE step <> 0;

-- Propagations, so that one that was cut short can be continued.
CREATE TABLE runs (
    id        INTEGER PRIMARY KEY,
    state     TEXT    NOT NULL CHECK (state IN ('running', 'stopped', 'done')),
    step      INTEGER NOT NULL, -- history.step of its frames
    objects   TEXT    NOT NULL, -- JSON array of object IDs
    first     INTEGER NOT NULL,
    last      INTEGER NOT NULL,
    direction TEXT    NOT NULL,
    engine    TEXT    NOT NULL,
    settings  TEXT    NOT NULL, -- as the caller gave them
    phase     INTEGER NOT NULL, -- 1 encoding, 2 propagating
    started   TEXT    NOT NULL, -- RFC 3339, UTC
    ended     TEXT    NOT NULL  -- '' while it runs
) STRICT;

-- What the latest run goes on from besides the masks that stand, in the form of
-- its engine. It is gone once the run is done, and for an object once what it
-- rests on was changed.
CREATE TABLE memory (
    object_id INTEGER NOT NULL REFERENCES objects (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    frame     INTEGER NOT NULL, -- -1: of the object as a whole
    data      BLOB    NOT NULL,
    PRIMARY KEY (object_id, frame)
) STRICT;

-- For people who read the file with other tools: the masks that stand, with names.
CREATE VIEW masklet_list AS
SELECT m.object_id, coalesce(nullif(o.label, ''), c.name, '') AS label, m.frame,
       r.area, r.confidence, r.score, r.iou, r.source, e.name AS engine,
       k.width, k.height, k.rle
FROM masklets m
JOIN objects o ON o.id = m.object_id
LEFT JOIN classes c ON c.id = o.class_id
JOIN results r ON r.id = m.result_id
JOIN engines e ON e.id = r.engine_id
LEFT JOIN masks k ON k.id = r.mask_id;
