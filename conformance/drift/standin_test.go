package drift_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"understudy"
	"understudy/conformance"
	"understudy/conformance/drift"
	"understudy/mockserver"
)

// starter starts stand-ins for a document; name is "" for the embedded one.
func starter(name string, document []byte) drift.Starter {
	return func(ctx context.Context, setup drift.Setup) (*drift.StandIn, error) {
		server, err := mockserver.New(serverOptions(name, document, setup)...)
		if err != nil {
			return nil, err
		}
		options, err := keysOf(ctx, server)
		running := httptest.NewServer(server)
		return &drift.StandIn{URL: running.URL, Options: options, Stop: running.Close}, err
	}
}

func serverOptions(name string, document []byte, setup drift.Setup) []mockserver.Option {
	var options []mockserver.Option
	if name == "" {
		name, document = "openapi.yaml", understudy.OpenAPI // without its data
	}
	options = append(options, mockserver.WithSpec(name, document), mockserver.WithRecords(setup.Records))
	for i, overlay := range setup.Overlays {
		options = append(options, mockserver.WithOverlay(fmt.Sprint("overlay ", i+1), overlay))
	}
	return options
}

// suiteOptions give the document to a run.
func suiteOptions(name string, document []byte) []conformance.Option {
	if name == "" {
		return nil
	}
	return []conformance.Option{conformance.WithSpec(name, document)}
}

// keysOf are the keys and the places of a stand-in.
func keysOf(ctx context.Context, server *mockserver.Server) ([]conformance.Option, error) {
	options := []conformance.Option{
		conformance.WithToken(server.Key("write").Token), conformance.WithReadOnlyToken(server.Key("read").Token),
		conformance.WithUnscopedToken(server.Key("unscoped").Token), conformance.WithForeignToken(server.Key("foreign").Token),
	}
	for name, with := range map[string]func(scheme, token string) conformance.Option{
		"write": conformance.WithSchemeToken, "read": conformance.WithReadOnlySchemeToken,
		"unscoped": conformance.WithUnscopedSchemeToken, "foreign": conformance.WithForeignSchemeToken,
	} {
		for scheme, token := range server.Key(name).Tokens {
			options = append(options, with(scheme, token))
		}
	}
	places, err := server.Places(ctx)
	for _, params := range []map[string]string{server.Key("write").Params, places} {
		for name, value := range params {
			options = append(options, conformance.WithParam(name, value))
		}
	}
	for name, value := range server.Key("foreign").Params {
		options = append(options, conformance.WithForeignParam(name, value))
	}
	return options, err
}

// hold compares a stand-in with a target.
func hold(t *testing.T, target, name string, document []byte, opts ...conformance.Option) (*drift.Run, *drift.Report) {
	t.Helper()
	return holdWith(t, target, drift.Settings{Start: starter(name, document), Document: suiteOptions(name, document)}, opts...)
}

func holdWith(t *testing.T, target string, settings drift.Settings, opts ...conformance.Option) (*drift.Run, *drift.Report) {
	t.Helper()
	run, found, err := drift.Execute(t.Context(), target, settings, append(opts, conformance.WithSeed(1), conformance.WithLedger(filepath.Join(t.TempDir(), "ledger.jsonl")))...)
	require.NoError(t, err)
	return run, found
}

// tell lists the findings of a report in a line each.
func tell(r *drift.Report) []string {
	lines := []string{}
	for _, op := range r.Operations {
		for _, f := range op.Findings {
			lines = append(lines, fmt.Sprintf("%s: %s %s: %s / %s %q %s", op.Name, f.Kind, f.Where, f.Here, f.There, f.Steps, f.Overlay))
		}
	}
	return lines
}
