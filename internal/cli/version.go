package cli

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"runtime/debug"
	"strings"
)

func versionCommand() command {
	return command{
		name:    "version",
		summary: "tell which version of the program this is",
		about: "Prints the version of the module, the commit it was built from, and the Go that\n" +
			"built it, as a report of a fault should give them. `understudy --version` does too.",
		setup: func(*flag.FlagSet) action {
			return func(_ context.Context, env Env, args []string) error {
				if err := noArguments(args); err != nil {
					return err
				}
				built, ok := debug.ReadBuildInfo()
				if !ok {
					built = &debug.BuildInfo{}
				}
				fmt.Fprintln(env.Stdout, versionOf(built))
				return nil
			}
		},
	}
}

// versionOf tells in a line what a program was built from.
func versionOf(built *debug.BuildInfo) string {
	said := []string{"understudy " + cmp.Or(built.Main.Version, "(devel)")}
	vcs := map[string]string{}
	for _, setting := range built.Settings {
		vcs[setting.Key] = setting.Value
	}
	if revision := vcs["vcs.revision"]; revision != "" {
		commit := "commit " + revision
		if vcs["vcs.modified"] == "true" {
			commit += " with changes"
		}
		said = append(said, commit)
	}
	return strings.Join(append(said, "built with "+cmp.Or(built.GoVersion, "an unknown Go")), ", ")
}
