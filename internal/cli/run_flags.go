package cli

import (
	"context"
	"flag"
	"fmt"
	"time"

	"understudy/conformance"
)

// runConfig is what the flags say of a run that creates records of its own.
type runConfig struct {
	targetConfig
	file     string // of the configuration
	params   assignments
	foreign  assignments
	readOnly bool
	writes   bool
	requests bound
	settle   time.Duration
	seed     uint64
	ledger   string
}

func (c *runConfig) declare(flags *flag.FlagSet) {
	c.params.form, c.foreign.form = "NAME=VALUE", "NAME=VALUE"
	declareConfig(flags, &c.file)
	c.targetConfig.declare(flags)
	flags.Var(&c.params, "param", "the value of a path parameter that nothing creates, as `NAME=VALUE`, or PATH:NAME=VALUE for one path alone; may be given several times")
	flags.Var(&c.foreign, "foreign-param", "the value that only the foreign key may enter, as `NAME=VALUE`; may be given several times")
	flags.BoolVar(&c.readOnly, "read-only", false, "send nothing that may change the target, also with --writes")
	flags.BoolVar(&c.writes, "writes", false, "write to a target that is not on this machine")
	flags.Var(&c.requests, "max-requests", "send at most `N` requests (default: twice what the plan says, at least 2000 and at most 100000)")
	flags.DurationVar(&c.settle, "settle", 0, "give the target `DURATION` to show what was written")
	flags.Uint64Var(&c.seed, "seed", 0, "derive every made-up value from the number `N`, which the first line of a report tells: the same number repeats a run; 0 takes another each time, so that no run meets what an earlier one left")
	flags.Var((*named)(&c.ledger), "ledger", "list what the run creates in `FILE` until it is deleted again; by default in the temporary folder")
}

// check refuses flags whose values make no sense.
func (c *runConfig) check() error {
	switch {
	case c.requests.isGiven && c.requests.number < 1:
		return fmt.Errorf("--max-requests %d: give a number of at least 1", c.requests.number)
	case c.settle < 0:
		return fmt.Errorf("--settle %s: give a duration of at least 0, like 2s", c.settle)
	}
	return c.targetConfig.check()
}

// options turns the flags into those of the library.
func (c *runConfig) options(ctx context.Context, env Env) ([]conformance.Option, error) {
	options, err := c.targetConfig.options(ctx, env)
	if err != nil {
		return nil, err
	}
	options = append(options,
		conformance.WithMaxRequests(c.requests.number), conformance.WithSettle(c.settle), conformance.WithSeed(c.seed), conformance.WithLedger(c.ledger))
	for name, value := range c.params.values {
		options = append(options, conformance.WithParam(name, value))
	}
	for name, value := range c.foreign.values {
		options = append(options, conformance.WithForeignParam(name, value))
	}
	if c.readOnly {
		options = append(options, conformance.WithReadOnly())
	}
	if c.writes {
		options = append(options, conformance.WithWrites())
	}
	return options, nil
}
