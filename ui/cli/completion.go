package cli

import (
	"bytes"
	"context"
	"strings"

	"github.com/spf13/cobra"
)

// completionCommand prints what makes a shell complete commands, options and
// their values.
func completionCommand(env Env) *cobra.Command {
	cmd := takeOne(newCommand("completion bash|zsh|fish", "print the script that lets a shell complete commands and options"), "the shell (bash, zsh or fish)")
	cmd.Long = `Load it with:
  bash  source <(masklet completion bash)
  zsh   source <(masklet completion zsh)
  fish  masklet completion fish | source`
	cmd.ValidArgs = []string{"bash", "zsh", "fish"}
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		switch root := cmd.Root(); args[0] {
		case "bash":
			return root.GenBashCompletionV2(env.Stdout, true)
		case "zsh":
			return root.GenZshCompletion(env.Stdout)
		case "fish":
			return root.GenFishCompletion(env.Stdout, true)
		}
		return usagef("%q is none of bash, zsh and fish", args[0])
	}
	return cmd
}

// complete answers the shell, which asks what may stand in place of the last of
// args. Options get one dash where the user typed one.
func complete(ctx context.Context, env Env, root *cobra.Command, args []string) int {
	last := len(args) - 1
	_, words, err := readOptions(root, args[1:last])
	if err != nil {
		return ExitUsage
	}
	word, single := args[last], false
	if strings.HasPrefix(word, "-") && !strings.HasPrefix(word, "--") {
		word, single = "-"+word, true
	}
	var out bytes.Buffer
	root.SetOut(&out)
	root.SetErr(env.Stderr)
	root.SetArgs(append(append(args[:1:1], words...), word))
	_, err = root.ExecuteContextC(ctx)
	text := strings.ReplaceAll(out.String(), "`", "") // which mark the names of values for the help
	if single {
		text = strings.ReplaceAll("\n"+text, "\n--", "\n-")[1:]
	}
	if _, printErr := env.Stdout.Write([]byte(text)); err == nil {
		err = printErr
	}
	return exitCode(ctx, env, root.Name(), err)
}
