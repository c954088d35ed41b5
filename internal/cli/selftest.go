package cli

import (
	"context"
	"flag"

	"understudy/conformance/report"
	"understudy/conformance/selftest"
)

func selftestCommand() command {
	return command{
		name:    "selftest",
		summary: "prove the suite: which of its checks finds which of a few hundred bugs",
		about: "Runs the suite against a correct server that was written by hand, which must raise\n" +
			"no alarm, and against the same server with each of a few hundred bugs, each of\n" +
			"which a check of its own group must find. Prints how many are found, and those that\n" +
			"are not.",
		setup: func(flags *flag.FlagSet) action {
			config := &selftestConfig{}
			flags.BoolVar(&config.all, "all", false, "print each bug with the checks that find it")
			return config.run
		},
	}
}

type selftestConfig struct{ all bool }

func (c *selftestConfig) run(ctx context.Context, env Env, args []string) error {
	if err := noArguments(args); err != nil {
		return err
	}
	matrix, err := selftest.Run(ctx, nil)
	if err != nil {
		return err
	}
	matrix.Write(env.Stdout, c.all)
	if len(matrix.Alarms) > 0 {
		return because(exitFails, "the suite raises "+report.Counted(len(matrix.Alarms), "false alarm")+" on a correct server")
	}
	return nil
}
