// Package mockserver stands in for an API: it reads an OpenAPI document and
// answers as the document says, remembering what it is told. It checks every
// request against the document, and every answer of its own before it is stored
// or sent.
//
// New gives an http.Handler; Start gives a running server to a test.
package mockserver

import (
	"log/slog"
	"net/http"
	"slices"
	"sync"
	"time"

	"understudy"
	"understudy/fixtures"
	"understudy/internal/contract"
	"understudy/internal/refusal"
	"understudy/internal/resource"
	"understudy/mockserver/store"
)

// Server is the stand-in of one API, an http.Handler. Make it with New; it is
// safe for concurrent use.
type Server struct {
	options
	contract    *contract.Contract
	model       *resource.Model
	generator   *fixtures.Generator
	home        map[string][]string // values of path parameters that anybody may enter, where there are no keys
	refusals    *refusal.Writer
	keys        *keyring
	data        *fixtures.Data
	collections []*collection
	endpoints   map[*contract.Operation]*endpoint
	journal     *journal
	admin       http.Handler
	exchanges   sync.Pool

	starting sync.Mutex // guards atStart
	atStart  *loading   // the state of the start; nil before it is made, and when it is large
}

// New reads the document and the seed data. The error lists everything that is
// wrong with them, each with file, line and JSON pointer.
func New(opts ...Option) (*Server, error) {
	s := &Server{options: options{
		specName:    "openapi.yaml",
		spec:        understudy.OpenAPI,
		embedded:    true,
		seed:        defaultSeed,
		clock:       time.Now,
		logger:      slog.New(slog.DiscardHandler),
		bodyLimit:   defaultBodyLimit,
		journalSize: defaultJournal,
	}}
	for _, opt := range opts {
		opt(&s.options)
	}
	if s.store == nil {
		s.store = store.NewMemory()
	}
	s.exchanges.New = func() any { return new(exchange) }
	if err := s.readDocument(); err != nil {
		return nil, err
	}
	if err := s.readData(); err != nil {
		return nil, err
	}
	s.makeEndpoints()
	s.journal = newJournal(s.journalSize, s.contract, s.keys)
	s.admin = s.adminHandler()
	if err := s.Reset(); err != nil {
		return nil, err
	}
	return s, nil
}

// readDocument makes the contract, the model and the generator.
func (s *Server) readDocument() error {
	c, err := s.loadDocument()
	if err != nil {
		return err
	}
	if s.strictDocument && len(c.Warnings) > 0 {
		return c.Warnings
	}
	model, err := resource.Infer(c)
	if err != nil {
		return err
	}
	if s.remodel != nil {
		s.remodel(c, model)
	}
	s.contract, s.model = c, model
	s.generator = fixtures.NewGenerator(s.seed, fixtures.WithTemplates(templates(c)))
	s.refusals = refusal.New(c, model, s.generator)
	return nil
}

func (s *Server) loadDocument() (*contract.Contract, error) {
	if s.embedded && s.loading == nil {
		return contract.LoadProven(s.specName, s.spec) // a test loads it with all judging
	}
	return contract.Load(s.specName, s.spec, s.loading...)
}

// templates finds the gofakeit template that the document gives for a schema.
func templates(c *contract.Contract) func(location string) (string, bool) {
	var known sync.Map // location to template; the search is not free
	return func(location string) (string, bool) {
		found, ok := known.Load(location)
		if !ok {
			found = c.Locate(location).Get(contract.Extension).Get("generate").Text()
			known.Store(location, found)
		}
		template, _ := found.(string)
		return template, template != ""
	}
}

// Warnings are the faults of the document that leave the rest of it usable.
func (s *Server) Warnings() []contract.Fault {
	warnings := slices.Clone(s.contract.Warnings)
	for _, op := range s.contract.Operations {
		if broken := s.endpoints[op].broken; broken != nil {
			warnings = append(warnings, op.Node.Fault("make the members of the list optional, or describe them in the schema's own terms; until then the list is answered from the document alone", "%v", broken))
		}
	}
	return warnings
}

// Doubts is in how many places the document leaves its meaning open, so that the stand-in
// had to guess it. `understudy inspect` tells them.
func (s *Server) Doubts() int { return len(s.model.Doubts) }

// ServeHTTP answers a request (http.Handler).
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if isAdmin(r.URL.Path) {
		s.admin.ServeHTTP(w, r)
		return
	}
	e := s.begin(w, r)
	defer s.end(e)
	if err := s.answer(e); err != nil {
		s.fail(e, err)
	}
}

// answer is the way of a request, up to the handler of its endpoint.
func (s *Server) answer(e *exchange) error {
	if s.allowOrigin(e) {
		return nil // a preflight, answered
	}
	e.match = s.contract.Match(e.r.Method, e.r.URL.EscapedPath())
	switch {
	case e.match.Allow == "":
		return &failure{status: http.StatusNotFound, cause: "unknown_path", reason: "no path of the document matches"}
	case e.match.Operation == nil && e.r.Method == http.MethodOptions:
		e.header("Allow", e.match.Allow)
		e.send(http.StatusNoContent, nil)
		return nil
	case e.match.Operation == nil:
		return &failure{status: http.StatusMethodNotAllowed, cause: "method_not_allowed", reason: "the path has no such method, but " + e.match.Allow, values: values{"method": e.r.Method}}
	}
	e.endpoint = s.endpoints[e.match.Operation]
	if answered, err := s.prefer(e); answered || err != nil {
		return err
	}
	if err := s.authorize(e); err != nil {
		return err
	}
	e.vary()
	if err := e.endpoint.acceptable(e.r); err != nil {
		return err
	}
	return e.endpoint.handle(s, e)
}
