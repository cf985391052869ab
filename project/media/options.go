package media

// Options say how a video is opened. The zero value is good for most uses.
type Options struct {
	// CacheBytes is the budget for decoded frames; 0 means 512 MiB.
	CacheBytes int64
	// FolderFPS is the frame rate that a folder of frames gets, which has no
	// times of its own; 0 means 25, as ffmpeg assumes.
	FolderFPS float64
	// IndexFolder is where indexes are kept between runs, so that a second
	// open is instant. Empty means the user's cache folder; NoIndexFiles
	// switches it off.
	IndexFolder string
	// Ahead gives frames that are not indexed yet numbers by the container's own
	// list of pictures, where it has one, so that they can be had at once.
	Ahead bool
	// NoIndexFiles keeps the index in memory only.
	NoIndexFiles bool
}

func (o Options) withDefaults() Options {
	if o.CacheBytes <= 0 {
		o.CacheBytes = 512 << 20
	}
	if o.FolderFPS <= 0 {
		o.FolderFPS = 25
	}
	return o
}
