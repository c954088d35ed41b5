package mockserver_test

import (
	"net/http"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"understudy/mockserver"
)

// emptyOrganization is a key of an organization that has no record yet.
const emptyOrganization = `keys:
  - {name: write, token: phx_overlay_write, scopes: ['organization:read', 'organization:write'], params: {organization_id: 018f0000-0000-0000-0000-000000000001}, user: 7}
records: []
`

// What the page does not say of PostHog's servers, an overlay does.
func TestOverlayOf2026(t *testing.T) {
	t.Parallel()
	overlay, err := os.ReadFile("../fixtures/overlays/posthog-2026.yaml")
	require.NoError(t, err)
	api := start(t, mockserver.WithOverlay("posthog-2026.yaml", overlay), mockserver.WithData("keys.yaml", []byte(emptyOrganization)))
	list := listPath("018f0000-0000-0000-0000-000000000001")
	call := func(method, path, sent string) (int, string) {
		t.Helper()
		var changes []change
		if sent != "" {
			changes = append(changes, jsonBody(sent))
		}
		got, err := api.as("write").try(t.Context(), method, path, changes...)
		require.NoError(t, err)
		return got.status, got.body
	}
	create := func(name string) string {
		t.Helper()
		got := api.as("write").send(t, http.MethodPost, list, domain(name))
		require.Equal(t, http.StatusCreated, got.status, got.body)
		return list + got.id(t) + "/"
	}

	status, body := call(http.MethodGet, list, "")
	require.Equal(t, http.StatusOK, status)
	require.JSONEq(t, `{"results":[],"max_proxy_records":2}`, body)

	item := create("a.example.com")
	create("b.example.com")
	status, body = call(http.MethodPost, list, `{"domain":"c.example.com"}`)
	require.Equal(t, http.StatusBadRequest, status)
	require.JSONEq(t, `{"detail":"Maximum of 2 proxy records per organization."}`, body)

	status, _ = call(http.MethodPatch, item, `{"domain":"d.example.com"}`)
	require.Equal(t, http.StatusMethodNotAllowed, status, "a domain cannot be changed")
	status, body = call(http.MethodPost, item+"retry/", "")
	require.Equal(t, http.StatusBadRequest, status)
	require.JSONEq(t, `{"detail":"Cannot retry proxy in waiting state."}`, body)

	api.clock.advance(16 * time.Second) // it is valid by now
	status, body = call(http.MethodDelete, item, "")
	require.Equal(t, http.StatusOK, status)
	require.JSONEq(t, `{"success":true}`, body)
	_, body = call(http.MethodGet, item, "")
	require.Contains(t, body, `"status":"deleting"`, "it is there until it is taken down")
	api.clock.advance(6 * time.Second)
	status, _ = call(http.MethodGet, item, "")
	require.Equal(t, http.StatusNotFound, status)

	last := create("e.example.com")
	status, _ = call(http.MethodDelete, last, "")
	require.Equal(t, http.StatusOK, status)
	status, _ = call(http.MethodGet, last, "")
	require.Equal(t, http.StatusNotFound, status, "one that waits is gone at once")
}
