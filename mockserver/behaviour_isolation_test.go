package mockserver_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
)

// operations lists every operation of the default document on a record of an
// organization, with a body where one is needed.
func operations(organization, id string) []operation {
	return []operation{
		{"list", http.MethodGet, listPath(organization), nil, "organization:read"},
		{"create", http.MethodPost, listPath(organization), domain("x.example"), "organization:write"},
		{"read", http.MethodGet, itemPath(organization, id), nil, "organization:read"},
		{"update", http.MethodPatch, itemPath(organization, id), domain("x.example"), "organization:write"},
		{"delete", http.MethodDelete, itemPath(organization, id), nil, "organization:write"},
	}
}

type operation struct {
	name, method, path string
	body               change
	scope              string
}

// by sends the operation.
func (o operation) by(t *testing.T, c caller, changes ...change) answer {
	t.Helper()
	if o.body != nil {
		changes = append(changes, o.body)
	}
	return c.send(t, o.method, o.path, changes...)
}

// onRecord leaves out the operations on the list.
func onRecord(all []operation) []operation { return all[2:] }

func TestIsolation(t *testing.T) {
	t.Parallel()
	api := start(t)
	writer, foreign := api.as("write"), api.as("foreign")
	mine := writer.create(t, home, "mine.hedgehogs.example").ID
	theirs := foreign.create(t, abroad, "theirs.badgers.example").ID
	before := api.state(t)

	for _, op := range onRecord(operations(home, theirs)) {
		t.Run("a record is not found through another organization: "+op.name, func(t *testing.T) {
			op.by(t, writer).refused(t, http.StatusNotFound, noItem)
		})
	}
	for _, op := range operations(home, mine) {
		t.Run("a foreign key may not enter: "+op.name, func(t *testing.T) {
			op.by(t, foreign).refused(t, http.StatusForbidden, forbiddenParent(home))
		})
	}
	for _, op := range operations(abroad, theirs) {
		t.Run("a key may not leave its organization: "+op.name, func(t *testing.T) {
			op.by(t, writer).refused(t, http.StatusForbidden, forbiddenParent(abroad))
		})
	}
	for _, op := range operations(noOrganization, mine) {
		t.Run("an unknown organization is not found: "+op.name, func(t *testing.T) {
			got := op.by(t, writer)
			got.refused(t, http.StatusNotFound, noParent)
			require.NotContains(t, got.header, "X-Understudy-Violations")
		})
	}
	for _, op := range operations("not-a-uuid", mine) {
		t.Run("an organization that is no UUID is not found, and the header says why: "+op.name, func(t *testing.T) {
			got := op.by(t, writer)
			got.refused(t, http.StatusNotFound, noParent)
			require.Equal(t, []violation{{In: "path", Field: "organization_id", Keyword: "format"}}, got.violations(t))
		})
	}
	for _, op := range onRecord(operations(home, noRecord)) {
		t.Run("an unknown record is not found: "+op.name, func(t *testing.T) {
			got := op.by(t, writer)
			got.refused(t, http.StatusNotFound, noItem)
			require.NotContains(t, got.header, "X-Understudy-Violations")
		})
	}
	for _, op := range onRecord(operations(home, "not-a-uuid")) {
		t.Run("a record id that is no UUID is not found, and the header says why: "+op.name, func(t *testing.T) {
			got := op.by(t, writer)
			got.refused(t, http.StatusNotFound, noItem)
			require.Equal(t, []violation{{In: "path", Field: "id", Keyword: "format"}}, got.violations(t))
		})
	}
	t.Run("none of this changed anything", func(t *testing.T) {
		require.Equal(t, before, api.state(t))
	})
}

func TestIsolationOfCounts(t *testing.T) {
	t.Parallel()
	api := start(t)
	writer, foreign := api.as("write"), api.as("foreign")
	theirs := foreign.get(t, listPath(abroad)).body

	created := writer.create(t, home, "a.hedgehogs.example")
	require.Equal(t, theirs, foreign.get(t, listPath(abroad)).body, "a creation elsewhere shows")
	writer.send(t, http.MethodDelete, itemPath(home, created.ID))
	require.Equal(t, theirs, foreign.get(t, listPath(abroad)).body, "a deletion elsewhere shows")

	require.NotEqual(t, created.ID, foreign.create(t, abroad, "a.badgers.example").ID, "two organizations share an id")
}
