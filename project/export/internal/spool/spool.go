// Package spool keeps pieces of data on disk until they are written in another
// order: formats that want all masks of an object together must not hold them in
// memory.
package spool

import (
	"bufio"
	"os"
)

// File is a temporary file of pieces. It belongs to one goroutine.
type File struct {
	f  *os.File
	w  *bufio.Writer
	at int64
}

// Piece is where a piece lies.
type Piece struct {
	at int64
	n  int
}

// New returns an empty file, which nobody else sees where the system allows that.
func New() (*File, error) {
	f, err := os.CreateTemp("", ".masklet-spool-*")
	if err != nil {
		return nil, err
	}
	_ = os.Remove(f.Name()) // else Close does it
	return &File{f: f, w: bufio.NewWriterSize(f, 256<<10)}, nil
}

// Add adds a piece.
func (s *File) Add(data []byte) (Piece, error) {
	p := Piece{s.at, len(data)}
	_, err := s.w.Write(data)
	s.at += int64(len(data))
	return p, err
}

// Read returns a piece.
func (s *File) Read(p Piece) ([]byte, error) {
	if s.w.Buffered() > 0 {
		if err := s.w.Flush(); err != nil {
			return nil, err
		}
	}
	data := make([]byte, p.n)
	_, err := s.f.ReadAt(data, p.at)
	return data, err
}

// Close removes the file.
func (s *File) Close() {
	_ = s.f.Close() // nothing of it is wanted any more
	_ = os.Remove(s.f.Name())
}
