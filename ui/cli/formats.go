package cli

import (
	"encoding/json"
	"fmt"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/masklet/masklet/project/export/formats"
)

// formatsCommand lists the formats with what each carries.
func formatsCommand(env Env) *cobra.Command {
	var asJSON bool
	cmd := newCommand("formats [-json]", "list the formats, both ways, with what each carries and loses")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	cmd.RunE = func(*cobra.Command, []string) error {
		if asJSON {
			return json.NewEncoder(env.Stdout).Encode(formats.List())
		}
		w := tabwriter.NewWriter(env.Stdout, 0, 0, 2, ' ', 0)
		fmt.Fprintln(w, "format\tway\twhat\tloses")
		for _, f := range formats.All() {
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", f.Name, formats.Ways(f), f.Label, formats.Lost(f))
		}
		return w.Flush()
	}
	return cmd
}
