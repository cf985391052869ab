package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/masklet/masklet/inference/ort"
	"github.com/masklet/masklet/project"
	"github.com/masklet/masklet/project/clips"
	"github.com/masklet/masklet/project/media"
)

// systemInfo is the result of `masklet info -json`.
type systemInfo struct {
	Version     string   `json:"version"`
	Engines     []string `json:"engines"`
	ONNXRuntime string   `json:"onnx_runtime"` // its version, or why there is none
	ONNXLibrary string   `json:"onnx_library,omitempty"`
	Providers   []string `json:"providers"` // that work
	// Without names the other providers, and why each does not work.
	Without map[string]string `json:"without_providers,omitempty"`
	OpenCV  string            `json:"opencv"`
	Cache   cacheInfo         `json:"cache"`
	Log     string            `json:"log,omitempty"`
	Crashes []string          `json:"crashes,omitempty"` // reports, the latest first
}

type cacheInfo struct {
	Folder string `json:"folder"`
	Bytes  int64  `json:"bytes"`
	Error  string `json:"error,omitempty"`
}

func infoCommand(env Env) *cobra.Command {
	cmd := newCommand("info [DIR | -project P.masklet] [-json]", "tell versions, engines, providers and cache, or what a project holds, or how far the clips of a folder are")
	path := cmd.Flags().String("project", "", "project `file` to summarise")
	asJSON := cmd.Flags().Bool("json", false, "print JSON")
	cmd.Args = func(_ *cobra.Command, args []string) error {
		if len(args) > 1 || len(args) == 1 && *path != "" {
			return usagef("unexpected argument %q", args[len(args)-1])
		}
		return nil
	}
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if len(args) == 1 {
			return folderInfo(cmd.Context(), env, args[0], *asJSON)
		}
		if *path != "" {
			return projectInfo(cmd.Context(), env, *path)
		}
		i := gatherInfo(cmd.Context(), env)
		if *asJSON {
			return json.NewEncoder(env.Stdout).Encode(i)
		}
		return printInfo(env.Stdout, i)
	}
	return cmd
}

// projectInfo prints the summary of a project, which is JSON with and without
// -json: it is for other programs.
func projectInfo(ctx context.Context, env Env, path string) error {
	p, err := project.OpenReadOnly(ctx, path)
	if err != nil {
		return err
	}
	enc := json.NewEncoder(env.Stdout)
	enc.SetIndent("", "  ")
	return errors.Join(enc.Encode(p.Summary()), p.Close())
}

// folderInfo lists the clips of a folder with the state of their projects.
func folderInfo(ctx context.Context, env Env, dir string, asJSON bool) error {
	list, err := clips.List(ctx, dir)
	if err != nil {
		return err
	}
	if asJSON {
		return json.NewEncoder(env.Stdout).Encode(map[string]any{"clips": list})
	}
	wide := len("clip")
	for _, c := range list {
		wide = max(wide, len(printed(c.Name())))
	}
	if _, err := fmt.Fprintf(env.Stdout, "%-*s  state    frames  objects   masks  accepted\n", wide, "clip"); err != nil {
		return err
	}
	for _, c := range list {
		_, err := fmt.Fprintf(env.Stdout, "%-*s  %-7s  %6s  %7d  %6d  %8d%s\n", wide, printed(c.Name()), c.State, known(c.Frames), c.Objects, c.Masks, c.Accepted, after(c.Problem))
		if err != nil {
			return err
		}
	}
	return nil
}

func known(n int) string {
	if n == 0 {
		return "-"
	}
	return fmt.Sprint(n)
}

func after(problem string) string {
	if problem == "" {
		return ""
	}
	return "  " + problem
}

func gatherInfo(ctx context.Context, env Env) systemInfo {
	i := systemInfo{Version: env.Version, Engines: env.EngineNames(), OpenCV: media.OpenCVVersion()}
	rt, err := ort.Load()
	if err != nil {
		i.ONNXRuntime = "not available: " + OneLine(err)
	} else {
		i.ONNXRuntime, i.ONNXLibrary = rt.Version(), rt.Path()
		i.survey(rt.Survey())
	}
	i.Cache.Folder = env.CacheFolder
	if c, err := env.OpenCache(); err != nil {
		i.Cache.Error = OneLine(err)
	} else {
		i.Cache.Bytes = c.Stats().DiskBytes
	}
	i.Log = env.LogFile
	if env.Crashes != nil {
		i.Crashes = env.Crashes()
	}
	return i
}

// survey sorts the providers into those that work and the others.
func (i *systemInfo) survey(providers []ort.Provider) {
	i.Without = map[string]string{}
	for _, p := range providers {
		if p.Err == nil {
			i.Providers = append(i.Providers, p.Name)
		} else {
			i.Without[p.Name] = OneLine(p.Err)
		}
	}
}

func printInfo(w io.Writer, i systemInfo) error {
	_, err := fmt.Fprintf(w, "Masklet       %s\nEngines       %s\nONNX Runtime  %s\n", i.Version, joined(i.Engines), i.ONNXRuntime)
	if err == nil && i.ONNXLibrary != "" {
		_, err = fmt.Fprintf(w, "              %s\n              providers: %s\n", i.ONNXLibrary, joined(i.Providers))
	}
	for _, name := range sortedKeys(i.Without) {
		if err == nil {
			_, err = fmt.Fprintf(w, "              without %s: %s\n", name, i.Without[name])
		}
	}
	if err == nil {
		_, err = fmt.Fprintf(w, "OpenCV        %s\nCache         %s (%.0f MB)\n", i.OpenCV, i.Cache.Folder, float64(i.Cache.Bytes)/(1<<20))
	}
	if err == nil && i.Cache.Error != "" {
		_, err = fmt.Fprintf(w, "              %s\n", i.Cache.Error)
	}
	if err == nil && i.Log != "" {
		_, err = fmt.Fprintf(w, "Log           %s\n", i.Log)
	}
	if err == nil && len(i.Crashes) > 0 {
		_, err = fmt.Fprintf(w, "Last crash    %s\n", i.Crashes[0])
	}
	return err
}

// About returns what `masklet info` prints.
func About(ctx context.Context, env Env) string {
	var b strings.Builder
	_ = printInfo(&b, gatherInfo(ctx, env)) // a Builder takes everything
	return b.String()
}

func joined(list []string) string { return strings.Join(list, ", ") }

// printed returns a name without what a terminal would take for a command.
func printed(name string) string { return string(printable([]byte(name))) }
