package cli

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"
	"text/tabwriter"

	"github.com/masklet/masklet/inference/modelpack"
	"github.com/masklet/masklet/inference/modelpack/download"
	"github.com/masklet/masklet/inference/onnxgraph"
	"github.com/masklet/masklet/ui/engines"
)

// runModel is `masklet model`: it lists, fetches, imports, checks and removes
// model packs.
func runModel(ctx context.Context, env Env, args []string) error {
	actions := map[string]func(context.Context, Env, *modelpack.Store, []string) error{
		"list": modelList, "get": modelGet, "import": modelImport, "check": modelCheck, "remove": modelRemove,
	}
	if len(args) == 0 {
		return usagef("say what to do: list, get NAME, import FILE, check DIR or remove NAME")
	}
	if args[0] == "-h" || args[0] == "-help" || args[0] == "--help" {
		fmt.Fprint(env.Stdout, modelUsage)
		return nil
	}
	action, ok := actions[args[0]]
	if !ok {
		return usagef("%q is none of list, get, import, check and remove", args[0])
	}
	store, err := modelpack.DefaultStore()
	if err != nil {
		return err
	}
	return action(ctx, env, store, args[1:])
}

const modelUsage = `Usage:
  masklet model list   [-json]                     installed packs and models to download
  masklet model get    NAME [-size S] [-keep]      download a model and install it
  masklet model import FILE [-size S] [-name N]    install from FILE.pt, FILE.safetensors,
                                                   or a finished pack (folder or .zip)
  masklet model check  DIR|NAME                    verify a pack and run one frame
  masklet model remove NAME                        delete an installed pack
Packs are searched in the folders of MASKLET_MODELS, in the user's data folder
and beside the program; new ones go into the first of these.
`

// parseWith reads flags before and after the one argument that the command
// takes; what says what it is.
func parseWith(fs *flag.FlagSet, args []string, what string) (string, error) {
	var values []string
	for {
		if err := parseSome(fs, args); err != nil {
			return "", err
		}
		if fs.NArg() == 0 {
			break
		}
		values = append(values, fs.Arg(0))
		args = fs.Args()[1:]
	}
	switch {
	case len(values) == 0 || values[0] == "":
		return "", usagef("%s is missing", what)
	case len(values) > 1:
		return "", usagef("unexpected argument %q", values[1])
	}
	return values[0], nil
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

func modelList(_ context.Context, env Env, store *modelpack.Store, args []string) error {
	fs := newFlags(env, "model list")
	asJSON := fs.Bool("json", false, "print JSON")
	if err := parse(fs, args); err != nil {
		return err
	}
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
	if *asJSON {
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

func modelGet(ctx context.Context, env Env, store *modelpack.Store, args []string) error {
	fs := newFlags(env, "model get")
	size := fs.Int("size", modelpack.DefaultSize, "input size of the model in pixels: 512, 768 or 1024")
	keep := fs.Bool("keep", false, "keep the checkpoint, to import it again at another size")
	name, err := parseWith(fs, args, "the NAME of a model (see masklet model list)")
	if err != nil {
		return err
	}
	if err := checkSize(*size); err != nil {
		return err
	}
	official, err := modelpack.LookUp(name)
	if err != nil {
		return usagef("%s", OneLine(err))
	}
	bytes := startBytes(env.Stdout)
	defer bytes.stop()
	p, err := download.New().Get(ctx, official, download.Options{Size: *size, Root: store.Root(), Keep: *keep, Progress: bytes.update})
	if errors.Is(err, onnxgraph.ErrSize) {
		return usagef("%s", OneLine(err))
	}
	if err != nil {
		return err
	}
	bytes.stop()
	return installed(env, p)
}

func installed(env Env, p *modelpack.Pack) error {
	_, err := fmt.Fprintf(env.Stdout, "Installed %s in %s (%s). Use it with -engine %s\n", p.Name(), p.Dir, megabytes(p.Size()), p.Name())
	return err
}

func modelImport(ctx context.Context, env Env, store *modelpack.Store, args []string) error {
	fs := newFlags(env, "model import")
	size := fs.Int("size", modelpack.DefaultSize, "input size of the model in pixels: 512, 768 or 1024")
	name := fs.String("name", "", "name of the model; empty: the official one")
	plain := fs.Bool("plain", false, "build attention without fused operators, to compare speed and memory")
	path, err := parseWith(fs, args, "the FILE to import")
	if err != nil {
		return err
	}
	if err := checkSize(*size); err != nil {
		return err
	}
	bytes := startBytes(env.Stdout)
	defer bytes.stop()
	var p *modelpack.Pack
	if modelpack.IsPack(path) {
		if fs.NFlag() > 0 {
			return usagef("-size, -name and -plain are for checkpoints; %s is a finished pack", path)
		}
		p, err = modelpack.ImportPack(ctx, path, store.Root(), bytes.update)
	} else {
		p, err = modelpack.Import(ctx, path, modelpack.Options{
			Size: *size, Name: *name, Plain: *plain, DestRoot: store.Root(), Progress: bytes.update,
		})
	}
	if errors.Is(err, onnxgraph.ErrSize) {
		return usagef("%s", OneLine(err))
	}
	if err != nil {
		return err
	}
	bytes.stop()
	return installed(env, p)
}

func modelCheck(ctx context.Context, env Env, store *modelpack.Store, args []string) error {
	name, err := parseWith(newFlags(env, "model check"), args, "the DIR or name of a pack")
	if err != nil {
		return err
	}
	p, err := store.Find(name)
	if info, statErr := os.Stat(name); errors.Is(err, modelpack.ErrNotFound) && statErr == nil && info.IsDir() {
		p, err = modelpack.Open(name) // says what the folder lacks
	}
	if err != nil {
		return err
	}
	bytes := startBytes(env.Stdout)
	defer bytes.stop()
	if err := p.Check(ctx, engines.Trial(env.OpenEngine), bytes.update); err != nil {
		return err
	}
	bytes.stop()
	_, err = fmt.Fprintf(env.Stdout, "%s is whole and works\n", p.Name())
	return err
}

func modelRemove(_ context.Context, env Env, store *modelpack.Store, args []string) error {
	name, err := parseWith(newFlags(env, "model remove"), args, "the NAME of a pack")
	if err != nil {
		return err
	}
	if err := store.Remove(name); err != nil {
		return err
	}
	_, err = fmt.Fprintf(env.Stdout, "Removed %s\n", name)
	return err
}
