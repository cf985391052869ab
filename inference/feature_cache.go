package inference

// FeatureKey names what an engine computed for one frame.
type FeatureKey struct {
	Model string // engine and hash of its model
	Media string // hash of the video (Frames.Hash)
	Size  int    // input or working size in pixels
	Frame int
}

// FeatureCache keeps what engines compute per frame.
type FeatureCache struct{}

// Get returns the stored bytes of a frame; they must not be changed.
func (c *FeatureCache) Get(k FeatureKey) ([]byte, bool) { return nil, false }

// Put stores the bytes of a frame and takes them over.
func (c *FeatureCache) Put(k FeatureKey, data []byte) {}

// Has reports whether Get would find the frame.
func (c *FeatureCache) Has(k FeatureKey) bool { return false }
