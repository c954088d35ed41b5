package proxy

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"time"

	"understudy/fixtures"
	"understudy/internal/contract"
	"understudy/internal/refusal"
	"understudy/internal/resource"
)

// Config says what a Proxy stands before, and how.
type Config struct {
	Contract *contract.Contract
	Model    *resource.Model
	// Upstream is the API: scheme, host and the path before all others.
	Upstream *url.URL
	// Witness sees what passes.
	Witness *Witness
	// Errors answers what breaks the document instead of passing it on.
	Errors bool
	// KeepHost sends the Host that the caller sent, not that of the API.
	KeepHost bool
	// BodyLimit is how much of a body is kept to be judged, in bytes.
	BodyLimit int64
	// Timeout is how long the API may take to begin its answer; 0 is as long as the
	// caller waits.
	Timeout time.Duration
	// TLS is how the API is trusted; nil is as the system has it.
	TLS *tls.Config
	// Clock tells the time.
	Clock func() time.Time
}

// Proxy passes requests on, an http.Handler. Make it with New, and Close it when it
// answers no more.
type Proxy struct {
	config    Config
	forward   *httputil.ReverseProxy
	transport *http.Transport // in the newest version of HTTP that the API speaks
	upgrades  *http.Transport // in HTTP/1.1, which alone can switch protocols
	refusals  *refusal.Writer
	queue     *queue
	budget    *budget
}

// Bounds of all copies together.
const (
	maxCopies      = 256 << 20 // bytes of bodies, under way and waiting to be judged
	maxQueue       = 1024      // exchanges that wait to be judged
	dialTimeout    = 10 * time.Second
	maxHeaderBytes = 1 << 20
)

// New makes a proxy.
func New(config Config) *Proxy {
	p := &Proxy{
		config: config, budget: &budget{all: maxCopies}, queue: newQueue(maxQueue, config.Witness),
		refusals: refusal.New(config.Contract, config.Model, fixtures.NewGenerator(1)),
	}
	p.transport, p.upgrades = newTransport(config, true), newTransport(config, false)
	p.forward = &httputil.ReverseProxy{
		Rewrite: p.rewrite, Transport: p, ModifyResponse: p.answered, ErrorHandler: p.unanswered,
		FlushInterval: -1, // each piece as it comes, or a stream would wait
		BufferPool:    &buffers{},
		ErrorLog:      log.New(io.Discard, "", 0), // what goes wrong is reported
	}
	return p
}

// newTransport makes a transport that adds nothing to what passes.
func newTransport(config Config, http2 bool) *http.Transport {
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	protocols.SetHTTP2(http2)
	return &http.Transport{
		Proxy: http.ProxyFromEnvironment, TLSClientConfig: config.TLS.Clone(), Protocols: protocols,
		DisableCompression: true, MaxIdleConnsPerHost: 128, IdleConnTimeout: 90 * time.Second, MaxResponseHeaderBytes: maxHeaderBytes,
		DialContext:           (&net.Dialer{Timeout: dialTimeout}).DialContext,
		ResponseHeaderTimeout: config.Timeout, ExpectContinueTimeout: time.Second, TLSHandshakeTimeout: dialTimeout,
	}
}

// RoundTrip sends a request to the API (http.RoundTripper).
func (p *Proxy) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Header.Get("Upgrade") != "" {
		return p.upgrades.RoundTrip(r)
	}
	return p.transport.RoundTrip(r)
}

// Close waits until all that passed is judged, and says how many exchanges were not,
// since too many waited.
func (p *Proxy) Close() (lost int) {
	p.transport.CloseIdleConnections()
	p.upgrades.CloseIdleConnections()
	return p.queue.close()
}

// passage is one exchange on its way.
type passage struct {
	exchange *Exchange
	w        http.ResponseWriter
	sent     *capture // of the request's body
	came     *capture // of the answer's
	context  context.Context
	refused  bool // by ourselves, before the API was asked
}

type passageKey struct{}

func passageOf(ctx context.Context) *passage {
	on, _ := ctx.Value(passageKey{}).(*passage)
	return on
}

// ServeHTTP passes one request on.
func (p *Proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	on := &passage{
		exchange: p.begin(r), w: w, context: r.Context(),
		sent: &capture{limit: int(p.config.BodyLimit), budget: p.budget},
		came: &capture{limit: int(p.config.BodyLimit), budget: p.budget},
	}
	defer p.finish(on)
	// An API may begin its answer before the request has ended. HTTP/1 alone has to be
	// told; an error says that it need not.
	_ = http.NewResponseController(w).EnableFullDuplex()
	r = r.WithContext(context.WithValue(r.Context(), passageKey{}, on))
	if r.Body == nil || r.Body == http.NoBody || r.ContentLength == 0 {
		on.sent.end()
	} else {
		r.Body = &tee{r.Body, on.sent}
	}
	if p.config.Errors && p.refuse(on, r) {
		return
	}
	p.forward.ServeHTTP(w, r)
}

// begin notes what is asked for.
func (p *Proxy) begin(r *http.Request) *Exchange {
	target := *p.config.Upstream
	base := strings.TrimSuffix(target.EscapedPath(), "/")
	path := r.URL.EscapedPath()
	if full, err := url.Parse(base + path); err == nil {
		target.Path, target.RawPath = full.Path, full.RawPath
	}
	target.RawQuery = r.URL.RawQuery
	return &Exchange{
		Started: p.config.Clock(), Method: r.Method, URL: &target, Path: path, Base: base, Proto: r.Proto, Header: r.Header.Clone(),
	}
}

// rewrite turns a request into the one that the API gets: the same, but for where it
// goes.
func (p *Proxy) rewrite(r *httputil.ProxyRequest) {
	on := passageOf(r.In.Context())
	upstream := p.config.Upstream
	r.Out.URL.Scheme, r.Out.URL.Host = upstream.Scheme, upstream.Host
	r.Out.URL.Path, r.Out.URL.RawPath = on.exchange.URL.Path, on.exchange.URL.RawPath
	r.Out.URL.RawQuery, r.Out.URL.ForceQuery = r.In.URL.RawQuery, r.In.URL.ForceQuery
	path, _, _ := strings.Cut(r.In.RequestURI, "?")
	if full := on.exchange.Base + path; full != r.Out.URL.EscapedPath() && strings.HasPrefix(full, "/") && !strings.HasPrefix(full, "//") {
		r.Out.URL.Opaque = full // to the byte, where it is written oddly
	}
	r.Out.Host = upstream.Host
	if p.config.KeepHost {
		r.Out.Host = r.In.Host
	}
	for _, name := range []string{"Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto"} {
		if values, sent := r.In.Header[name]; sent {
			r.Out.Header[name] = values
		}
	}
	r.Out.Trailer = r.In.Trailer // filled when the body has ended
}

// answered looks at an answer before it is passed on.
func (p *Proxy) answered(r *http.Response) error {
	on := passageOf(r.Request.Context())
	on.exchange.Waited = p.config.Clock().Sub(on.exchange.Started)
	on.exchange.Answer = &Answer{Status: r.StatusCode, Proto: r.Proto, Header: r.Header.Clone()}
	if _, sent := r.Header["Content-Type"]; !sent {
		on.w.Header()["Content-Type"] = nil // net/http would guess one
	}
	if r.StatusCode == http.StatusSwitchingProtocols {
		on.came.end() // what follows is no body
		return nil
	}
	r.Body = &tee{r.Body, on.came}
	if r.Request.Method == http.MethodHead || r.ContentLength == 0 {
		on.came.end()
	}
	if p.config.Errors {
		return p.withhold(on, r)
	}
	return nil
}

// finish hands an exchange over to be judged. It does not wait for that.
func (p *Proxy) finish(on *passage) {
	e := on.exchange
	e.Took = p.config.Clock().Sub(e.Started)
	e.Body = on.sent.seal()
	e.Gone = on.context.Err() != nil || on.sent.broke()
	if e.Answer != nil {
		e.Answer.Body = on.came.seal()
		if e.Answer.Body.Missing == unended {
			e.Failure, e.Gone = "the answer broke off", e.Gone || !on.came.broke()
		}
	} else if e.Failure == "" && !on.refused {
		e.Failure = "no answer came"
	}
	p.queue.add(waiting{e, func() { on.sent.release(); on.came.release() }})
}

// buffers are shared by the bodies that pass (httputil.BufferPool).
type buffers struct{ pool sync.Pool }

// Get takes a buffer.
func (b *buffers) Get() []byte {
	if buffer, ok := b.pool.Get().(*[]byte); ok {
		return *buffer
	}
	return make([]byte, 32<<10)
}

// Put gives a buffer back.
func (b *buffers) Put(buffer []byte) { b.pool.Put(&buffer) }

// unanswered answers for an API that does not.
func (p *Proxy) unanswered(w http.ResponseWriter, r *http.Request, err error) {
	on := passageOf(r.Context())
	var broken *withheldError
	if errors.As(err, &broken) {
		p.write(w, on, broken.refusal)
		return
	}
	status, cause, reason := http.StatusBadGateway, "bad_gateway", "the API did not answer: "+plainReason(err)
	var network net.Error
	if errors.As(err, &network) && network.Timeout() {
		status, cause = http.StatusGatewayTimeout, "gateway_timeout"
	}
	on.exchange.Failure = reason
	p.write(w, on, refusal.Refusal{Status: status, Cause: cause, Reason: reason})
}

// plainReason is an error of the network in words.
func plainReason(err error) string {
	var operation *net.OpError
	switch {
	case errors.Is(err, context.Canceled):
		return "the caller left"
	case errors.As(err, &operation):
		return operation.Err.Error()
	}
	return err.Error()
}
