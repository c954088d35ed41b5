package cli

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"

	"understudy/conformance"
	"understudy/conformance/report"
)

func cleanupCommand() command {
	return command{
		name:      "cleanup",
		arguments: "LEDGER",
		summary:   "delete what an unfinished check left behind",
		about: "Deletes the records that the file LEDGER lists, which `understudy check` and\n" +
			"`understudy drift` keep when they could not delete them themselves, on the server\n" +
			"that LEDGER names and nowhere else.\n" +
			"It takes the keys that the run had, since each record is deleted with the key that\n" +
			"created it; they may come from " + usualConfig + ". LEDGER is removed when nothing is\n" +
			"left.\n" +
			"\n" +
			"Exit codes: 0 nothing is left; 2 a flag or a file is wrong; 4 records are left;\n" +
			"130 interrupted.",
		setup: func(flags *flag.FlagSet) action {
			config := &cleanupConfig{}
			declareConfig(flags, &config.file)
			config.declare(flags)
			config.params.form = "NAME=VALUE"
			flags.Var(&config.params, "param", "the value of a parameter that a request must have, as `NAME=VALUE`; may be given several times")
			flags.Var((*named)(&config.target), "target", "refuse a ledger of another server than the one at `URL`")
			return configured(flags, &config.file, config.run)
		},
	}
}

// cleanupConfig is what the flags of cleanup say.
type cleanupConfig struct {
	targetConfig
	file   string // of the configuration
	params assignments
}

func (c *cleanupConfig) run(ctx context.Context, env Env, args []string) error {
	if len(args) == 0 {
		return errors.New("name the ledger that the run left; its report says which")
	}
	if err := errors.Join(noArguments(args[1:]), c.check()); err != nil {
		return err
	}
	options, err := c.options(ctx, env.Getenv)
	if err != nil {
		return err
	}
	for name, value := range c.params.values {
		options = append(options, conformance.WithParam(name, value))
	}
	cleaned, err := conformance.CleanUp(ctx, c.target, args[0], options...)
	switch {
	case errors.Is(err, context.Canceled):
		return because(exitInterrupted, "interrupted")
	case err != nil:
		return err
	}
	fmt.Fprintf(env.Stdout, "deleted %d, left %d\n", cleaned.Deleted, cleaned.Left)
	for _, left := range cleaned.Undeleted {
		fmt.Fprintf(env.Stderr, "left: %s\n", left)
	}
	switch {
	case cleaned.Left > 0:
		return because(exitLeft, report.Counted(cleaned.Left, "record")+" could not be deleted at "+cleaned.Target)
	case cleaned.Target == "":
		return nil
	}
	return os.Remove(args[0]) // as a run does when nothing is left
}
