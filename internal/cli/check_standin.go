package cli

import (
	"context"

	"understudy/conformance"
	"understudy/mockserver"
)

// standIn is a stand-in that runs in this process, to be judged.
type standIn struct {
	*mockserver.Server
	url    string
	places map[string]string // path parameters that lead to records
	stop   func()
}

// judgedRecords is how many generated records each collection has.
const judgedRecords = 3

// startJudged starts the stand-in that is judged where no other server is named.
func startJudged(ctx context.Context, config documentConfig) (*standIn, error) {
	document, err := config.read(ctx)
	if err != nil {
		return nil, err
	}
	options := document.ofServer()
	if document.name != "" {
		options = append(options, mockserver.WithRecords(judgedRecords)) // as there would be before a run
	}
	return startStandIn(ctx, options...)
}

// startStandIn serves a document on a port of this machine. It outlives an interrupt, since the run cleans up after one.
func startStandIn(ctx context.Context, options ...mockserver.Option) (*standIn, error) {
	server, err := mockserver.New(options...)
	if err != nil {
		return nil, err
	}
	places, err := server.Places(ctx)
	if err != nil {
		return nil, err
	}
	listener, err := listen(ctx, "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	served, end := context.WithCancel(context.WithoutCancel(ctx))
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = serve(served, server.HTTPServer(), listener) // nobody calls it any more
	}()
	return &standIn{server, "http://" + listener.Addr().String(), places, func() { end(); <-done }}, nil
}

// options give a run the keys of the stand-in, and the places that they enter.
func (s *standIn) options() []conformance.Option {
	writer, foreigner := s.Key("write"), s.Key("foreign")
	options := []conformance.Option{
		conformance.WithToken(writer.Token), conformance.WithReadOnlyToken(s.Key("read").Token),
		conformance.WithUnscopedToken(s.Key("unscoped").Token), conformance.WithForeignToken(foreigner.Token),
	}
	for _, key := range []struct {
		name   string
		option func(scheme, token string) conformance.Option
	}{
		{"write", conformance.WithSchemeToken},
		{"read", conformance.WithReadOnlySchemeToken},
		{"unscoped", conformance.WithUnscopedSchemeToken},
		{"foreign", conformance.WithForeignSchemeToken},
	} {
		for scheme, token := range s.Key(key.name).Tokens {
			options = append(options, key.option(scheme, token))
		}
	}
	for name, value := range writer.Params {
		options = append(options, conformance.WithParam(name, value))
	}
	for name, value := range s.places {
		options = append(options, conformance.WithParam(name, value))
	}
	for name, value := range foreigner.Params {
		options = append(options, conformance.WithForeignParam(name, value))
	}
	return options
}
