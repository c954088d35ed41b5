package cli

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"understudy/conformance/report"
	"understudy/internal/proxy"
)

func proxyCommand() command {
	return command{
		name:      "proxy",
		arguments: "UPSTREAM",
		summary:   "stand before an API and tell who breaks its document",
		about: "Passes requests on to the API at the URL UPSTREAM and its answers back, without\n" +
			"changing a byte, and judges a copy of both by the document. Each cause of\n" +
			"violations is told when it is first seen; a report follows at the end, which is\n" +
			"Ctrl-C or SIGTERM.\n" +
			"\n" +
			"What a flag does not say is taken from its environment variable, and then from\n" +
			usualConfig + ". A report FILE of - is stdout.\n" +
			"\n" +
			"Exit codes: 0; 1 with --fail-on, when such a violation was seen or nothing of the\n" +
			"document was; 2 a flag, a file or the document is wrong; 3 requests came, and\n" +
			"UPSTREAM answered none.",
		setup: func(flags *flag.FlagSet) action {
			config := &proxyConfig{}
			config.declare(flags)
			return configured(flags, &config.file, config.run)
		},
	}
}

// proxyConfig is what the flags of proxy say.
type proxyConfig struct {
	witnessConfig
	upstream  string
	addr      string
	errors    bool
	har       string
	record    string
	ca        string
	insecure  bool
	keepHost  bool
	bodyLimit int64
	timeout   time.Duration
	quiet     bool
}

func (c *proxyConfig) declare(flags *flag.FlagSet) {
	c.witnessConfig.declare(flags)
	flags.Var((*named)(&c.upstream), "upstream", "stand before the API at `URL`, as the argument UPSTREAM does")
	flags.StringVar(&c.addr, "addr", "127.0.0.1:4011", "listen on `HOST:PORT`; port 0 picks a free one")
	flags.BoolVar(&c.errors, "errors", false, "answer what breaks the document with an error instead of passing it on; bodies wait to be judged then")
	flags.Var((*named)(&c.har), "har", "write every exchange to `FILE`, as HAR")
	flags.Var((*named)(&c.record), "record", "write the records that passed to `DIR`, as data for serve --data")
	flags.Var((*named)(&c.ca), "ca", "trust the certificates in the PEM `FILE` too")
	flags.BoolVar(&c.insecure, "insecure", false, "trust any certificate of UPSTREAM")
	flags.BoolVar(&c.keepHost, "keep-host", false, "send the Host that the caller sent, not that of UPSTREAM")
	flags.Int64Var(&c.bodyLimit, "body-limit", 1<<20, "judge bodies of up to `BYTES`; longer ones pass all the same")
	flags.DurationVar(&c.timeout, "timeout", 0, "wait at most `DURATION` for an answer to begin; 0 is as long as the caller waits")
	flags.BoolVar(&c.quiet, "quiet", false, "tell nothing before the end, but the URL when port 0 was asked for")
}

// check refuses flags whose values make no sense.
func (c *proxyConfig) check() error {
	switch {
	case c.bodyLimit < 1:
		return fmt.Errorf("--body-limit %d: give a number of bytes above 0", c.bodyLimit)
	case c.timeout < 0:
		return fmt.Errorf("--timeout %s: give a duration of at least 0, like 30s", c.timeout)
	}
	if err := checkAddress(c.addr); err != nil {
		return err
	}
	if c.har == "-" {
		return errors.New("--har -: it is whole at any time, which stdout cannot be; name a file")
	}
	if c.har != "" {
		if err := canHold("har", c.har); err != nil {
			return err
		}
	}
	return c.witnessConfig.check()
}

// target is the URL of the API.
func (c *proxyConfig) target(args []string) (*url.URL, error) {
	if len(args) > 0 {
		c.upstream = args[0]
		if err := noArguments(args[1:]); err != nil {
			return nil, err
		}
	}
	u, err := url.Parse(c.upstream)
	switch {
	case c.upstream == "":
		return nil, errors.New("name the API to stand before: understudy proxy https://api.example.com")
	case err != nil || !isWeb(u):
		return nil, fmt.Errorf("%q is no URL of an API: give http or https, a host and perhaps a path", c.upstream)
	case u.User != nil:
		return nil, fmt.Errorf("the URL %s holds a password, which reports would show: let the caller send it", u.Redacted())
	case u.RawQuery != "" || u.Fragment != "":
		return nil, fmt.Errorf("%q has more than a host and a path: leave the query and the fragment out", c.upstream)
	}
	return u, nil
}

// isWeb reports whether a URL is that of something on the web.
func isWeb(u *url.URL) bool { return u.Host != "" && (u.Scheme == "http" || u.Scheme == "https") }

// trust is how the API's certificate is judged.
func (c *proxyConfig) trust() (*tls.Config, error) {
	config := &tls.Config{MinVersion: tls.VersionTLS12, InsecureSkipVerify: c.insecure} //nolint:gosec // only when asked for
	if c.ca == "" {
		return config, nil
	}
	pem, err := readFile(c.ca)
	if err != nil {
		return nil, err
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool()
	}
	if !pool.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("--ca %s: there is no certificate in it; give a PEM file", c.ca)
	}
	config.RootCAs = pool
	return config, nil
}

func (c *proxyConfig) run(ctx context.Context, env Env, args []string) error {
	upstream, err := c.target(args)
	if err := errors.Join(err, c.check()); err != nil {
		return err
	}
	trust, err := c.trust()
	if err != nil {
		return err
	}
	watch, err := c.watch(ctx)
	if err != nil {
		return err
	}
	people := c.files(nil, nil).people(env)
	watch.Upstream, watch.Record = upstream, c.record != ""
	if !c.quiet {
		watch.Live = func(line string) { fmt.Fprintln(people, line) }
	}
	if c.har != "" {
		file, err := os.Create(c.har)
		if err != nil {
			return fmt.Errorf("cannot write %s: %w", c.har, plain(err))
		}
		defer func() { _ = file.Close() }() // what could not be written was told by then
		if watch.HAR, err = proxy.NewHARWriter(file, upstream.String()); err != nil {
			return fmt.Errorf("cannot write %s: %w", c.har, plain(err))
		}
	}
	if c.record != "" {
		if err := os.MkdirAll(c.record, 0o755); err != nil {
			return fmt.Errorf("cannot make %s: %w", c.record, plain(err))
		}
	}
	return c.stand(ctx, env, people, watch, upstream, trust)
}

// stand passes on what comes until the context ends, and tells what was seen.
func (c *proxyConfig) stand(ctx context.Context, env Env, people io.Writer, watch proxy.Watch, upstream *url.URL, trust *tls.Config) error {
	listener, err := listen(ctx, c.addr)
	if err != nil {
		return err
	}
	own := "http://" + pasteable(listener.Addr().String())
	if upstream.Scheme == "http" && leadsTo(ctx, upstream, listener.Addr()) {
		_ = listener.Close()
		return fmt.Errorf("%s is where the proxy itself listens: choose another address with --addr", upstream)
	}
	witness := proxy.NewWitness(watch)
	passing := proxy.New(proxy.Config{
		Contract: watch.Contract, Model: watch.Model, Upstream: upstream, Witness: witness, Errors: c.errors, KeepHost: c.keepHost,
		BodyLimit: c.bodyLimit, Timeout: c.timeout, TLS: trust, Clock: time.Now,
	})
	switch {
	case !c.quiet:
		fmt.Fprintf(people, "%s\n%s stands before %s. Stop with Ctrl-C.\n", watch.Contract, own, upstream)
	case isAnyPort(c.addr):
		fmt.Fprintln(people, own) // nobody could know it otherwise
	}
	started := time.Now()
	failed := serve(ctx, passing.HTTPServer(), listener)
	notes := c.lost(passing.Close())
	if watch.HAR != nil {
		more, err := c.recording(watch.HAR.Close())
		notes, failed = append(notes, more...), errors.Join(failed, err)
	}
	more, err := c.keep(witness)
	notes, failed = append(notes, more...), errors.Join(failed, err)
	if err := errors.Join(failed, c.tell(env, witness, upstream.String(), started, notes)); err != nil {
		return err
	}
	if answered, unanswered := witness.Answered(); answered == 0 && unanswered > 0 {
		return because(exitUnreachable, fmt.Sprintf("%s answered none of %s", upstream, report.Counted(unanswered, "request")))
	}
	return c.conclude(witness)
}

// leadsTo reports whether a URL is that of a listener of this machine, by whichever name.
func leadsTo(ctx context.Context, u *url.URL, listening net.Addr) bool {
	own, ok := listening.(*net.TCPAddr)
	if !ok || cmp.Or(u.Port(), "80") != strconv.Itoa(own.Port) {
		return false
	}
	addresses, _ := net.DefaultResolver.LookupIPAddr(ctx, u.Hostname()) // an unknown name leads nowhere
	return slices.ContainsFunc(addresses, func(address net.IPAddr) bool {
		return address.IP.Equal(own.IP) || own.IP.IsUnspecified() && address.IP.IsLoopback()
	})
}

// lost tells of exchanges that were not judged.
func (c *proxyConfig) lost(n int) []string {
	if n == 0 {
		return nil
	}
	return []string{report.Counted(n, "exchange") + " passed and were not judged, since too many came at once"}
}

// recording says what is not in the HAR file.
func (c *proxyConfig) recording(cut int, err error) ([]string, error) {
	switch {
	case err != nil:
		return nil, fmt.Errorf("cannot write %s: %w", c.har, plain(err))
	case cut > 0:
		return []string{fmt.Sprintf("%s are not in %s, which would be too long", report.Counted(cut, "exchange"), c.har)}, nil
	}
	return nil, nil
}

// keep writes the records that passed.
func (c *proxyConfig) keep(w *proxy.Witness) ([]string, error) {
	recorded, err := w.Recorded()
	if recorded == nil || err != nil {
		return nil, err
	}
	name := filepath.Join(c.record, "records.json")
	notes := []string{fmt.Sprintf("%s of %s are in %s", report.Counted(recorded.Records, "record"), report.Counted(recorded.Collections, "collection"), name)}
	for _, reason := range recorded.Unplaced {
		notes = append(notes, "not recorded: "+reason)
	}
	return notes, writeFile(name, recorded.Data)
}
