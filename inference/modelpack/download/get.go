package download

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/masklet/masklet/inference/modelpack"
)

// Folder is the folder inside a folder of packs that downloads go to.
const Folder = ".downloads"

// Options say how a model is fetched and imported.
type Options struct {
	Size     int                // input size of the pack, 0: 1024
	Root     string             // the folder that gets the pack
	Keep     bool               // keep the checkpoint for another import
	Progress modelpack.Progress // may be nil
}

// Get downloads an official checkpoint and makes a pack of it. Unless it is to
// be kept, the checkpoint is removed when the pack is installed.
func (f *Fetcher) Get(ctx context.Context, o modelpack.Official, opt Options) (*modelpack.Pack, error) {
	dir := filepath.Join(opt.Root, Folder)
	path, err := f.Fetch(ctx, o, dir, opt.Progress)
	if err != nil {
		return nil, err
	}
	p, err := modelpack.Import(ctx, path, modelpack.Options{Size: opt.Size, Name: o.Name, DestRoot: opt.Root, Progress: opt.Progress})
	if err != nil {
		return nil, err
	}
	if !opt.Keep {
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return p, err
		}
		// The folder stays if another download is in it.
		_ = os.Remove(dir)
	}
	return p, nil
}
