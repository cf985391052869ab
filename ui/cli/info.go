package cli

import (
	"context"
	"encoding/json"
	"errors"
	"strings"

	"github.com/spf13/cobra"

	"github.com/masklet/masklet/project"
	"github.com/masklet/masklet/project/clips"
	"github.com/masklet/masklet/ui/cli/facts"
)

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
		i := gather(cmd.Context(), env)
		if *asJSON {
			return json.NewEncoder(env.Stdout).Encode(i)
		}
		return i.Print(env.Stdout)
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

// About returns what `masklet info` prints.
func About(ctx context.Context, env Env) string {
	var b strings.Builder
	_ = gather(ctx, env).Print(&b) // a Builder takes everything
	return b.String()
}

// gather asks for what `masklet info` prints.
func gather(ctx context.Context, env Env) facts.System {
	return facts.Gather(ctx, facts.Source{
		Version: env.Version, Engines: env.EngineNames, CacheFolder: env.CacheFolder, OpenCache: env.OpenCache,
		LogFile: env.LogFile, Crashes: env.Crashes, Words: OneLine,
	})
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
	return facts.PrintClips(env.Stdout, list)
}
