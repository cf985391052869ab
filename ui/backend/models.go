package backend

import (
	"context"
	"fmt"

	"github.com/masklet/masklet/inference/modelpack"
	"github.com/masklet/masklet/inference/modelpack/download"
	"github.com/masklet/masklet/ui/controller"
	"github.com/masklet/masklet/ui/dialogs"
	"github.com/masklet/masklet/ui/engines"
)

// Models gives the Models dialog the user's model packs.
type Models struct {
	store *modelpack.Store
	open  engines.Opener
	prefs Prefs
}

var _ dialogs.ModelStore = (*Models)(nil)

// NewModels returns the packs of this user; prefs keeps which library runs them.
func NewModels(e controller.Engines, prefs Prefs) *Models {
	return &Models{store: modelpack.DefaultStore(), open: e.Open, prefs: prefs}
}

// Folder implements dialogs.ModelStore.
func (m *Models) Folder() string { return m.store.Root() }

// Installed implements dialogs.ModelStore.
func (m *Models) Installed() ([]dialogs.Model, error) {
	list, err := m.store.List()
	if err != nil {
		return nil, err
	}
	var out []dialogs.Model
	for _, l := range list {
		k := dialogs.Model{Name: l.Name, Err: l.Err}
		if l.Err == nil {
			k.Text = fmt.Sprintf("%s, input %d", l.Pack.Manifest.Family, l.Pack.Manifest.ImageSize)
			k.Bytes = l.Pack.Size()
		}
		out = append(out, k)
	}
	return out, nil
}

// Available implements dialogs.ModelStore.
func (m *Models) Available() []dialogs.Model {
	var out []dialogs.Model
	for _, o := range modelpack.Catalogue() {
		out = append(out, dialogs.Model{Name: o.Name, Text: o.Title, Bytes: o.Size, Licence: o.Licence})
	}
	return out
}

// Get implements dialogs.ModelStore.
func (m *Models) Get(ctx context.Context, name string, size int, progress func(stage string, done, total int64)) (string, error) {
	o, err := modelpack.LookUp(name)
	if err != nil {
		return "", err
	}
	p, err := download.New().Get(ctx, o, download.Options{Size: size, Root: m.store.Root(), Progress: progress})
	if err != nil {
		return "", err
	}
	return p.Name(), nil
}

// Import implements dialogs.ModelStore.
func (m *Models) Import(ctx context.Context, path string, size int, progress func(stage string, done, total int64)) (string, error) {
	var p *modelpack.Pack
	var err error
	if modelpack.IsPack(path) {
		p, err = modelpack.ImportPack(ctx, path, m.store.Root(), progress)
	} else {
		p, err = modelpack.Import(ctx, path, modelpack.Options{Size: size, DestRoot: m.store.Root(), Progress: progress})
	}
	if err != nil {
		return "", err
	}
	return p.Name(), nil
}

// Check implements dialogs.ModelStore: files against their hashes, then a click
// and a tracked frame.
func (m *Models) Check(ctx context.Context, name string, progress func(stage string, done, total int64)) error {
	p, err := m.store.Find(name)
	if err != nil {
		return err
	}
	return p.Check(ctx, engines.Trial(m.open), progress)
}

// Remove implements dialogs.ModelStore.
func (m *Models) Remove(name string) error { return m.store.Remove(name) }
