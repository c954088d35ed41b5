package cli

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"slices"

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
			"that LEDGER names and nowhere else; one that is not on this machine must be named with\n" +
			"--target too. It goes by the document that the run went by, which LEDGER names, unless\n" +
			"--spec gives another, and deletes only what that has as a record.\n" +
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
			flags.Var((*named)(&config.target), "target", "refuse a ledger of another server than the one at `URL`; must be given for one that is not on this machine")
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
	if err := c.takeDocument(ctx, env, args[0]); err != nil {
		return err
	}
	options, err := c.options(ctx, env)
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
	case cleaned.Refused:
		return because(exitLeft, report.Counted(cleaned.Left, "record")+" left: "+cleaned.Target+" refuses the key for each; "+c.keysOfRun(ctx))
	case cleaned.Left > 0:
		return because(exitLeft, report.Counted(cleaned.Left, "record")+" could not be deleted at "+cleaned.Target)
	case cleaned.Target == "":
		return nil
	}
	return os.Remove(args[0]) // as a run does when nothing is left
}

// takeDocument goes by the document that the run of a ledger went by, unless a flag names
// another.
func (c *cleanupConfig) takeDocument(ctx context.Context, env Env, ledger string) error {
	run, err := conformance.ReadLedgerRun(ledger)
	if err != nil || run == nil {
		return err
	}
	isGiven := c.spec != ""
	if !isGiven {
		c.spec = run.Document.File
	}
	if len(c.overlays) == 0 {
		for _, overlay := range run.Overlays {
			c.overlays = append(c.overlays, overlay.File)
		}
	}
	if !isGiven && c.spec == "-" || slices.Contains(c.overlays, "-") {
		return fmt.Errorf("%s is of a run that read its document on stdin: give it with --spec FILE, and what changes it with --overlay FILE", ledger)
	}
	read, err := c.read(ctx)
	switch {
	case err != nil && !isGiven:
		return fmt.Errorf("the run of %s went by a document that cannot be found any more: %w; give it with --spec FILE", ledger, err)
	case err != nil:
		return err
	}
	isEmbedded := run.Document.File == "" // an older one is nowhere to be had
	if changed := read.unlike(run); changed != "" && (isGiven || isEmbedded) {
		fmt.Fprintf(env.Stderr, "%s is of a run by another state of %s\n", ledger, changed)
	} else if changed != "" {
		return fmt.Errorf("%s has changed since the run of %s: nothing was sent; to go by it as it is, say so with --spec FILE", changed, ledger)
	}
	return nil
}

// unlike names what is not as it was for a run; "" when all is.
func (d document) unlike(run *conformance.LedgerRun) string {
	_, data := d.source()
	if !run.Document.Holds(data) {
		return run.Document.String()
	}
	for i, overlay := range run.Overlays {
		if i >= len(d.overlays) || !overlay.Holds(d.overlays[i].data) {
			return overlay.String()
		}
	}
	return ""
}

// keysOfRun says which keys to give.
func (c *cleanupConfig) keysOfRun(ctx context.Context) string {
	hint := "give the keys that the run had, with UNDERSTUDY_TOKEN"
	if read, err := c.read(ctx); err == nil {
		for _, scheme := range read.schemes() {
			hint += " or " + conformance.SchemeVariable(scheme)
		}
	}
	return hint + ", and its document with --spec"
}
