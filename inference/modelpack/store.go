package modelpack

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/adrg/xdg"

	"github.com/masklet/masklet/inference/modelpack/internal/filelock"
)

// EnvModels names the environment variable with further folders of packs,
// separated as in PATH. The first one also receives new packs.
const EnvModels = "MASKLET_MODELS"

// Store knows the folders that hold packs, in the order in which they are
// searched. New packs go into the first.
type Store struct {
	roots []string
}

// NewStore returns a store over the given folders, which need not exist. A
// folder that is given twice counts once.
func NewStore(roots ...string) *Store {
	s := &Store{}
	for _, root := range roots {
		if abs, err := filepath.Abs(root); err == nil {
			root = abs
		}
		if !slices.Contains(s.roots, root) {
			s.roots = append(s.roots, root)
		}
	}
	return s
}

// DefaultStore returns the store of this user: the folders in MASKLET_MODELS,
// the user's data folder, and the program's own folder with its "models".
func DefaultStore() *Store {
	var roots []string
	for _, dir := range filepath.SplitList(os.Getenv(EnvModels)) {
		if dir != "" {
			roots = append(roots, dir)
		}
	}
	roots = append(roots, filepath.Join(xdg.DataHome, "masklet", "models"))
	if exe, xerr := os.Executable(); xerr == nil {
		if real, rerr := filepath.EvalSymlinks(exe); rerr == nil {
			exe = real
		}
		roots = append(roots, filepath.Join(filepath.Dir(exe), "models"), filepath.Dir(exe))
	}
	return NewStore(roots...)
}

// Root returns the folder that new packs go into.
func (s *Store) Root() string { return s.roots[0] }

// Roots returns all folders that are searched.
func (s *Store) Roots() []string { return slices.Clone(s.roots) }

// Listed is an entry of a list of packs. Err says why a pack cannot be used.
type Listed struct {
	Name string // of its folder
	Dir  string
	Pack *Pack // nil if Err is not
	Err  error
}

// List returns all packs, by folder and then by name. Folders that do not exist
// are left out; a damaged pack is listed with its error.
func (s *Store) List() ([]Listed, error) {
	var out []Listed
	for _, root := range s.roots {
		entries, err := os.ReadDir(root)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("list models: %w", err)
		}
		for _, e := range entries {
			dir := filepath.Join(root, e.Name())
			if strings.HasPrefix(e.Name(), ".") || !holdsPack(dir) {
				continue
			}
			p, err := Open(dir)
			out = append(out, Listed{Name: e.Name(), Dir: dir, Pack: p, Err: err})
		}
	}
	return out, nil
}

func holdsPack(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, ManifestName))
	return err == nil
}

// Find opens a pack by the name of its folder, by the path of its folder, or by
// the name of its model if one pack alone has it. The error wraps ErrNotFound
// and lists what is installed.
func (s *Store) Find(name string) (*Pack, error) {
	if dir := filepath.Clean(name); strings.ContainsAny(name, `/`+string(filepath.Separator)) || holdsPack(dir) {
		return Open(dir)
	}
	list, err := s.List()
	if err != nil {
		return nil, err
	}
	var byModel []Listed
	var names []string
	for _, l := range list {
		if l.Name == name {
			return l.Pack, l.Err
		}
		if l.Pack != nil && l.Pack.Manifest.Name == name {
			byModel = append(byModel, l)
		}
		names = append(names, l.Name)
	}
	switch {
	case len(byModel) == 1:
		return byModel[0].Pack, nil
	case len(byModel) > 1:
		return nil, fmt.Errorf("%w: %q could be %s or %s; name one", ErrNotFound, name, byModel[0].Name, byModel[1].Name)
	case len(names) == 0:
		return nil, fmt.Errorf("%w: %q (none is installed; see masklet model get)", ErrNotFound, name)
	}
	return nil, fmt.Errorf("%w: %q (have %s)", ErrNotFound, name, strings.Join(names, ", "))
}

// Remove deletes the pack in the folder of that name, damaged or not. The pack
// is out of sight in one step; a killed removal is finished by the next import.
// The error wraps ErrNotFound if no folder of packs holds it.
func (s *Store) Remove(name string) error {
	if err := checkName(name); err != nil {
		return fmt.Errorf("%w: the name %q %v", ErrNotFound, name, err)
	}
	for _, root := range s.roots {
		dir := filepath.Join(root, name)
		if !holdsPack(dir) {
			continue
		}
		lock, err := filelock.Wait(filepath.Join(root, rootLock))
		if err != nil {
			return fmt.Errorf("remove %s: %w", dir, err)
		}
		defer lock.Release()
		return setAside(dir)
	}
	return fmt.Errorf("%w: %q is in none of %s", ErrNotFound, name, strings.Join(s.roots, ", "))
}
