package cli

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"time"

	"understudy/conformance"
	"understudy/conformance/report"
)

func checkCommand() command {
	return command{
		name:      "check",
		arguments: "[TARGET]",
		summary:   "judge whether a server behaves as the document says",
		about: "Judges the server at the URL TARGET, and without one the stand-in, which it starts\n" +
			"for itself with keys of its own. It creates records, looks at what becomes of them,\n" +
			"and deletes them again; it never changes what it did not create. Where TARGET is\n" +
			"not on this machine it only reads, unless --writes is given.\n" +
			"\n" +
			"What a flag does not say is taken from its environment variable, and then from\n" +
			usualConfig + ", which has the names of the flags, maps for NAME=VALUE, and keys as\n" +
			"$NAME. A report FILE of - is stdout; the report for people moves to stderr then.\n" +
			"\n" +
			"Exit codes: 0 the target conforms; 1 it does not, or the verdict is partial, since\n" +
			"a MUST did not run (--allow-partial makes that 0), which what --only and --skip\n" +
			"leave out does not make it: the verdict counts that; 2 a flag, a file or the document\n" +
			"is wrong; 3 the target cannot be reached, stops answering, or refuses the key;\n" +
			"4 it conforms, and records of the run are left on it; 130 the run was interrupted\n" +
			"(it cleans up and reports all the same).",
		setup: func(flags *flag.FlagSet) action {
			config := &checkConfig{}
			config.declare(flags)
			return configured(flags, &config.file, config.run)
		},
	}
}

// checkConfig is what the flags of check say.
type checkConfig struct {
	runConfig
	only         list
	skip         assignments
	level        string
	known        string
	updateKnown  bool
	allowPartial bool
	parallel     bound
	reports      reportFiles
	list         bool
}

func (c *checkConfig) declare(flags *flag.FlagSet) {
	c.skip.form = "PATTERN=REASON"
	c.runConfig.declare(flags)
	flags.Var((*named)(&c.target), "target", "judge the server at `URL`, as the argument TARGET does")
	flags.Var(&c.only, "only", "run the checks that match `PATTERN`: an id, a group, or a pattern like crud/*; may be given several times")
	flags.Var(&c.skip, "skip", "leave out checks for a reason, as `PATTERN=REASON`; may be given several times")
	flags.StringVar(&c.level, "level", "must", "fail for what is below `LEVEL`: must, or should, which counts a failed SHOULD too")
	flags.Var((*named)(&c.known), "known", "let the failures pass that `FILE` lists, and nothing else")
	flags.BoolVar(&c.updateKnown, "update-known", false, "write the --known file anew, from what fails now")
	flags.BoolVar(&c.allowPartial, "allow-partial", false, "end with 0 too when nothing failed and a MUST did not run")
	flags.Var(&c.parallel, "parallel", "run at most `N` checks at once, of collections that do not meet (default: as many as there are processors, at most 4, and 1 for a target that is not on this machine)")
	c.reports.declare(flags)
	flags.BoolVar(&c.list, "list", false, "print what would run, and why the rest would not; sends no request")
}

func (c *checkConfig) run(ctx context.Context, env Env, args []string) error {
	if err := errors.Join(c.choose(args), c.check()); err != nil {
		return err
	}
	options, err := c.options(ctx, env)
	if err != nil {
		return err
	}
	known, err := c.readKnown()
	if err != nil {
		return err
	}
	if c.target == "" {
		s, err := startJudged(ctx, c.documentConfig)
		if err != nil {
			return err
		}
		defer s.stop()
		c.target = s.url
		options = append(options, s.options()...)
	}
	if c.list {
		return writePlan(env.Stdout, c.target, options)
	}
	return c.judge(ctx, env, options, known)
}

// check refuses flags whose values make no sense.
func (c *checkConfig) check() error {
	switch {
	case c.level != "must" && c.level != "should":
		return fmt.Errorf("--level %q: use must or should", c.level)
	case c.parallel.isGiven && c.parallel.number < 1:
		return fmt.Errorf("--parallel %d: give a number of at least 1", c.parallel.number)
	case c.updateKnown && c.known == "":
		return errors.New("--update-known writes the file that --known names: give that too")
	}
	if c.updateKnown {
		if err := canHold("known", c.known); err != nil {
			return err
		}
	}
	return errors.Join(c.runConfig.check(), c.reports.of(nil).check())
}

// options turns the flags into those of the library.
func (c *checkConfig) options(ctx context.Context, env Env) ([]conformance.Option, error) {
	options, err := c.runConfig.options(ctx, env)
	if err != nil {
		return nil, err
	}
	options = append(options, conformance.WithParallel(c.parallel.number))
	for _, pattern := range c.only {
		options = append(options, conformance.WithOnly(pattern))
	}
	for pattern, reason := range c.skip.values {
		options = append(options, conformance.WithSkip(pattern, reason))
	}
	if c.level == "should" {
		options = append(options, conformance.WithShould())
	}
	return options, nil
}

// judge runs the suite and tells what it found.
func (c *checkConfig) judge(ctx context.Context, env Env, options []conformance.Option, known conformance.Known) error {
	progress := report.NewProgress(env.Stderr, isTerminal(env.Stderr))
	r, ended := conformance.Execute(ctx, c.target, append(options, conformance.WithPlan(tellPlan(env.Stderr)), conformance.WithProgress(progress.Finished))...)
	progress.Clear()
	if r == nil {
		return unjudged(ended)
	}
	var unwritten error
	if c.updateKnown && ended == nil {
		known = known.Refresh(r)
		unwritten = writeFile(c.known, known.Encode())
	}
	known.Apply(r, time.Now())
	if err := errors.Join(unwritten, c.reports.of(r).write(env, forPeople(r))); err != nil {
		return err
	}
	return c.conclude(r, ended)
}

// unjudged completes the reason why a run did not begin.
func unjudged(err error) error {
	if errors.Is(err, context.Canceled) {
		return because(exitInterrupted, "interrupted before a check began")
	}
	return err
}

// conclude is how the program ends after a report, nil for a target that
// conforms. ended is what ended the run early, if anything did.
func (c *checkConfig) conclude(r *report.Report, ended error) error {
	left := leftAt(r)
	switch {
	case errors.Is(ended, context.Canceled):
		return because(exitInterrupted, "interrupted", left)
	case r.Verdict == report.Fails:
		return because(exitFails, left)
	case ended != nil && isBroken(ended):
		return because(exitUnreachable, "the target stopped answering: "+ended.Error(), left)
	case ended != nil:
		return because(exitFails, ended.Error(), left)
	case r.Verdict == report.Partial && !c.allowPartial:
		return because(exitFails, "the verdict is partial, which is no pass; --allow-partial lets it pass", left)
	case left != "":
		return because(exitLeft, left)
	}
	return nil
}

// leftAt says what a run left, and how to get rid of it; "" when it left nothing.
func leftAt(r *report.Report) string {
	if r.Left == 0 {
		return ""
	}
	return report.Counted(r.Left, "record") + " left at " + r.Target + "; `" + r.Cleanup + "` deletes what it can"
}

// because ends the program with a code and what there is to say, if anything.
func because(code int, sentences ...string) error {
	said := strings.Join(slices.DeleteFunc(sentences, func(sentence string) bool { return sentence == "" }), "; ")
	if said == "" {
		return &exitError{code: code}
	}
	return &exitError{code, errors.New(said)}
}

// isBroken reports whether an error is of the network, and not of a target that
// answers.
func isBroken(err error) bool {
	var network net.Error
	return errors.As(err, &network) || errors.Is(err, io.ErrUnexpectedEOF)
}
