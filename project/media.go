package project

import (
	"context"

	"github.com/masklet/masklet/project/internal/mediaref"
)

// Media identifies the video of a project and says how its frames are counted.
type Media = mediaref.Ref

// Hasher returns a hash of the content of a video file or frame folder that
// does not depend on its name or place: media.QuickHash.
type Hasher = mediaref.Hasher

// CheckMedia reports whether the file or frame folder at path is the video m:
// an error wraps ErrMediaMissing or ErrMediaDiffers. Its name does not matter.
func CheckMedia(path string, m Media, hash Hasher) error { return mediaref.Check(path, m, hash) }

// FindMedia looks for the video m of the project file at projectPath: at its
// path relative to the project, at its absolute path, and then, by content,
// among the files of the project's folder and of the folders in also. It
// returns the absolute path of what it found. The error wraps ErrMediaMissing,
// or ErrMediaDiffers if a different video lies at one of the two paths.
func FindMedia(ctx context.Context, projectPath string, m Media, hash Hasher, also ...string) (string, error) {
	return mediaref.Find(ctx, projectPath, m, hash, also...)
}
