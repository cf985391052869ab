package coco

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/masklet/masklet/project/export"
	"github.com/masklet/masklet/project/export/jsonin"
	"github.com/masklet/masklet/project/natural"
)

// findFrames finds out which image is which frame: by the names of a folder's
// frames, by frame_index, or by the order of the IDs.
func (r *reader) findFrames() error {
	images, err := r.chooseVideo()
	if err != nil {
		return err
	}
	if len(images) == 0 {
		return nil
	}
	r.learnSize(images)
	frames, err := r.frames(images)
	if err != nil {
		return err
	}
	seen := map[int]jsonin.Key{}
	for i, img := range images {
		img.frame = frames[i]
		if img.frame < 0 {
			continue
		}
		if before, twice := seen[img.frame]; twice {
			return fmt.Errorf("%w: images %s and %s in %s are for the same frame %d", export.ErrImport, before, img.ID, r.path, img.frame)
		}
		seen[img.frame] = img.ID
	}
	return nil
}

// learnSize takes the size of a video of which nothing is known from an image.
func (r *reader) learnSize(images []*image) {
	for _, img := range images {
		if s := img.size(); r.in.Video.W == 0 && s.W > 0 && s.H > 0 {
			r.in.Video.W, r.in.Video.H = s.W, s.H
		}
	}
}

// chooseVideo returns the images of one video, in the order of their IDs.
func (r *reader) chooseVideo() ([]*image, error) {
	groups := map[string][]*image{}
	var names []string
	for _, id := range r.order {
		img := r.images[id]
		img.frame = -1
		g := r.group(img)
		if groups[g] == nil {
			names = append(names, g)
		}
		groups[g] = append(groups[g], img)
	}
	if len(names) > 1 && !r.distinct() {
		name, err := r.in.ChooseVideo(r.path, names)
		if err != nil {
			return nil, err
		}
		return byID(groups[name]), nil
	}
	var all []*image
	for _, id := range r.order {
		all = append(all, r.images[id])
	}
	return byID(all), nil
}

// group returns the name of the image's video, or its folder.
func (r *reader) group(img *image) string {
	for _, v := range r.videos {
		if img.VideoID != "" && v.ID == img.VideoID {
			return v.Name + v.FileName
		}
	}
	if img.VideoID != "" {
		return "video " + string(img.VideoID)
	}
	return path.Dir(slashes(img.FileName))
}

// distinct reports whether images of several folders are those of one video:
// no two of them are called alike.
func (r *reader) distinct() bool {
	if len(r.videos) > 1 {
		return false
	}
	seen := map[string]bool{}
	for _, img := range r.images {
		name := path.Base(slashes(img.FileName))
		if img.VideoID != "" || seen[name] {
			return false
		}
		seen[name] = true
	}
	return true
}

func slashes(name string) string { return strings.ReplaceAll(name, `\`, "/") }

func byID(images []*image) []*image {
	slices.SortStableFunc(images, func(a, b *image) int {
		x, okX := a.ID.Int()
		y, okY := b.ID.Int()
		if okX && okY {
			return x - y
		}
		return natural.Compare(string(a.ID), string(b.ID))
	})
	return images
}

// frames returns the frame of each image.
func (r *reader) frames(images []*image) ([]int, error) {
	if r.in.Match == export.MatchOrder {
		return r.inOrder(images)
	}
	byIndex := func() []int { return r.byFrameIndex(images) }
	if len(r.in.Video.FrameNames) == 0 && r.in.Match == export.MatchAuto {
		if frames := byIndex(); frames != nil {
			return frames, r.checkFrames(images, frames)
		}
	}
	frames, err := r.byFileName(images)
	if err == nil || r.in.Match != export.MatchAuto {
		return frames, err
	}
	if frames := byIndex(); frames != nil {
		r.in.Note("the names of the images are not those of the frames: frame_index was taken")
		return frames, r.checkFrames(images, frames)
	}
	if len(images) == r.in.Video.Frames {
		r.in.Note("the images have no frame_index and are not called like the frames: the order of their IDs was taken")
		return r.inOrder(images)
	}
	return nil, err
}

func (r *reader) byFileName(images []*image) ([]int, error) {
	names := make([]string, len(images))
	for i, img := range images {
		names[i] = path.Base(slashes(img.FileName))
		if img.Extra.Name != "" {
			names[i] = path.Base(slashes(img.Extra.Name))
		}
		if img.FileName == "" && img.Extra.Name == "" {
			return nil, fmt.Errorf("%w: the images in %s have no file_name and no frame_index, and there are %d for a video of %d frames",
				export.ErrImport, r.path, len(images), r.in.Video.Frames)
		}
	}
	return r.in.FramesOf("images in "+r.path, names)
}

// byFrameIndex returns nil if an image has no frame_index.
func (r *reader) byFrameIndex(images []*image) []int {
	out := make([]int, len(images))
	for i, img := range images {
		if img.FrameIndex == nil || !img.FrameIndex.Set {
			return nil
		}
		out[i] = img.FrameIndex.Int()
	}
	if r.in.Video.Frames == 0 {
		r.in.Video.Frames = max(r.info.Frames, slices.Max(out)+1)
	}
	return out
}

func (r *reader) inOrder(images []*image) ([]int, error) {
	if r.in.Video.Frames == 0 {
		r.in.Video.Frames = len(images)
	}
	if len(images) != r.in.Video.Frames {
		return nil, fmt.Errorf("%w: %s has %d images for a video of %d frames, so that their order says nothing",
			export.ErrImport, r.path, len(images), r.in.Video.Frames)
	}
	out := make([]int, len(images))
	for i := range out {
		out[i] = i
	}
	return out, nil
}

func (r *reader) checkFrames(images []*image, frames []int) error {
	var err error
	for i, f := range frames {
		err = errors.Join(err, r.in.CheckFrame(fmt.Sprintf("image %s in %s", images[i].ID, r.path), f))
		if err != nil {
			return err
		}
	}
	return nil
}
