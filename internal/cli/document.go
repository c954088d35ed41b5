package cli

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"os"
	"time"

	"understudy"
	"understudy/conformance"
	"understudy/internal/contract"
	"understudy/internal/resource"
	"understudy/mockserver"
)

// documentConfig is what the flags say of the document.
type documentConfig struct {
	spec        string
	overlays    list
	allowRemote bool
	done        *document // what was read already: stdin can be read only once
}

// declare declares the flags; what is what the command does with the document.
func (c *documentConfig) declare(flags *flag.FlagSet, what string) {
	flags.Var((*named)(&c.spec), "spec", what+" the OpenAPI or Swagger document in `FILE`, or on stdin for -, instead of the embedded one")
	flags.Var(&c.overlays, "overlay", "change the document as the OpenAPI Overlay in `FILE` says; may be given several times")
	flags.BoolVar(&c.allowRemote, "allow-remote", false, "fetch what the document refers to on other machines")
}

// inspectLine is the command that tells what is understood of the document.
func (c *documentConfig) inspectLine() string {
	line := "understudy inspect"
	if c.spec != "" {
		line += " --spec " + c.spec
	}
	for _, name := range c.overlays {
		line += " --overlay " + name
	}
	if c.allowRemote {
		line += " --allow-remote"
	}
	return "`" + line + "`"
}

// document is a document that was read, with all that belongs to it.
type document struct {
	name     string // "" for the embedded one
	data     []byte
	overlays []overlay
	fetch    func(url string) ([]byte, error) // nil: nothing is fetched
}

type overlay struct {
	name string
	data []byte
}

// read reads the files that the flags name, once.
func (c *documentConfig) read(ctx context.Context) (document, error) {
	if c.done != nil {
		return *c.done, nil
	}
	d, err := c.readFiles(ctx)
	if err == nil {
		c.done = &d
	}
	return d, err
}

func (c *documentConfig) readFiles(ctx context.Context) (d document, err error) {
	if c.spec != "" {
		if d.data, err = readFile(c.spec); err != nil {
			return d, err
		}
		d.name = c.spec
	}
	for _, name := range c.overlays {
		data, err := readFile(name)
		if err != nil {
			return d, err
		}
		d.overlays = append(d.overlays, overlay{name, data})
	}
	if c.allowRemote {
		d.fetch = fetcher(ctx, time.Now().Add(maxFetchTime))
	}
	return d, nil
}

// source is the text of the document, and the name that stands in faults.
func (d document) source() (name string, data []byte) {
	if d.name == "" {
		return "openapi.yaml", understudy.OpenAPI
	}
	return d.name, d.data
}

// load makes the contract.
func (d document) load() (*contract.Contract, error) {
	name, data := d.source()
	options := []contract.Option{contract.WithFiles(readReferred)}
	if d.fetch != nil {
		options = append(options, contract.WithRemote(d.fetch))
	}
	for _, o := range d.overlays {
		options = append(options, contract.WithOverlay(o.name, o.data))
	}
	return contract.Load(name, data, options...)
}

// understand reads the document, and what it is about.
func (c *documentConfig) understand(ctx context.Context) (*contract.Contract, *resource.Model, error) {
	document, err := c.read(ctx)
	if err != nil {
		return nil, nil, err
	}
	read, err := document.load()
	if err != nil {
		return nil, nil, err
	}
	model, err := resource.Infer(read)
	return read, model, err
}

// ofServer are the options of a stand-in for the document.
func (d document) ofServer() []mockserver.Option {
	var options []mockserver.Option
	if d.name != "" {
		options = append(options, mockserver.WithSpec(d.name, d.data), mockserver.WithFiles(readReferred))
	}
	if d.fetch != nil {
		options = append(options, mockserver.WithRemote(d.fetch))
	}
	for _, o := range d.overlays {
		options = append(options, mockserver.WithOverlay(o.name, o.data))
	}
	return options
}

// ofSuite are the options of a run by the document.
func (d document) ofSuite() []conformance.Option {
	var options []conformance.Option
	if d.name != "" {
		options = append(options, conformance.WithSpec(d.name, d.data), conformance.WithFiles(readReferred))
	}
	if d.fetch != nil {
		options = append(options, conformance.WithRemote(d.fetch))
	}
	for _, o := range d.overlays {
		options = append(options, conformance.WithOverlay(o.name, o.data))
	}
	return options
}

const (
	maxFetched   = 32 << 20         // of one file, in bytes
	maxFetchTime = 30 * time.Second // for all of them
)

// readReferred reads a file that a document refers to, and nothing that has no end.
func readReferred(path string) ([]byte, error) {
	f, err := os.Open(path) //nolint:gosec // the document is the user's, and so are its files
	if err != nil {
		return nil, plain(err)
	}
	defer func() { _ = f.Close() }()
	info, err := f.Stat()
	switch {
	case err != nil:
		return nil, plain(err)
	case !info.Mode().IsRegular():
		return nil, errors.New("not a file")
	}
	return readBounded(f, maxFetched)
}

// fetcher fetches files from other machines until the deadline.
func fetcher(ctx context.Context, deadline time.Time) func(url string) ([]byte, error) {
	return func(url string) ([]byte, error) {
		ctx, cancel := context.WithDeadline(ctx, deadline)
		defer cancel()
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
		if err != nil {
			return nil, err
		}
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			return nil, errors.Unwrap(err) // the URL is told already
		}
		defer response.Body.Close()
		if response.StatusCode != http.StatusOK {
			return nil, fmt.Errorf("the answer is %s", response.Status)
		}
		return readBounded(response.Body, maxFetched)
	}
}
