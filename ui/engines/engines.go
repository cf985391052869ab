// Package engines knows every engine that is installed: the embedded ones and
// the model packs of this user.
//
// It exists so that the window and the command line offer the same engines
// under the same names.
package engines

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/masklet/masklet/inference"
	"github.com/masklet/masklet/inference/classic"
	"github.com/masklet/masklet/inference/modelpack"
	"github.com/masklet/masklet/inference/packengine"
)

// Registry opens engines by name. It is safe for concurrent use.
type Registry struct {
	store *modelpack.Store
}

// New returns the registry of this user.
func New() *Registry { return &Registry{modelpack.DefaultStore()} }

// Names returns the engines that can be opened: the embedded ones, the default
// first, then the installed packs that are not damaged.
func (r *Registry) Names() []string {
	names := []string{classic.Builtin, classic.Name}
	packs, err := r.store.List()
	if err != nil {
		return names
	}
	for _, p := range packs {
		if p.Err == nil {
			names = append(names, p.Name)
		}
	}
	return names
}

// Kind returns which settings an engine has, by its name.
func (*Registry) Kind(name string) inference.Kind {
	if name == classic.Name || name == classic.Builtin {
		return inference.Classic
	}
	return inference.SAM2
}

// Open opens an engine: "builtin", "classic", or a pack by the name or path of its folder
// or the name of its model. The error of an unknown name lists what there is.
func (r *Registry) Open(ctx context.Context, name string, settings inference.Settings) (inference.Engine, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	switch name {
	case classic.Builtin:
		g, err := loadNet()
		return newBuiltin(g, settings.Threads, err), nil
	case classic.Name:
		return classic.New(), nil
	}
	pack, err := r.store.Find(name)
	if errors.Is(err, modelpack.ErrNotFound) {
		if sizes := r.sizesOf(name); len(sizes) > 1 {
			return nil, fmt.Errorf("%w: engine %q could be %s: name one of them", modelpack.ErrNotFound, name, strings.Join(sizes, " or "))
		}
		return nil, fmt.Errorf("%w: engine %q (have %s; masklet model get or import adds one)",
			modelpack.ErrNotFound, name, strings.Join(r.Names(), ", "))
	}
	if err != nil {
		return nil, err
	}
	if err := pack.VerifyChanged(ctx); err != nil {
		return nil, fmt.Errorf("engine %s: %w", name, err)
	}
	e, err := packengine.Open(pack.Dir)
	if err != nil {
		return nil, err
	}
	return modelEngine{e}, nil
}

// sizesOf returns the packs of the model of that name, one for each input size.
func (r *Registry) sizesOf(model string) []string {
	var out []string
	for _, n := range r.Names() {
		if i := strings.LastIndexByte(n, '-'); i >= 0 && n[:i] == model {
			out = append(out, n)
		}
	}
	return out
}
