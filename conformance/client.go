package conformance

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"understudy/conformance/report"
	"understudy/internal/contract"
)

// who is the caller of a request.
type who string

// The callers.
const (
	nobody    who = ""         // sends no credential
	writer    who = "write"    // may do all
	reader    who = "read"     // may read
	unscoped  who = "unscoped" // has no scope
	foreigner who = "foreign"  // belongs elsewhere
)

// request is what a check sends.
type request struct {
	method string
	path   string // with its query
	as     who
	forged *forgery             // what is sent instead of the caller's key; nil is the key
	with   contract.Requirement // the schemes that authenticate it; nil is what the document asks for
	body   []byte
	item   bool // body is an item as JSON, to be written as the operation wants it
	header http.Header
}

// answer is what came back.
type answer struct {
	status   int
	header   http.Header
	body     []byte
	exchange *report.Exchange
	sent     request
	received time.Time
	tls      *tls.ConnectionState // nil where the connection has no TLS
	shown    []string             // the members that lead to the item in the body
	shows    bool                 // the document says that there is one
	waited   bool                 // the target had asked to wait before
	birth    *birth               // of the record that it says was created; nil where there is none
	pack     *pack                // of requests that went at once; nil where it went alone
	turn     int                  // the run in the pack

	decode  sync.Once
	decoded any // the body as JSON
}

// value is the body as JSON, which nobody changes; nil when it is none.
func (a *answer) value() any {
	a.decode.Do(func() {
		if value, err := contract.DecodeJSON(a.body); err == nil {
			a.decoded = value
		}
	})
	return a.decoded
}

// object is the item in the body, without what is wrapped around it; nil when
// there is none.
func (a *answer) object() map[string]any {
	object, _ := a.value().(map[string]any)
	for _, name := range a.shown {
		object, _ = object[name].(map[string]any)
	}
	return object
}

func (a *answer) ok() bool { return a.status >= 200 && a.status < 300 }

// client sends the requests of a run: bounded in number, rate, time and size.
type client struct {
	base     *url.URL
	options  options
	contract *contract.Contract
	http     *http.Client
	mu       sync.Mutex
	sent     int
	earliest time.Time // when the next request may go, at a limited rate
	arrived  bool      // some request has reached the API
	first    *answer   // the first of all
	redactor *redactor // of the keys
}

// maxKept is how long a body may be, in bytes, for its connection to be used again.
const maxKept = 64 << 10

// maxAnswer bounds how much of an answer is read, in bytes.
const maxAnswer = 16 << 20

func newClient(base *url.URL, o options, judged *contract.Contract) *client {
	transport := &http.Transport{
		MaxIdleConnsPerHost: 32, TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12}, DisableCompression: true,
		ResponseHeaderTimeout: o.timeout, MaxResponseHeaderBytes: 1 << 20, Proxy: http.ProxyFromEnvironment,
	}
	return &client{base: base, options: o, contract: judged, redactor: newRedactor(secretsOf(o)), http: &http.Client{
		Transport: transport,
		Timeout:   o.timeout,
		// A redirect is an answer to be judged. Following it could carry keys to
		// another host.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// errBudget ends a run that has sent all that it may.
var errBudget = errors.New("the run has sent as many requests as it may; raise --max-requests")

// do sends a request and reads the answer. An error is of the network, the
// budget or the context; the answer is then what was read of it.
func (c *client) do(ctx context.Context, r request) (*answer, error) {
	if err := c.admit(ctx); err != nil {
		return nil, err
	}
	exchange := &report.Exchange{Method: r.method, URL: c.base.String() + c.redactSentence(r.path, nil), Request: c.shown(r, r.body), Curl: c.curl(r)}
	a, err := c.send(ctx, r)
	for attempt := 1; err != nil && attempt <= 2 && isIdempotent(r.method) && ctx.Err() == nil; attempt++ {
		a, err = c.send(ctx, r) // a connection that broke says nothing of the server
	}
	if err != nil {
		exchange.Error = c.redactError(r, err)
		if a == nil {
			a = &answer{}
		}
		a.exchange, a.sent = exchange, r
		return a, fmt.Errorf("%s %s: %w", r.method, c.redactSentence(r.path, nil), redactedError{exchange.Error, err})
	}
	exchange.Status, exchange.Response = a.status, c.shown(r, a.body)
	for _, name := range []string{"Content-Type", "Location", "Allow", "WWW-Authenticate", "Retry-After", "Link", "Cache-Control", "ETag"} {
		for _, value := range a.header.Values(name) {
			exchange.Headers = append(exchange.Headers, name+": "+c.redact(r, value))
		}
	}
	a.exchange, a.sent = exchange, r
	c.noteWhere(a)
	return a, nil
}

// redactedError keeps the cause of an error without its text.
type redactedError struct {
	text  string
	cause error
}

func (e redactedError) Error() string { return e.text }
func (e redactedError) Unwrap() error { return e.cause }

func isIdempotent(method string) bool {
	return method != http.MethodPost && method != http.MethodPatch
}

// isSafe reports whether a method only reads.
func isSafe(method string) bool {
	return method == http.MethodGet || method == http.MethodHead || method == http.MethodOptions
}

// admit waits for the rate and counts the request.
func (c *client) admit(ctx context.Context) error {
	c.mu.Lock()
	if c.sent >= c.options.requests {
		c.mu.Unlock()
		return errBudget
	}
	c.sent++
	var wait time.Duration
	if c.options.rate > 0 {
		now := time.Now()
		if c.earliest.Before(now) {
			c.earliest = now
		}
		wait = c.earliest.Sub(now)
		c.earliest = c.earliest.Add(time.Duration(float64(time.Second) / c.options.rate))
	}
	c.mu.Unlock()
	return pause(ctx, wait)
}

// pause waits, or until the context ends.
func pause(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// maxRetryAfter is how long a run waits for a target that asks for patience.
const maxRetryAfter = 30 * time.Second

// send sends a request once, and once more when the target asks to wait.
func (c *client) send(ctx context.Context, r request) (*answer, error) {
	a, err := c.sendOnce(ctx, r)
	if err != nil || a.status != http.StatusTooManyRequests && a.status != http.StatusServiceUnavailable {
		return a, err
	}
	wait, err := time.ParseDuration(a.header.Get("Retry-After") + "s")
	if err != nil || wait <= 0 || wait > maxRetryAfter {
		return a, nil //nolint:nilerr // an answer without a usable Retry-After is the answer
	}
	if err := pause(ctx, wait); err != nil {
		return nil, err
	}
	a, err = c.sendOnce(ctx, r)
	if a != nil {
		a.waited = true
	}
	return a, err
}

func (c *client) sendOnce(ctx context.Context, r request) (*answer, error) {
	if !isSafe(r.method) {
		// What may change the target is not broken off, or nobody would know what
		// became of it. The timeout bounds it.
		ctx = context.WithoutCancel(ctx)
	}
	request, err := http.NewRequestWithContext(ctx, r.method, c.base.String()+r.path, bytes.NewReader(r.body))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Accept", "*/*") // as curl does, so that its lines show the same
	for name, values := range r.header {
		request.Header[name] = values
	}
	c.present(request, r)
	if len(r.body) > maxKept {
		// Many servers refuse it before it is read to its end, and close the
		// connection later: the next request would break.
		defer c.http.CloseIdleConnections()
	}
	response, err := c.http.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	if response.StatusCode >= http.StatusInternalServerError {
		// So do servers after a failure of theirs.
		defer c.http.CloseIdleConnections()
	}
	body, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	return &answer{status: response.StatusCode, header: response.Header, body: body, received: time.Now(), tls: response.TLS}, err
}

func shellQuote(text string) string {
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}

// maxShown bounds how much of a body a report shows, in bytes.
const maxShown = 2048

// shown is the beginning of a body without keys, also where its end cuts one in two.
func (c *client) shown(r request, body []byte) string {
	return clip([]byte(c.redact(r, string(body[:min(len(body), 2*maxShown)]))))
}

func clip(body []byte) string {
	if len(body) > maxShown {
		return strings.ToValidUTF8(string(body[:maxShown]), "�") + "…"
	}
	return strings.ToValidUTF8(string(body), "�")
}

// extend lets the run send some more requests.
func (c *client) extend(n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.options.requests = c.sent + n
}

// count is how many requests were sent.
func (c *client) count() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.sent
}
