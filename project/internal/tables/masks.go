package tables

import (
	"database/sql"
	"fmt"
	"math"
	"sync"

	"github.com/hashicorp/golang-lru/v2/simplelru"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/project/internal/dbfile"
)

// maskCacheBytes bounds the masks that are kept in memory after they were read
// from the file: enough for quick scrolling, whatever the video's length.
const maskCacheBytes = 64 << 20

// ReadConnections lets a few masks be read at the same time, also while a
// copy or a summary is being made.
const ReadConnections = 4

// maskRef is a mask of the project file. A new one lives in memory until it is
// committed; then only its row's number is kept.
type maskRef struct {
	store *Masks
	id    int64          // row in masks; 0 while mask holds it
	mask  *annotate.Mask // nil once it is committed
}

// Load implements annotate.MaskRef. It never waits for the writer.
func (r *maskRef) Load() (annotate.Mask, error) {
	r.store.mu.Lock()
	id, mask := r.id, r.mask
	r.store.mu.Unlock()
	if mask != nil {
		return *mask, nil
	}
	return r.store.load(id)
}

func (r *maskRef) row() int64 {
	r.store.mu.Lock()
	defer r.store.mu.Unlock()
	return r.id
}

// HeldBytes is what a mask that Adopt returned takes in memory because it is
// not committed; ok is false for any other mask.
func HeldBytes(m annotate.MaskRef) (bytes int64, ok bool) {
	r, ok := m.(*maskRef)
	if !ok {
		return 0, false
	}
	r.store.mu.Lock()
	defer r.store.mu.Unlock()
	if r.mask == nil {
		return 0, true
	}
	return int64(4 * len(r.mask.Runs())), true
}

// Masks reads masks by row number through a bounded cache.
type Masks struct {
	path string

	dbMu sync.RWMutex // held for reading while db is in use
	db   *sql.DB      // nil when closed

	mu         sync.Mutex // guards the references and the cache
	cache      *simplelru.LRU[int64, annotate.Mask]
	bytes      int // of the cache
	CacheBytes int // what the cache may take
}

func cachedSize(m annotate.Mask) int { return 4*len(m.Runs()) + 64 }

// NewMasks returns the masks of the project file at path, closed: see Use.
func NewMasks(path string) *Masks {
	s := &Masks{path: path, CacheBytes: maskCacheBytes}
	s.cache, _ = simplelru.NewLRU(math.MaxInt, func(_ int64, m annotate.Mask) { s.bytes -= cachedSize(m) }) // only a size of 0 is an error
	return s
}

// Use makes db, which may be nil, the one to read from, and closes the last.
func (s *Masks) Use(db *sql.DB) {
	s.dbMu.Lock()
	defer s.dbMu.Unlock()
	if s.db != nil {
		s.db.Close()
	}
	s.db = db
}

// Read calls f with the database to read from, which stays open meanwhile.
func (s *Masks) Read(f func(db *sql.DB) error) error {
	s.dbMu.RLock()
	defer s.dbMu.RUnlock()
	if s.db == nil {
		return dbfile.ErrClosed
	}
	return f(s.db)
}

// Adopt returns m as a mask that moves out of memory once it is committed.
func (s *Masks) Adopt(m annotate.MaskRef) (annotate.MaskRef, error) {
	if ref, ok := m.(*maskRef); ok && ref.store == s {
		return m, nil
	}
	mask, err := m.Load()
	if err != nil {
		return nil, fmt.Errorf("keep a mask: %w", err)
	}
	return &maskRef{store: s, mask: &mask}, nil
}

// stored tells references which rows they got, and lets their memory go.
func (s *Masks) stored(rows map[*maskRef]int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for ref, id := range rows {
		mask := *ref.mask
		ref.id, ref.mask = id, nil
		s.keep(id, mask)
	}
}

func (s *Masks) load(id int64) (annotate.Mask, error) {
	s.mu.Lock()
	mask, ok := s.cache.Get(id)
	s.mu.Unlock()
	if ok {
		return mask, nil
	}
	mask, err := s.fetch(id)
	if err != nil {
		return annotate.Mask{}, fmt.Errorf("read mask %d of %s: %w", id, dbfile.Base(s.path), err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.keep(id, mask)
	return mask, nil
}

func (s *Masks) fetch(id int64) (m annotate.Mask, err error) {
	err = s.Read(func(db *sql.DB) error {
		m, err = scanMask(db.QueryRow("SELECT width, height, rle FROM masks WHERE id = ?", id))
		return err
	})
	return m, err
}

// scanMask reads a row of width, height and rle.
func scanMask(row interface{ Scan(...any) error }) (annotate.Mask, error) {
	var w, h int
	var rle string
	if err := row.Scan(&w, &h, &rle); err != nil {
		return annotate.Mask{}, err
	}
	m, err := annotate.MaskFromRLEString(w, h, rle)
	if err != nil {
		return annotate.Mask{}, fmt.Errorf("%w: %w", dbfile.ErrDamaged, err)
	}
	return m, nil
}

// keep puts a mask into the cache; mu is held.
func (s *Masks) keep(id int64, m annotate.Mask) {
	if s.cache.Contains(id) {
		return
	}
	s.cache.Add(id, m)
	for s.bytes += cachedSize(m); s.bytes > s.CacheBytes && s.cache.Len() > 1; {
		s.cache.RemoveOldest()
	}
}
