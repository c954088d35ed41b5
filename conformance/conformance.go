// Package conformance judges whether a server behaves as its OpenAPI document
// says. It creates records of its own, looks at what becomes of them, and removes
// them again; it never changes what it did not create.
//
// Run is for tests, Execute for everything else.
package conformance

import (
	"context"
	"errors"
	"fmt"
	"time"

	"understudy"
	"understudy/conformance/report"
	"understudy/internal/contract"
	"understudy/internal/resource"
)

// ErrUnreachable says that the target did not answer, or that it refused the
// key before the run began.
var ErrUnreachable = errors.New("the target cannot be judged")

// Option sets up a run.
type Option func(*options)

type options struct {
	specName string
	spec     []byte
	isOwn    bool           // the document is not the embedded one
	isRemote bool           // it may refer to other machines
	overlays []LedgerSource // that change it
	loading  []contract.Option
	tokens   map[who]string
	schemes  map[who]map[string]string // tokens for one security scheme alone
	params   map[string]string
	foreign  map[string]string
	readOnly bool
	writes   bool
	only     []string
	skip     map[string]string
	should   bool
	rate     float64
	requests int // 0 is as many as the plan wants
	parallel int // 0 is as many as there are processors, on this machine
	timeout  time.Duration
	settle   time.Duration
	seed     uint64
	ledger   string
	planned  func(report.Plan)
	progress func(report.Result)
	clock    func() time.Time
}

// The defaults.
const (
	defaultTimeout = 10 * time.Second
	// A run may send twice what its plan is about to, as what fails is repeated and long
	// lists have many pages: at least leastRequests, and never more than mostRequests.
	leastRequests, mostRequests = 2000, 100_000
)

// maxExact is beyond what every reader of JSON takes for the same number (RFC 7493,
// section 2.2).
const maxExact = 1 << 53

// WithSpec judges by another OpenAPI document than the embedded one. Name stands
// in faults.
func WithSpec(name string, document []byte) Option {
	return func(o *options) { o.specName, o.spec, o.isOwn = name, document, true }
}

// WithFiles lets references of the document lead to other files. Read gives the
// content of one by its path, which is relative to what the name of the document is
// relative to: os.ReadFile and the method of an embed.FS will do. By default a
// document must be whole.
func WithFiles(read func(path string) ([]byte, error)) Option {
	return func(o *options) { o.loading = append(o.loading, contract.WithFiles(read)) }
}

// WithRemote lets references of the document lead to other machines. Fetch gives
// what stands at an http or https URL; it must take bounded time and memory.
func WithRemote(fetch func(url string) ([]byte, error)) Option {
	return func(o *options) {
		o.isRemote, o.loading = true, append(o.loading, contract.WithRemote(fetch))
	}
}

// WithOverlay applies an OpenAPI Overlay (1.0 or 1.1) to the document. Name stands
// in faults. Several are applied in their order.
func WithOverlay(name string, overlay []byte) Option {
	return func(o *options) {
		o.overlays, o.loading = append(o.overlays, newLedgerSource(name, overlay)), append(o.loading, contract.WithOverlay(name, overlay))
	}
}

// WithToken gives the key that may do all.
func WithToken(token string) Option { return func(o *options) { o.tokens[writer] = token } }

// WithReadOnlyToken gives a key that may read and not write.
func WithReadOnlyToken(token string) Option { return func(o *options) { o.tokens[reader] = token } }

// WithUnscopedToken gives a key without any scope.
func WithUnscopedToken(token string) Option { return func(o *options) { o.tokens[unscoped] = token } }

// WithForeignToken gives a key that belongs elsewhere: it may not enter what the
// others may.
func WithForeignToken(token string) Option { return func(o *options) { o.tokens[foreigner] = token } }

// WithSchemeToken gives what the key that may do all sends for one security scheme
// of the document: user:password for HTTP basic authentication. For the schemes
// that have none of their own, it sends its token.
func WithSchemeToken(scheme, token string) Option { return withSchemeToken(writer, scheme, token) }

// WithReadOnlySchemeToken does so for the key that may read and not write.
func WithReadOnlySchemeToken(scheme, token string) Option {
	return withSchemeToken(reader, scheme, token)
}

// WithUnscopedSchemeToken does so for the key without any scope.
func WithUnscopedSchemeToken(scheme, token string) Option {
	return withSchemeToken(unscoped, scheme, token)
}

// WithForeignSchemeToken does so for the key that belongs elsewhere.
func WithForeignSchemeToken(scheme, token string) Option {
	return withSchemeToken(foreigner, scheme, token)
}

func withSchemeToken(as who, scheme, token string) Option {
	return func(o *options) {
		if o.schemes[as] == nil {
			o.schemes[as] = map[string]string{}
		}
		o.schemes[as][scheme] = token
	}
}

// WithParam gives the value of a path parameter that nothing in the document
// creates, or of another that requests must have. With the path of a collection or of an
// operation and a colon before the name, it is that of this path alone. The path of an
// item in place of a name gives the id of that item, for collections below it.
func WithParam(name, value string) Option { return func(o *options) { o.params[name] = value } }

// WithForeignParam gives the value of a path parameter that the foreign key may
// enter and the others may not.
func WithForeignParam(name, value string) Option {
	return func(o *options) { o.foreign[name] = value }
}

// WithReadOnly sends no request that may change anything.
func WithReadOnly() Option { return func(o *options) { o.readOnly = true } }

// WithWrites lets a run write to a target that is not on this machine. By
// default it only reads there.
func WithWrites() Option { return func(o *options) { o.writes = true } }

// WithOnly runs the checks whose id matches a pattern (path.Match, or a group);
// it may be given several times.
func WithOnly(pattern string) Option {
	return func(o *options) { o.only = append(o.only, pattern) }
}

// WithSkip leaves out the checks whose id matches a pattern, for a reason that
// the report gives.
func WithSkip(pattern, reason string) Option { return func(o *options) { o.skip[pattern] = reason } }

// WithShould counts a failed SHOULD as a failure.
func WithShould() Option { return func(o *options) { o.should = true } }

// WithRate sends at most that many requests a second. 0, the default, is no
// limit.
func WithRate(perSecond float64) Option { return func(o *options) { o.rate = perSecond } }

// WithMaxRequests ends the run, in order, after that many requests. The default
// is twice what the plan says, at least 2000 and at most 100,000.
func WithMaxRequests(n int) Option { return func(o *options) { o.requests = n } }

// WithParallel lets so many checks run at once, where they are of collections whose
// records do not meet. Whatever fails then is repeated while nothing else runs, and counts
// only when it fails again. The default is as many as there are processors, at most 4, for
// a target on this machine, and 1 for others.
func WithParallel(n int) Option { return func(o *options) { o.parallel = n } }

// WithTimeout bounds each request. The default is 10 seconds.
func WithTimeout(d time.Duration) Option { return func(o *options) { o.timeout = d } }

// WithSettle repeats an assertion about the state for that long before it fails,
// for targets that take a while to show what was written. The default is 0.
func WithSettle(d time.Duration) Option { return func(o *options) { o.settle = d } }

// WithSeed sets what the made-up values derive from. The default is the time.
func WithSeed(seed uint64) Option { return func(o *options) { o.seed = seed } }

// WithLedger names the file that lists what the run created until it is deleted
// again. The default is a file in the temporary folder.
func WithLedger(file string) Option { return func(o *options) { o.ledger = file } }

// WithPlan is told what the run is about to do, once it has looked at the target.
func WithPlan(tell func(report.Plan)) Option { return func(o *options) { o.planned = tell } }

// WithProgress is told of each result as it comes.
func WithProgress(tell func(report.Result)) Option { return func(o *options) { o.progress = tell } }

func newOptions(opts []Option) options {
	o := options{
		specName: "openapi.yaml", spec: understudy.OpenAPI, tokens: map[who]string{}, schemes: map[who]map[string]string{}, params: map[string]string{}, foreign: map[string]string{},
		skip: map[string]string{}, timeout: defaultTimeout, planned: func(report.Plan) {}, progress: func(report.Result) {}, clock: time.Now,
	}
	for _, opt := range opts {
		opt(&o)
	}
	if o.seed == 0 {
		o.seed = uint64(o.clock().UnixNano()) % maxExact //nolint:gosec // any bits will do for a seed
	}
	return o
}

// Execute judges the server at a base URL. It returns a report whenever the
// checks could begin; the error is then nil, or what ended the run early. The
// error is a contract fault list for a document that cannot be read, wraps
// ErrUnreachable for a target that cannot be judged, and is a UsageError for
// options that make no sense.
func Execute(ctx context.Context, target string, opts ...Option) (*report.Report, error) {
	s, err := newSuite(target, newOptions(opts))
	if err != nil {
		return nil, err
	}
	return s.run(ctx)
}

// UsageError is an option that makes no sense, in a sentence.
type UsageError struct{ Message string }

func (e *UsageError) Error() string { return e.Message }

func usagef(format string, args ...any) error {
	return &UsageError{fmt.Sprintf(format, args...)}
}

// readDocument makes the contract and the model of a run.
func readDocument(o options) (*contract.Contract, *resource.Model, error) {
	c, err := contract.Load(o.specName, o.spec, o.loading...)
	if err != nil {
		return nil, nil, err
	}
	model, err := resource.Infer(c)
	return c, model, err
}
