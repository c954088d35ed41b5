package cli

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net/url"
	"os"
	"strings"
	"time"

	"understudy/internal/proxy"
)

func verifyCommand() command {
	return command{
		name:      "verify",
		arguments: "FILE.har",
		summary:   "judge recorded traffic by the document",
		about: "Judges the requests and answers of a HAR file, as browsers export it and as proxy\n" +
			"writes it, without a network. Entries of other places are counted and not judged:\n" +
			"the API is below --base, or else where our own file says, or else below the\n" +
			"servers of the document.\n" +
			"\n" +
			"Exit codes: 0; 1 with --fail-on, when such a violation was seen or nothing was\n" +
			"judged; 2 a flag, the file or the document is wrong, or no entry is of the API that\n" +
			"the document describes.",
		setup: func(flags *flag.FlagSet) action {
			config := &verifyConfig{}
			config.declare(flags)
			return configured(flags, &config.file, config.run)
		},
	}
}

// verifyConfig is what the flags of verify say.
type verifyConfig struct {
	witnessConfig
	base string
}

func (c *verifyConfig) declare(flags *flag.FlagSet) {
	c.witnessConfig.declare(flags)
	flags.Var((*named)(&c.base), "base", "judge the entries below `URL`")
}

func (c *verifyConfig) run(ctx context.Context, env Env, args []string) error {
	switch {
	case len(args) == 0:
		return errors.New("name the HAR file to be judged: understudy verify FILE.har")
	case len(args) > 1:
		return fmt.Errorf("unexpected argument %q; one HAR file is judged at a time", args[1])
	}
	if u, err := url.Parse(c.base); c.base != "" && (err != nil || !isWeb(u)) {
		return fmt.Errorf("--base %q: give a whole URL, like https://api.example.com/v1", c.base)
	}
	if err := c.check(); err != nil {
		return err
	}
	watch, err := c.watch(ctx)
	if err != nil {
		return err
	}
	file, err := os.Open(args[0])
	if err != nil {
		return fmt.Errorf("cannot read %s: %w", args[0], plain(err))
	}
	defer func() { _ = file.Close() }()
	started := time.Now()
	w := proxy.NewWitness(watch)
	verified, err := proxy.Verify(file, w, c.base)
	if err != nil {
		return fmt.Errorf("%s: %w", args[0], err)
	}
	notes := elsewhere(verified.Elsewhere)
	if verified.Judged == 0 && len(notes) > 0 {
		return fmt.Errorf("no entry of %s is below %s: %s; say where the API is with --base URL", args[0], strings.Join(verified.Bases, " or "), strings.Join(notes, ", "))
	}
	if verified.Judged > 0 && w.Matched() == 0 {
		return fmt.Errorf("no entry of %s is of a path of the document: go by the document of its API, with --spec FILE, or say where that is, with --base URL", args[0])
	}
	if verified.Judged == 0 {
		return fmt.Errorf("%s records no request: there is nothing to judge", args[0])
	}
	if err := c.tell(env, w, args[0], started, notes); err != nil {
		return err
	}
	return c.conclude(w)
}
