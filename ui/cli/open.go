package cli

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"
)

// openCommand opens the window: on what is named, on the bundled sample, or on
// the welcome screen.
func openCommand(env Env) *cobra.Command {
	cmd := newCommand("open [FILE|FOLDER|PROJECT.masklet|-sample]", "label video in a window")
	cmd.Args = func(_ *cobra.Command, args []string) error {
		if len(args) > 1 {
			return usagef("unexpected argument %q; see masklet help", args[1])
		}
		return nil
	}
	sample := cmd.Flags().Bool("sample", false, "open the bundled sample")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		path := ""
		if len(args) > 0 {
			path = args[0]
			if err := checkPath(path); err != nil {
				return err
			}
			if *sample {
				return usagef("-sample and %q cannot be opened both", path)
			}
		}
		return env.OpenWindow(cmd.Context(), path, *sample)
	}
	return cmd
}

// checkPath tells a command that does not exist from a file that is missing.
func checkPath(path string) error {
	_, err := os.Stat(path)
	switch {
	case err == nil:
		return nil
	case filepath.Base(path) == path && filepath.Ext(path) == "":
		return usagef("%q is neither a command nor a file; see masklet help", path)
	}
	return fmt.Errorf("open: %w", err)
}
