package cli

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"understudy/conformance/report"
	"understudy/mockserver"
)

func serveCommand() command {
	return command{
		name:    "serve",
		summary: "stand in for the API: a mock that remembers what it is told",
		about: "Serves the API that the document describes from memory. What is created can be\n" +
			"read, listed, changed and deleted; every request and every answer is checked\n" +
			"against the document. Without flags it serves the embedded document.",
		setup: func(flags *flag.FlagSet) action {
			config := &serveConfig{}
			config.declare(flags)
			return config.run
		},
	}
}

// serveConfig is what the flags of serve say.
type serveConfig struct {
	documentConfig
	data           list
	addr           string
	seed           uint64
	records        int
	strict         bool
	strictDocument bool
	paranoid       bool
	bodyLimit      int64
	journal        int
	origins        list
	trustProxy     bool
	adminOpen      bool
	quiet          bool
	logFormat      string
}

func (c *serveConfig) declare(flags *flag.FlagSet) {
	c.documentConfig.declare(flags, "serve")
	flags.Var(&c.data, "data", "start from the keys and records in `FILE`, or in the files of a folder; may be given several times")
	flags.StringVar(&c.addr, "addr", "127.0.0.1:4010", "listen on `HOST:PORT`; port 0 picks a free one")
	flags.Uint64Var(&c.seed, "seed", 1, "derive every made-up value from the number `N`")
	flags.IntVar(&c.records, "records", 0, "add `N` generated records to each collection")
	flags.BoolVar(&c.strict, "strict", false, "refuse members of a request body that the document does not name")
	flags.BoolVar(&c.strictDocument, "strict-document", false, "refuse a document for faults that would only be warnings")
	flags.BoolVar(&c.paranoid, "paranoid", false, "check every answer once more as it is sent: send 500 in place of a success that breaks the document, and log a refusal that does")
	flags.Int64Var(&c.bodyLimit, "body-limit", 1<<20, "refuse request bodies of more than `BYTES`")
	flags.IntVar(&c.journal, "journal", 1000, "remember the last `N` exchanges under /__admin/requests")
	flags.Var(&c.origins, "cors-origin", "let pages of `ORIGIN` call the API, beside those of this machine; may be given several times")
	flags.BoolVar(&c.trustProxy, "trust-proxy", false, "build links from X-Forwarded-Proto and X-Forwarded-Host")
	flags.BoolVar(&c.adminOpen, "admin-open", false, "let callers from other machines use /__admin")
	flags.BoolVar(&c.quiet, "quiet", false, "print no banner, but the URL when port 0 was asked for, tell no doubts, and log no requests")
	flags.StringVar(&c.logFormat, "log-format", "text", "log in `FORMAT`, text or json")
}

// shutdownTimeout is how long requests under way may take after an interrupt.
const shutdownTimeout = 5 * time.Second

func (c *serveConfig) run(ctx context.Context, env Env, args []string) error {
	if err := errors.Join(noArguments(args), c.check()); err != nil {
		return err
	}
	options, err := c.options(ctx, env)
	if err != nil {
		return err
	}
	server, err := mockserver.New(options...)
	if err != nil {
		return err
	}
	for _, warning := range server.Warnings() {
		fmt.Fprintln(env.Stderr, "warning: "+warning.Error())
	}
	if doubts := server.Doubts(); doubts > 0 && !c.quiet {
		fmt.Fprintf(env.Stderr, "%s about what the document means, told by %s\n", report.Counted(doubts, "doubt"), c.inspectLine())
	}
	listener, err := listen(ctx, c.addr)
	if err != nil {
		return err
	}
	c.announce(ctx, env, server, "http://"+pasteable(listener.Addr().String()))
	return serve(ctx, server.HTTPServer(), listener)
}

// check refuses flags whose values make no sense.
func (c *serveConfig) check() error {
	if err := checkAddress(c.addr); err != nil {
		return err
	}
	switch {
	case c.records < 0:
		return fmt.Errorf("--records %d: give a number of at least 0", c.records)
	case c.bodyLimit < 1:
		return fmt.Errorf("--body-limit %d: give a number of bytes above 0", c.bodyLimit)
	case c.journal < 0:
		return fmt.Errorf("--journal %d: give a number of at least 0", c.journal)
	case c.logFormat != "text" && c.logFormat != "json":
		return fmt.Errorf("--log-format %q: use text or json", c.logFormat)
	}
	for _, origin := range c.origins {
		if origin != "*" && !strings.Contains(origin, "://") {
			return fmt.Errorf("--cors-origin %q: give a whole origin, like https://app.example.com", origin)
		}
	}
	return nil
}

// checkAddress refuses what is no address to listen on.
func checkAddress(addr string) error {
	if _, port, err := net.SplitHostPort(addr); err != nil || port == "" {
		return fmt.Errorf("--addr %q: give HOST:PORT, like 127.0.0.1:4010", addr)
	}
	return nil
}

// options turns the flags into those of the library.
func (c *serveConfig) options(ctx context.Context, env Env) ([]mockserver.Option, error) {
	options := []mockserver.Option{
		mockserver.WithSeed(c.seed), mockserver.WithRecords(c.records), mockserver.WithBodyLimit(c.bodyLimit),
		mockserver.WithJournal(c.journal), mockserver.WithLogger(c.logger(env.Stderr)),
	}
	for flag, option := range map[*bool]mockserver.Option{
		&c.strict: mockserver.WithStrict(), &c.strictDocument: mockserver.WithStrictDocument(),
		&c.trustProxy: mockserver.WithTrustProxy(), &c.adminOpen: mockserver.WithAdminOpen(), &c.paranoid: mockserver.WithParanoid(),
	} {
		if *flag {
			options = append(options, option)
		}
	}
	for _, origin := range c.origins {
		options = append(options, mockserver.WithCORSOrigin(origin))
	}
	document, err := c.read(ctx)
	if err != nil {
		return nil, err
	}
	options = append(options, document.ofServer()...)
	files, err := dataFiles(c.data)
	if err != nil {
		return nil, err
	}
	for _, name := range files {
		data, err := readFile(name)
		if err != nil {
			return nil, err
		}
		options = append(options, mockserver.WithData(name, data))
	}
	return options, nil
}

// dataFiles names the files of data, for a folder those in it, in the order of their
// names.
func dataFiles(names []string) ([]string, error) {
	var files []string
	for _, name := range names {
		if !isFolder(name) {
			files = append(files, name)
			continue
		}
		entries, err := os.ReadDir(name)
		if err != nil {
			return nil, fmt.Errorf("cannot read %s: %w", name, plain(err))
		}
		before := len(files)
		for _, entry := range entries {
			if slices.Contains([]string{".json", ".yaml", ".yml"}, filepath.Ext(entry.Name())) && !entry.IsDir() {
				files = append(files, filepath.Join(name, entry.Name()))
			}
		}
		if len(files) == before {
			return nil, fmt.Errorf("there is no data in the folder %s: its files end in .json, .yaml or .yml", name)
		}
	}
	return files, nil
}

func (c *serveConfig) logger(w io.Writer) *slog.Logger {
	options := &slog.HandlerOptions{Level: slog.LevelInfo}
	if c.quiet {
		options.Level = slog.LevelError
	}
	if c.logFormat == "json" {
		return slog.New(slog.NewJSONHandler(w, options))
	}
	return slog.New(slog.NewTextHandler(w, options))
}

// listen opens the address; the error says in a sentence why it cannot.
func listen(ctx context.Context, addr string) (net.Listener, error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", addr)
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, fmt.Errorf("something listens on %s already; stop it, or choose another address with --addr", addr)
	case err != nil:
		var failed *net.OpError
		if errors.As(err, &failed) {
			err = failed.Err // what failed is told already
		}
		return nil, fmt.Errorf("cannot listen on %s: %w; choose another address with --addr", addr, err)
	}
	return listener, nil
}

// pasteable is an address that a client can call: a server on all addresses is called
// on that of this machine.
func pasteable(addr string) string {
	host, port, err := net.SplitHostPort(addr)
	if ip := net.ParseIP(host); err == nil && ip != nil && ip.IsUnspecified() {
		return net.JoinHostPort("127.0.0.1", port)
	}
	return addr
}

// serve answers requests until the context ends, and lets those under way
// finish.
func serve(ctx context.Context, server *http.Server, listener net.Listener) error {
	done := make(chan error, 1)
	go func() { done <- server.Serve(listener) }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
	}
	patience, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTimeout)
	defer cancel()
	if err := server.Shutdown(patience); err != nil {
		return server.Close() // a request took longer than the patience
	}
	return nil
}

// isAnyPort reports whether an address leaves the port open.
func isAnyPort(addr string) bool { return strings.HasSuffix(addr, ":0") }

// announce tells where the API is and how to call it.
func (c *serveConfig) announce(ctx context.Context, env Env, server *mockserver.Server, url string) {
	switch {
	case c.quiet && isAnyPort(c.addr):
		fmt.Fprintln(env.Stdout, url) // nobody could know it otherwise
	case c.quiet:
	case c.logFormat == "json":
		c.logger(env.Stderr).Info("serving", "title", server.Title(), "url", url)
	default:
		writeBanner(ctx, env.Stdout, server, url)
	}
}

func writeBanner(ctx context.Context, w io.Writer, server *mockserver.Server, url string) {
	fmt.Fprintf(w, "%s\n%s\n\n", server.Title(), url)
	for _, stop := range server.Tour(ctx) {
		fmt.Fprintf(w, "  %-7s %s%s\n", stop.Method, url, stop.Path)
	}
	if lines := server.Curls(ctx, url); len(lines) > 0 {
		fmt.Fprintf(w, "\nTry it:\n  %s\n", strings.Join(lines, "\n  "))
	}
	if keys := server.Keys(); len(keys) > 0 {
		fmt.Fprint(w, "\nKeys:\n")
		for _, key := range keys {
			fmt.Fprintln(w, strings.TrimRight(fmt.Sprintf("  %-9s %s  %s", key.Name, key.Token, strings.Join(key.Scopes, " ")), " "))
			for _, scheme := range slices.Sorted(maps.Keys(key.Tokens)) {
				fmt.Fprintf(w, "  %-9s %s  for %s\n", "", key.Tokens[scheme], scheme)
			}
		}
	}
	fmt.Fprintf(w, "\nState, keys and the last requests: %s/__admin/state, /keys, /requests. Stop with Ctrl-C.\n", url)
}
