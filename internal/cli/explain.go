package cli

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"

	"understudy/conformance"
	"understudy/internal/nearest"
)

func explainCommand() command {
	return command{
		name:      "explain",
		arguments: "ID",
		summary:   "tell all about one check",
		about: "Tells what the check ID requires and where that stands in the document or an RFC,\n" +
			"what it needs and sends, and what a failure says.",
		setup: func(flags *flag.FlagSet) action {
			config := &explainConfig{}
			config.declare(flags, "look the places up in")
			return config.run
		},
	}
}

type explainConfig struct{ documentConfig }

func (c *explainConfig) run(ctx context.Context, env Env, args []string) error {
	if len(args) == 0 {
		return errors.New("name a check; `understudy checks` lists them")
	}
	if err := noArguments(args[1:]); err != nil {
		return err
	}
	check, ok := conformance.Find(args[0])
	if !ok {
		var ids []string
		for _, other := range conformance.Catalogue() {
			ids = append(ids, other.ID)
		}
		return fmt.Errorf("there is no check %q%s; `understudy checks` lists them", args[0], nearest.Hint(args[0], ids, ""))
	}
	_, model, err := c.understand(ctx)
	if err != nil {
		return err
	}
	var where []string
	for _, n := range places(check, model) {
		where = append(where, whereInFile(n))
	}
	check = asDocumented(check, model)
	writeCheck(env.Stdout, check, factsOf(check, where))
	return nil
}

func writeCheck(w io.Writer, check conformance.Check, facts []fact) {
	fmt.Fprintf(w, "%s  %s\n\n  %s\n\n", check.ID, check.Level, check.Requirement)
	for _, f := range facts {
		fmt.Fprintf(w, "  %-10s %s\n", f.name, strings.ReplaceAll(f.text, "\n", "\n"+strings.Repeat(" ", 13)))
	}
}
