package media

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
)

// hashBlock is the size of the blocks that QuickHash reads.
const hashBlock = 64 << 10

// QuickHash identifies a video by its size and by blocks from its head, middle
// and tail (64 KiB each), or a folder by the names and sizes of its frames. It
// does not depend on where the video lies and is fast for files of any size.
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
		return hashFrames(files), nil
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
		block := io.NewSectionReader(f, max(0, at), hashBlock)
		if _, err := io.Copy(h, block); err != nil {
			return "", fmt.Errorf("read %s: %w", path, err)
		}
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

func hashFrames(files []frameFile) string {
	h := sha256.New()
	fmt.Fprintf(h, "folder %d\n", len(files))
	for _, f := range files {
		fmt.Fprintf(h, "%d %q\n", f.size, f.name)
	}
	return hex.EncodeToString(h.Sum(nil))
}
