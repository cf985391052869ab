package cli

import (
	"encoding/json"
	"fmt"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/masklet/masklet/project/export"
	"github.com/masklet/masklet/project/export/formats"
)

// formatsCommand lists the formats with what each carries.
func formatsCommand(env Env) *cobra.Command {
	var asJSON bool
	cmd := newCommand("formats [-json]", "list the formats, both ways, with what each carries and loses")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	cmd.RunE = func(*cobra.Command, []string) error {
		if asJSON {
			return json.NewEncoder(env.Stdout).Encode(formatList())
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

// listedFormat is an entry of `masklet formats -json`.
type listedFormat struct {
	Name   string       `json:"name"`
	Label  string       `json:"label"`
	Writes bool         `json:"writes"`
	Reads  bool         `json:"reads"`
	Place  string       `json:"place"`
	About  string       `json:"about"`
	Holds  export.Holds `json:"holds"`
}

func formatList() []listedFormat {
	var out []listedFormat
	for _, f := range formats.All() {
		out = append(out, listedFormat{f.Name, f.Label, f.Write != nil, f.Read != nil, f.Place, f.About, f.Holds})
	}
	return out
}
