package shelf

import (
	"sync"

	"github.com/masklet/masklet/project/clips"
)

// keeper writes what clips share, the latest of it last.
type keeper struct {
	mu     sync.Mutex
	latest *kept // nil: all is written
	disk   sync.Mutex
}

// kept is what is to be written.
type kept struct {
	folder string
	shared clips.Shared
}

// put makes s the latest.
func (k *keeper) put(folder string, s clips.Shared) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.latest = &kept{folder, s}
}

// write writes the latest, unless another call does or did.
func (k *keeper) write() error {
	k.disk.Lock()
	defer k.disk.Unlock()
	k.mu.Lock()
	now := k.latest
	k.latest = nil
	k.mu.Unlock()
	if now == nil {
		return nil
	}
	return now.shared.Write(now.folder)
}
