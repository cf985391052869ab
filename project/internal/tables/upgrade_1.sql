-- From schema version 1 to 2: keys of classes, notes on objects, cuts by hand, the
-- memory of runs.
ALTER TABLE classes ADD COLUMN key TEXT NOT NULL DEFAULT '';

CREATE TABLE spans (
    object_id INTEGER NOT NULL REFERENCES objects (id) DEFERRABLE INITIALLY DEFERRED,
    kind      TEXT    NOT NULL CHECK (kind IN ('absent', 'occluded')),
    first     INTEGER NOT NULL,
    last      INTEGER NOT NULL,
    PRIMARY KEY (object_id, kind, first)
) STRICT, WITHOUT ROWID;

CREATE TABLE attributes (
    object_id INTEGER NOT NULL REFERENCES objects (id) DEFERRABLE INITIALLY DEFERRED,
    key       TEXT    NOT NULL,
    first     INTEGER NOT NULL,
    last      INTEGER NOT NULL,
    value     TEXT    NOT NULL,
    PRIMARY KEY (object_id, key, first)
) STRICT, WITHOUT ROWID;

CREATE TABLE cuts (
    frame  INTEGER PRIMARY KEY,
    is_cut INTEGER NOT NULL
) STRICT;

CREATE TABLE passed_cuts (
    object_id INTEGER NOT NULL REFERENCES objects (id) DEFERRABLE INITIALLY DEFERRED,
    frame     INTEGER NOT NULL,
    PRIMARY KEY (object_id, frame)
) STRICT, WITHOUT ROWID;

CREATE TABLE memory (
    object_id INTEGER NOT NULL REFERENCES objects (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    frame     INTEGER NOT NULL,
    data      BLOB    NOT NULL,
    PRIMARY KEY (object_id, frame)
) STRICT;
