package mockserver

import (
	"context"
	"errors"
	"net"
	"net/http"
	"strings"
	"time"
)

// Timeouts of a server that faces callers who may be slow or gone.
const (
	readHeaderTimeout = 10 * time.Second
	readTimeout       = time.Minute
	writeTimeout      = 2 * time.Minute
	idleTimeout       = 2 * time.Minute
	maxHeaderBytes    = 64 << 10
)

// HTTPServer returns a net/http server for the stand-in with bounds on time and
// size. Its address is not set.
func (s *Server) HTTPServer() *http.Server {
	return &http.Server{
		Handler:           s,
		ReadHeaderTimeout: readHeaderTimeout,
		ReadTimeout:       readTimeout,
		WriteTimeout:      writeTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeaderBytes,
	}
}

// TB is what Start needs of a test: a *testing.T or *testing.B.
type TB interface {
	// Helper marks the caller as a helper of the test.
	Helper()
	// Cleanup runs a function when the test ends.
	Cleanup(func())
	// Errorf fails the test and lets it go on.
	Errorf(format string, args ...any)
	// Fatalf fails the test and ends it.
	Fatalf(format string, args ...any)
}

// Running is a stand-in that listens.
type Running struct {
	*Server
	// URL is where it listens: http://127.0.0.1:port, without a trailing slash.
	URL string
	t   TB
}

// Key returns the credential of a name. The test that started the stand-in ends
// when there is none.
func (r *Running) Key(name string) Key {
	key := r.Server.Key(name)
	if key.Name == "" && r.t != nil {
		r.t.Helper()
		var names []string
		for _, k := range r.Keys() {
			names = append(names, k.Name)
		}
		r.t.Fatalf("mockserver: there is no key %q; there are %s", name, strings.Join(names, ", "))
	}
	return key
}

// Start runs a stand-in on a loopback port until the test ends. A fault in the
// document or the data ends the test at once; an answer that would have broken
// the contract fails it.
func Start(t TB, opts ...Option) *Running {
	t.Helper()
	opts = append(opts, withBreach(func(err error) { t.Errorf("mockserver: %v", err) }))
	s, err := New(opts...)
	if err != nil {
		t.Fatalf("mockserver: %v", err)
		return nil
	}
	listener, err := new(net.ListenConfig).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatalf("mockserver: %v", err)
		return nil
	}
	server := s.HTTPServer()
	done := make(chan error, 1)
	go func() { done <- server.Serve(listener) }()
	t.Cleanup(func() {
		_ = server.Close() // what it may say of a connection is of no use here
		if err := <-done; !errors.Is(err, http.ErrServerClosed) {
			t.Errorf("mockserver: %v", err)
		}
	})
	return &Running{Server: s, URL: "http://" + listener.Addr().String(), t: t}
}
