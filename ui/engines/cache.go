package engines

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"github.com/masklet/masklet/inference"
)

// The budgets of the feature cache in bytes: in memory the frames that are in
// use, of which the largest model's take 17 MB each; on the disk a few clips.
// Where there is no disk the memory holds a short clip.
const (
	cacheMemory     = 96 << 20
	cacheMemoryOnly = 1 << 30
	cacheDisk       = 20 << 30
)

// EnvCacheGB names the environment variable with the disk budget of the
// feature cache in GB; 0 keeps the cache in memory.
const EnvCacheGB = "MASKLET_CACHE_GB"

// CacheFolder returns where encoded frames are kept; it may be deleted at any
// time.
func CacheFolder() (string, error) {
	dir, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("the user's cache folder: %w", err)
	}
	return filepath.Join(dir, "masklet", "features"), nil
}

// CacheIn opens a feature cache in a folder, with the usual budgets.
func CacheIn(folder string) (*inference.FeatureCache, error) {
	return inference.OpenFeatureCache(folder, cacheMemory, cacheDisk)
}

// OpenCache opens the feature cache of this user. When its folder cannot be
// used it returns a cache in memory together with the error.
func OpenCache() (*inference.FeatureCache, error) {
	disk := int64(cacheDisk)
	dir, err := CacheFolder()
	if v := os.Getenv(EnvCacheGB); v != "" {
		gb, perr := strconv.ParseFloat(v, 64)
		if perr != nil || !(gb >= 0 && gb < 1<<20) {
			err = fmt.Errorf("%s=%q is not a number of GB", EnvCacheGB, v)
		}
		disk = int64(gb * (1 << 30))
	}
	if err == nil {
		memory := int64(cacheMemory)
		if disk == 0 {
			memory = cacheMemoryOnly
		}
		var c *inference.FeatureCache
		if c, err = inference.OpenFeatureCache(dir, memory, disk); err == nil {
			return c, nil
		}
	}
	c, memErr := inference.OpenFeatureCache("", cacheMemoryOnly, 0)
	if memErr != nil {
		return nil, memErr
	}
	return c, fmt.Errorf("encoded frames are kept in memory only: %w", err)
}
