package checkpoint

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
)

type kind int

const (
	kindZip kind = iota + 1
	kindSafetensors
)

// legacyMagic is the pickled number that begins files of PyTorch before 1.6
// (torch/serialization.py: MAGIC_NUMBER 0x1950a86a20f9469cfc6c, protocol 2).
var legacyMagic = []byte{0x80, 0x02, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19}

// foreign are beginnings of files that users mistake for checkpoints.
var foreign = []struct{ prefix, what string }{
	{"version https://git-lfs", "it is a Git LFS pointer: the real file was not fetched"},
	{"<!DOCTYPE", "it is a web page: the download went wrong"},
	{"<!doctype", "it is a web page: the download went wrong"},
	{"<html", "it is a web page: the download went wrong"},
	{"\x1f\x8b", "it is compressed with gzip: unpack it first"},
	{"7z\xbc\xaf", "it is a 7z archive: unpack it first"},
	{"GGUF", "it is a GGUF file"},
	{"\x80", "it is a bare pickle, not a zip made by torch.save"},
}

// sniff tells the format by the first bytes.
func sniff(r io.ReaderAt, size int64) (kind, error) {
	if size == 0 {
		return 0, fmt.Errorf("%w: it is empty", ErrFormat)
	}
	head := make([]byte, 32)
	n, err := r.ReadAt(head, 0)
	if err != nil && err != io.EOF {
		return 0, fmt.Errorf("read its first bytes: %w", err)
	}
	head = head[:n]
	if bytes.HasPrefix(head, []byte("PK\x03\x04")) {
		return kindZip, nil
	}
	if bytes.HasPrefix(head, legacyMagic) {
		return 0, ErrLegacy
	}
	if n > 8 && head[8] == '{' && binary.LittleEndian.Uint64(head) < 1<<40 {
		return kindSafetensors, nil
	}
	for _, f := range foreign {
		if bytes.HasPrefix(head, []byte(f.prefix)) {
			return 0, fmt.Errorf("%w: %s", ErrFormat, f.what)
		}
	}
	return 0, fmt.Errorf("%w: neither a .pt zip nor .safetensors (it begins with % x)", ErrFormat, head[:min(n, 8)])
}
