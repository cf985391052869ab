package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/masklet/masklet/inference/modelpack"
	"github.com/masklet/masklet/inference/modelpack/download"
	"github.com/masklet/masklet/inference/onnxgraph"
	"github.com/masklet/masklet/ui/engines"
	"github.com/masklet/masklet/ui/progress"
)

// modelCommand lists, fetches, imports, checks and removes model packs.
func modelCommand(env Env) *cobra.Command {
	cmd := &cobra.Command{Use: "model", Short: "install and remove models"}
	cmd.Long = `Packs are searched in the folders of MASKLET_MODELS, in the user's data folder
and beside the program; new ones go into the first of these.`
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		if len(args) > 0 {
			return usagef("%q is none of list, get, import, check and remove", args[0])
		}
		return usagef("say what to do: list, get NAME, import FILE, check DIR or remove NAME")
	}
	cmd.AddCommand(modelListCommand(env), modelGetCommand(env), modelImportCommand(env), modelCheckCommand(env), modelRemoveCommand(env))
	return cmd
}

// checkSize refuses input sizes that no model can have before any work is done.
func checkSize(size int) error {
	if size < 32 || size > 4096 || size%32 != 0 {
		return usagef("-size %d: give 512, 768 or 1024 (any multiple of 32 up to 4096 works)", size)
	}
	return nil
}

type listedModel struct {
	Name   string `json:"name"`
	Dir    string `json:"dir"`
	Model  string `json:"model,omitempty"`
	Family string `json:"family,omitempty"`
	Size   int    `json:"size,omitempty"` // of the input, in pixels
	Bytes  int64  `json:"bytes,omitempty"`
	Error  string `json:"error,omitempty"`
}

func modelListCommand(env Env) *cobra.Command {
	cmd := newCommand("list [-json]", "list installed packs and models to download")
	asJSON := cmd.Flags().Bool("json", false, "print JSON")
	cmd.RunE = withStore(func(_ context.Context, store *modelpack.Store, _ []string) error {
		return modelList(env, store, *asJSON)
	})
	return cmd
}

// withStore lets a command work on the packs of this user.
func withStore(run func(ctx context.Context, store *modelpack.Store, args []string) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		return run(cmd.Context(), modelpack.DefaultStore(), args)
	}
}

func modelList(env Env, store *modelpack.Store, asJSON bool) error {
	list, err := store.List()
	if err != nil {
		return err
	}
	models := make([]listedModel, len(list))
	for i, l := range list {
		models[i] = listedModel{Name: l.Name, Dir: l.Dir}
		if l.Err != nil {
			models[i].Error = OneLine(l.Err)
			continue
		}
		m := l.Pack.Manifest
		models[i].Model, models[i].Family, models[i].Size, models[i].Bytes = m.Name, m.Family, m.ImageSize, l.Pack.Size()
	}
	if asJSON {
		return json.NewEncoder(env.Stdout).Encode(map[string]any{
			"installed": models, "available": modelpack.Catalogue(), "folders": store.Roots(),
		})
	}
	return printModels(env, store, models)
}

func printModels(env Env, store *modelpack.Store, models []listedModel) error {
	w := tabwriter.NewWriter(env.Stdout, 0, 0, 2, ' ', 0)
	if len(models) == 0 {
		fmt.Fprintf(w, "No model is installed in %s.\n", strings.Join(store.Roots(), ", "))
	} else {
		fmt.Fprintln(w, "Installed\tFamily\tInput\tOn disk\tFolder")
	}
	for _, m := range models {
		if m.Error != "" {
			fmt.Fprintf(w, "%s\tcannot be used: %s\n", m.Name, m.Error)
			continue
		}
		fmt.Fprintf(w, "%s\t%s\t%d\t%s\t%s\n", m.Name, m.Family, m.Size, megabytes(m.Bytes), m.Dir)
	}
	fmt.Fprintln(w, "\nTo download (masklet model get NAME)")
	for _, o := range modelpack.Catalogue() {
		fmt.Fprintf(w, "%s\t%s\t%s\n", o.Name, megabytes(o.Size), o.Title)
	}
	return w.Flush()
}

func megabytes(n int64) string { return fmt.Sprintf("%.1f MB", float64(n)/1e6) }

func modelGetCommand(env Env) *cobra.Command {
	cmd := takeOne(newCommand("get NAME [-size 512|768|1024] [-keep]", "download a model and install it"), "the NAME of a model (see masklet model list)")
	size := addSize(cmd)
	keep := cmd.Flags().Bool("keep", false, "keep the checkpoint, to import it again at another size")
	cmd.RunE = withStore(func(ctx context.Context, store *modelpack.Store, args []string) error {
		return modelGet(ctx, env, store, args[0], *size, *keep)
	})
	return cmd
}

func addSize(cmd *cobra.Command) *int {
	return cmd.Flags().Int("size", modelpack.DefaultSize, "input size of the model in pixels: 512, 768 or 1024")
}

func modelGet(ctx context.Context, env Env, store *modelpack.Store, name string, size int, keep bool) error {
	if err := checkSize(size); err != nil {
		return err
	}
	official, err := modelpack.LookUp(name)
	if err != nil {
		return usagef("%s", OneLine(err))
	}
	bytes := progress.StartBytes(env.Stdout)
	defer bytes.Stop()
	p, err := download.New().Get(ctx, official, download.Options{Size: size, Root: store.Root(), Keep: keep, Progress: bytes.Update})
	if errors.Is(err, onnxgraph.ErrSize) {
		return usagef("%s", OneLine(err))
	}
	if err != nil {
		return err
	}
	bytes.Stop()
	return installed(env, p)
}

func installed(env Env, p *modelpack.Pack) error {
	_, err := fmt.Fprintf(env.Stdout, "Installed %s in %s (%s). Use it with -engine %s\n", p.Name(), p.Dir, megabytes(p.Size()), p.Name())
	return err
}

func modelImportCommand(env Env) *cobra.Command {
	cmd := takeOne(newCommand("import FILE [-size 512|768|1024] [-name N]", "install a model from FILE.pt, FILE.safetensors, or a finished pack (folder or .zip)"), "the FILE to import")
	var o modelpack.Options
	size := addSize(cmd)
	cmd.Flags().StringVar(&o.Name, "name", "", "`name` of the model (default: the official one)")
	cmd.Flags().BoolVar(&o.Plain, "plain", false, "build attention without fused operators, to compare speed and memory")
	cmd.RunE = withStore(func(ctx context.Context, store *modelpack.Store, args []string) error {
		if cmd.Flags().NFlag() > 0 && modelpack.IsPack(args[0]) {
			return usagef("-size, -name and -plain are for checkpoints; %s is a finished pack", args[0])
		}
		o.Size, o.DestRoot = *size, store.Root()
		return modelImport(ctx, env, args[0], o)
	})
	return cmd
}

func modelImport(ctx context.Context, env Env, path string, o modelpack.Options) error {
	if err := checkSize(o.Size); err != nil {
		return err
	}
	bytes := progress.StartBytes(env.Stdout)
	defer bytes.Stop()
	o.Progress = bytes.Update
	var p *modelpack.Pack
	var err error
	if modelpack.IsPack(path) {
		p, err = modelpack.ImportPack(ctx, path, o.DestRoot, o.Progress)
	} else {
		p, err = modelpack.Import(ctx, path, o)
	}
	if errors.Is(err, onnxgraph.ErrSize) {
		return usagef("%s", OneLine(err))
	}
	if err != nil {
		return err
	}
	bytes.Stop()
	return installed(env, p)
}

func modelCheckCommand(env Env) *cobra.Command {
	cmd := takeOne(newCommand("check DIR|NAME", "verify a pack and run one frame"), "the DIR or name of a pack")
	cmd.RunE = withStore(func(ctx context.Context, store *modelpack.Store, args []string) error {
		return modelCheck(ctx, env, store, args[0])
	})
	return cmd
}

func modelCheck(ctx context.Context, env Env, store *modelpack.Store, name string) error {
	p, err := store.Find(name)
	if info, statErr := os.Stat(name); errors.Is(err, modelpack.ErrNotFound) && statErr == nil && info.IsDir() {
		p, err = modelpack.Open(name) // says what the folder lacks
	}
	if err != nil {
		return err
	}
	bytes := progress.StartBytes(env.Stdout)
	defer bytes.Stop()
	if err := p.Check(ctx, engines.Trial(env.OpenEngine), bytes.Update); err != nil {
		return err
	}
	bytes.Stop()
	_, err = fmt.Fprintf(env.Stdout, "%s is whole and works\n", p.Name())
	return err
}

func modelRemoveCommand(env Env) *cobra.Command {
	cmd := takeOne(newCommand("remove NAME", "delete an installed pack"), "the NAME of a pack")
	cmd.RunE = withStore(func(_ context.Context, store *modelpack.Store, args []string) error {
		if err := store.Remove(args[0]); err != nil {
			return err
		}
		_, err := fmt.Fprintf(env.Stdout, "Removed %s\n", args[0])
		return err
	})
	return cmd
}
