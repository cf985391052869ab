package png

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"

	"github.com/masklet/masklet/project/export"
	"github.com/masklet/masklet/project/export/picture"
)

// read takes the output folder of a run, its png folder (one sub-folder per
// object, called by its ID), or a folder of masks of one object, which gets
// ID 1. How a mask shows in its picture is found out by package picture.
func read(ctx context.Context, path string, in *export.Input) ([]export.Object, error) {
	dir := export.SubFolder(path, "png")
	folders, err := objectFolders(dir)
	if err != nil {
		return nil, err
	}
	var files []maskFile
	for _, f := range folders {
		paths, err := export.Files(f.path, picture.Extensions()...)
		if err != nil {
			return nil, err
		}
		for _, p := range paths {
			files = append(files, maskFile{object: f.id, path: p})
		}
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("%w: %s holds no PNG masks", export.ErrImport, dir)
	}
	if err := strays(dir, folders, in); err != nil {
		return nil, err
	}
	if err := findFrames(dir, files, in); err != nil {
		return nil, err
	}
	return nil, readFiles(ctx, files, in)
}

// maskFile is the picture of one object on one frame.
type maskFile struct {
	object, frame int
	path          string
}

type objectFolder struct {
	id   int
	path string
}

// objectFolders lists the folders of objects in the order of their IDs.
func objectFolders(dir string) ([]objectFolder, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("read the folder of masks: %w", err)
	}
	var out []objectFolder
	for _, e := range entries {
		id, err := strconv.Atoi(e.Name())
		if !e.IsDir() || err != nil {
			continue
		}
		if id < 1 || id > export.MaxObjectID {
			return nil, fmt.Errorf("%w: %s is no object ID", export.ErrImport, filepath.Join(dir, e.Name()))
		}
		out = append(out, objectFolder{id, filepath.Join(dir, e.Name())})
	}
	if len(out) == 0 {
		return []objectFolder{{1, dir}}, nil
	}
	slices.SortFunc(out, func(a, b objectFolder) int { return a.id - b.id })
	for i := 1; i < len(out); i++ {
		if out[i].id == out[i-1].id {
			return nil, fmt.Errorf("%w: %s and %s are for the same object", export.ErrImport, out[i-1].path, out[i].path)
		}
	}
	return out, nil
}

// strays says which pictures lie beside the folders of objects: whose they are
// cannot be known.
func strays(dir string, folders []objectFolder, in *export.Input) error {
	if folders[0].path == dir {
		return nil
	}
	beside, err := export.Files(dir, picture.Extensions()...)
	if err != nil {
		return err
	}
	for _, p := range beside {
		if err := in.Skip(p, "a picture beside the folders of objects, which belongs to none"); err != nil {
			return err
		}
	}
	return nil
}

// findFrames finds the frame of every file: the names of all objects together
// show how they are meant.
func findFrames(dir string, files []maskFile, in *export.Input) error {
	var names []string
	at := map[string]int{}
	for _, f := range files {
		name := filepath.Base(f.path)
		if _, known := at[name]; !known {
			at[name] = len(names)
			names = append(names, name)
		}
	}
	frames, err := in.FramesOf("masks in "+dir, names)
	if err != nil {
		return err
	}
	for i, f := range files {
		files[i].frame = frames[at[filepath.Base(f.path)]]
	}
	return nil
}

func readFiles(ctx context.Context, files []maskFile, in *export.Input) error {
	paths := make([]string, len(files))
	for i, f := range files {
		paths[i] = f.path
	}
	set, err := picture.Survey(ctx, paths, in.CheckSize)
	if err != nil {
		return err
	}
	for _, f := range files {
		if err := ctx.Err(); err != nil {
			return err
		}
		if f.frame < 0 {
			if err := in.Skip(f.path, "it is called like no frame"); err != nil {
				return err
			}
			continue
		}
		m, err := set.Mask(f.path, false)
		if err != nil {
			return err
		}
		if err := in.Give(f.object, f.frame, m); err != nil {
			return err
		}
	}
	for _, n := range set.Notes() {
		in.Note("%s", n)
	}
	return nil
}
