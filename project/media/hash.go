package media

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"os"
	"path/filepath"
)

// hashBlock is the size of the blocks that QuickHash reads.
const hashBlock = 64 << 10

// QuickHash identifies a video by its size and by blocks from its head, middle
// and tail (64 KiB each), or a folder by the names and sizes of its frames and
// by the starts of the first, the middle and the last of them. It does not depend on where the video lies and is fast for files of any size.
// The result is a hexadecimal string.
func QuickHash(path string) (string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return "", openError(path, err)
	}
	if info.IsDir() {
		files, err := listFrames(path)
		if err != nil {
			return "", err
		}
		return hashFrames(path, files)
	}
	if !info.Mode().IsRegular() { // a pipe would wait for a writer
		return "", fmt.Errorf("%w: %s is no file", ErrNotVideo, path)
	}
	return hashFile(path)
}

func hashFile(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", openError(path, err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return "", openError(path, err)
	}
	size := info.Size()
	h := sha256.New()
	fmt.Fprintf(h, "file %d\n", size)
	for _, at := range []int64{0, size/2 - hashBlock/2, size - hashBlock} {
		if err := addBlock(h, f, at); err != nil {
			return "", fmt.Errorf("read %s: %w", path, err)
		}
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// addBlock adds the block of a file at an offset to a hash.
func addBlock(h hash.Hash, f *os.File, at int64) error {
	_, err := io.Copy(h, io.NewSectionReader(f, max(0, at), hashBlock))
	return err
}

func hashFrames(path string, files []frameFile) (string, error) {
	h := sha256.New()
	fmt.Fprintf(h, "folder %d\n", len(files))
	for _, f := range files {
		fmt.Fprintf(h, "%d %q\n", f.size, f.name)
	}
	for _, i := range []int{0, len(files) / 2, len(files) - 1} {
		if err := addFrame(h, filepath.Join(path, files[i].name)); err != nil {
			return "", err
		}
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// addFrame adds the start of a frame of a folder to a hash.
func addFrame(h hash.Hash, path string) error {
	f, err := os.Open(path)
	if err != nil {
		return openError(path, err)
	}
	defer f.Close()
	if err := addBlock(h, f, 0); err != nil {
		return fmt.Errorf("read %s: %w", path, err)
	}
	return nil
}
