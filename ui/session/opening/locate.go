package opening

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/masklet/masklet/project"
	"github.com/masklet/masklet/project/media"
)

// locate returns where the video of a project is: where the user said if told
// is not empty, else where it can be found without asking. The error is a
// *MissingVideo if the user should be asked.
func locate(ctx context.Context, p *project.Project, told string) (string, error) {
	var video string
	var err error
	if told == "" {
		video, err = project.FindMedia(ctx, p.Path(), p.Media(), media.QuickHash)
	} else {
		video, err = look(ctx, p, told)
	}
	if err == nil || !errors.Is(err, project.ErrMediaMissing) && !errors.Is(err, project.ErrMediaDiffers) {
		return video, err
	}
	m := &MissingVideo{Project: p.Path(), Video: told, Err: err}
	if told == "" {
		m.Video = p.Media().AbsPath
	}
	m.Reason = reason(p, m.Video, told != "", err)
	return "", m
}

// look checks the file or frame folder at path, or finds the video in that folder.
func look(ctx context.Context, p *project.Project, path string) (string, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return "", fmt.Errorf("look at %s: %w", path, err)
	}
	first := project.CheckMedia(path, p.Media(), media.QuickHash)
	if first == nil {
		return path, nil
	}
	if info, err := os.Stat(path); err != nil || !info.IsDir() {
		return "", first
	}
	found, err := project.FindMedia(ctx, p.Path(), p.Media(), media.QuickHash, path)
	if errors.Is(err, project.ErrMediaDiffers) || errors.Is(err, project.ErrMediaMissing) {
		return "", fmt.Errorf("%w in %s", project.ErrMediaMissing, path)
	}
	return found, err
}

// reason says in one sentence why the video at path is not the project's.
func reason(p *project.Project, path string, told bool, err error) string {
	name, want := filepath.Base(path), filepath.Base(p.Media().AbsPath)
	switch {
	case errors.Is(err, project.ErrMediaDiffers):
		return fmt.Sprintf("%s is not the video that %s was made for: its content is different.", name, filepath.Base(p.Path()))
	case told:
		return fmt.Sprintf("%s holds neither %s nor the same video under another name.", name, want)
	}
	return fmt.Sprintf("%s, the video of %s, is no longer in %s.", want, filepath.Base(p.Path()), filepath.Dir(path))
}
