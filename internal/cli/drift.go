package cli

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"

	"understudy/conformance"
	"understudy/conformance/drift"
	"understudy/conformance/report"
	"understudy/mockserver"
)

func driftCommand() command {
	return command{
		name:      "drift",
		arguments: "TARGET",
		summary:   "say where the stand-in differs from the real server",
		about: "Sends one script of requests, made from the document, to the server at the URL TARGET\n" +
			"and to a stand-in that it starts for itself, and lines up the answers. Ids, times and\n" +
			"what else must differ is matched by its role. It creates records, and deletes them\n" +
			"again, as check does: it never changes what it did not create, and where TARGET is\n" +
			"not on this machine it only reads, unless --writes is given.\n" +
			"\n" +
			"--write-overlay writes an OpenAPI Overlay that brings the stand-in into line, plays\n" +
			"the script to a stand-in with it, and says what is left. `understudy serve --overlay`\n" +
			"takes it.\n" +
			"\n" +
			"What a flag does not say is taken as check takes it, from the environment and from\n" +
			usualConfig + ". A report FILE of - is stdout; the report for people moves to\n" +
			"stderr then.\n" +
			"\n" +
			"Exit codes: 0 there is no difference; 1 there is one, or not all was compared; 2 a\n" +
			"flag, a file or the document is wrong; 3 TARGET cannot be reached, stops answering,\n" +
			"or refuses the key; 4 there is no difference, and records of the run are left on\n" +
			"TARGET; 130 the run was interrupted (it cleans up and reports all the same).",
		setup: func(flags *flag.FlagSet) action {
			config := &driftConfig{}
			config.declare(flags)
			return configured(flags, &config.file, config.run)
		},
	}
}

// driftConfig is what the flags of drift say.
type driftConfig struct {
	runConfig
	ignoreWords bool
	overlay     string // to be written
	json, html  string // files of the report
}

func (c *driftConfig) declare(flags *flag.FlagSet) {
	c.runConfig.declare(flags)
	flags.Var((*named)(&c.target), "target", "ask the server at `URL`, as the argument TARGET does")
	flags.BoolVar(&c.ignoreWords, "ignore-words", false, "compare the form of errors, and not what they say")
	flags.Var((*named)(&c.overlay), "write-overlay", "write to `FILE` an OpenAPI Overlay that brings the stand-in into line")
	flags.Var((*named)(&c.json), "json", "write the report to `FILE` as JSON")
	flags.Var((*named)(&c.html), "html", "write the report to `FILE` as one page for a browser")
}

// files are those that are written at the end.
func (c *driftConfig) files(r *drift.Report, overlay []byte) outputs {
	return wanted(
		output{"json", c.json, func(w io.Writer) error { return drift.WriteJSON(w, r) }},
		output{"html", c.html, func(w io.Writer) error { return drift.WriteHTML(w, r) }},
		output{"write-overlay", c.overlay, func(w io.Writer) error { _, err := w.Write(overlay); return err }},
	)
}

func (c *driftConfig) run(ctx context.Context, env Env, args []string) error {
	err := errors.Join(c.choose(args), c.check(), c.files(nil, nil).check())
	if err == nil && c.target == "" {
		err = errors.New("name the server to hold the stand-in against, like https://staging.example.com")
	}
	if err != nil {
		return err
	}
	options, err := c.options(ctx, env)
	if err != nil {
		return err
	}
	document, err := c.read(ctx)
	if err != nil {
		return err
	}
	options = append(options, conformance.WithPlan(func(plan report.Plan) {
		fmt.Fprintf(env.Stderr, "target: %s\n", plan.Seen())
		tellLedger(env.Stderr, plan)
	}))
	settings := drift.Settings{Start: document.startForDrift, Document: document.ofSuite(), IgnoreWords: c.ignoreWords}
	run, found, ended := drift.Execute(ctx, c.target, settings, options...)
	if found == nil {
		return unjudged(ended)
	}
	return c.finish(ctx, env, run, found, ended)
}

// finish writes the overlay and the reports, and says how the program ends.
func (c *driftConfig) finish(ctx context.Context, env Env, run *drift.Run, found *drift.Report, ended error) error {
	var overlay []byte
	if c.overlay != "" && ended == nil {
		overlay, ended = run.Mend(ctx, found)
	}
	files := c.files(found, overlay)
	if overlay == nil {
		c.overlay = ""
		files = c.files(found, nil)
	}
	if err := files.write(env, func(people io.Writer, colour bool) error { return drift.WriteText(people, found, colour) }); err != nil {
		return err
	}
	return c.conclude(found, ended)
}

// conclude is how the program ends after a report, nil where nothing differs.
func (c *driftConfig) conclude(r *drift.Report, ended error) error {
	left := leftAt(r.Run)
	switch {
	case errors.Is(ended, context.Canceled):
		return because(exitInterrupted, "interrupted", left)
	case ended != nil && isBroken(ended):
		return because(exitUnreachable, "the target stopped answering: "+ended.Error(), left)
	case ended != nil:
		return because(exitFails, ended.Error(), left)
	case r.Verdict != drift.Same:
		return because(exitFails, left)
	case left != "":
		return because(exitLeft, left)
	}
	return nil
}

// startForDrift starts a stand-in that holds as many records as the target, and none
// that its document's data would bring.
func (d document) startForDrift(ctx context.Context, setup drift.Setup) (*drift.StandIn, error) {
	d.name, d.data = d.source()
	options := append(d.ofServer(), mockserver.WithRecords(setup.Records))
	for _, overlay := range setup.Overlays {
		options = append(options, mockserver.WithOverlay("the written overlay", overlay))
	}
	s, err := startStandIn(ctx, options...)
	if err != nil {
		return nil, err
	}
	return &drift.StandIn{URL: s.url, Options: s.options(), Stop: s.stop}, nil
}
