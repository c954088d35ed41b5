package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"net/url"
	"os"
	"strings"

	"understudy/conformance"
)

func cleanupCommand() command {
	return command{
		name:      "cleanup",
		arguments: "LEDGER",
		summary:   "delete what an unfinished check left behind",
		about: "Deletes the records that the file LEDGER lists, which `understudy check` keeps when\n" +
			"it could not delete them itself, on the server that LEDGER names and nowhere else.\n" +
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
			flags.StringVar(&config.target, "target", "", "refuse a ledger of another server than the one at `URL`")
			return func(ctx context.Context, env Env, args []string) error {
				if err := fillFromConfig(flags, config.file, env.Getenv); err != nil {
					return err
				}
				return config.run(ctx, env, args)
			}
		},
	}
}

// cleanupConfig is what the flags of cleanup say.
type cleanupConfig struct {
	targetConfig
	file string // of the configuration
}

func (c *cleanupConfig) run(ctx context.Context, env Env, args []string) error {
	if len(args) == 0 {
		return errors.New("name the ledger that the run left; its report says which")
	}
	if err := errors.Join(noArguments(args[1:]), c.check()); err != nil {
		return err
	}
	target, err := ledgerTarget(args[0])
	if err != nil {
		return err
	}
	if c.target != "" && target != "" && !sameServer(c.target, target) {
		return fmt.Errorf("%s is of %s, and the target is %s: nothing was sent", args[0], target, c.target)
	}
	options, err := c.options(ctx)
	if err != nil {
		return err
	}
	deleted, left, err := conformance.CleanUp(ctx, args[0], options...)
	fmt.Fprintf(env.Stdout, "deleted %d, left %d\n", deleted, left)
	switch {
	case errors.Is(err, context.Canceled):
		return because(exitInterrupted, "interrupted")
	case err != nil:
		return err
	case left > 0:
		return because(exitLeft, counted(left, "record")+" could not be deleted at "+target)
	case target == "":
		return nil
	}
	return os.Remove(args[0]) // as a run does when nothing is left
}

// ledgerTarget is the server that a ledger is of, "" for one that lists nothing.
// It refuses a ledger that would send a key to more than one server: one of
// several targets, and one with a path that changes the host.
func ledgerTarget(name string) (string, error) {
	data, err := readFile(name)
	if err != nil {
		return "", err
	}
	target := ""
	for i, line := range bytes.Split(bytes.TrimSpace(data), []byte("\n")) {
		var entry struct{ Target, Path string }
		if len(data) == 0 {
			break
		}
		if err := json.Unmarshal(line, &entry); err != nil || entry.Path == "" {
			return "", fmt.Errorf("%s:%d: not a line of a ledger", name, i+1)
		}
		if entry.Target != "" && target != "" && entry.Target != target {
			return "", fmt.Errorf("%s:%d: the ledger is of two servers, %s and %s: give each a file of its own", name, i+1, target, entry.Target)
		}
		if entry.Target != "" {
			target = entry.Target
		}
		if !staysOn(target, entry.Path) {
			return "", fmt.Errorf("%s:%d: %q is no path on %s", name, i+1, entry.Path, target)
		}
	}
	return target, nil
}

// staysOn reports whether a path leads to the server that it is put behind.
func staysOn(target, path string) bool {
	base, err := url.Parse(target)
	if err != nil || base.Host == "" || !strings.HasPrefix(path, "/") {
		return false
	}
	whole, err := url.Parse(target + path)
	return err == nil && whole.Host == base.Host
}
