//go:build client

// Package clienttest lets a client that nobody here wrote, generated from the document
// by a public generator, call the stand-in through the proxy. It needs Node and npm, so
// it has a build tag of its own.
package clienttest

import (
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"understudy"
	"understudy/conformance/report"
	"understudy/internal/contract"
	"understudy/internal/proxy"
	"understudy/internal/resource"
	"understudy/mockserver"
)

func TestAGeneratedClientConforms(t *testing.T) {
	folder := t.TempDir()
	require.NoError(t, os.CopyFS(folder, os.DirFS("testdata")))
	require.NoError(t, os.WriteFile(filepath.Join(folder, "openapi.yaml"), understudy.OpenAPI, 0o600))
	run := func(name string, args ...string) {
		t.Helper()
		command := exec.CommandContext(t.Context(), name, args...)
		command.Dir = folder
		said, err := command.CombinedOutput()
		require.NoError(t, err, string(said))
	}
	run("npm", "install", "--no-audit", "--no-fund", "--ignore-scripts")
	run("npx", "--no-install", "openapi-typescript", "openapi.yaml", "--output", "api.d.ts")
	run("npx", "--no-install", "tsc")

	c, err := contract.Load("openapi.yaml", understudy.OpenAPI)
	require.NoError(t, err)
	m, err := resource.Infer(c)
	require.NoError(t, err)
	api := mockserver.Start(t)
	upstream, err := url.Parse(api.URL)
	require.NoError(t, err)
	witness := proxy.NewWitness(proxy.Watch{Contract: c, Model: m})
	passing := proxy.New(proxy.Config{Contract: c, Model: m, Upstream: upstream, Witness: witness, BodyLimit: 1 << 20, Clock: time.Now})
	front := httptest.NewServer(passing)
	key := api.Key("write")
	t.Setenv("URL", front.URL)
	t.Setenv("KEY", key.Token)
	t.Setenv("ORGANIZATION", key.Params["organization_id"])
	run("node", "client.js")
	front.Close()
	assert.Zero(t, passing.Close())

	r := witness.Report(api.URL, time.Time{}, 0)
	assert.Equal(t, 6, r.Requests)
	for _, result := range r.Results {
		assert.NotContains(t, []report.Status{report.Fail, report.Warn, report.NotRun}, result.Status, result.Title()+": "+result.Reason)
	}
}
