package resource_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"understudy/internal/resource"
)

// told is the summary of a collection without the reasons.
func told(tb testing.TB, c *resource.Collection) string {
	tb.Helper()
	text, err := json.Marshal(c)
	require.NoError(tb, err)
	var summary map[string]any
	require.NoError(tb, json.Unmarshal(text, &summary))
	assert.NotEmpty(tb, summary["decisions"])
	delete(summary, "decisions")
	text, err = json.Marshal(summary)
	require.NoError(tb, err)
	return string(text)
}

func TestSummaryOfTheDefaultCollection(t *testing.T) {
	_, m := defaultModel(t)
	assert.JSONEq(t, `{
		"name": "proxy_records",
		"path": "/api/organizations/{organization_id}/proxy_records",
		"item_path": "/api/organizations/{organization_id}/proxy_records/{id}",
		"id": {"parameter": "id", "field": "id"},
		"parents": [{"parameter": "organization_id"}],
		"operations": [
			{"role": "list", "method": "GET", "path": "/api/organizations/{organization_id}/proxy_records/", "operation_id": "proxy_records_list", "scopes": ["organization:read"]},
			{"role": "create", "method": "POST", "path": "/api/organizations/{organization_id}/proxy_records/", "operation_id": "proxy_records_create", "scopes": ["organization:write"]},
			{"role": "retrieve", "method": "GET", "path": "/api/organizations/{organization_id}/proxy_records/{id}/", "operation_id": "proxy_records_retrieve", "scopes": ["organization:read"]},
			{"role": "update", "method": "PATCH", "path": "/api/organizations/{organization_id}/proxy_records/{id}/", "operation_id": "proxy_records_partial_update", "scopes": ["organization:write"]},
			{"role": "remove", "method": "DELETE", "path": "/api/organizations/{organization_id}/proxy_records/{id}/", "operation_id": "proxy_records_destroy", "scopes": ["organization:write"]}
		],
		"envelope": {"count": "count", "next": "next", "previous": "previous", "results": "items"},
		"orphans": "cascade",
		"pagination": {"style": "offset", "size": "limit", "start": "offset", "default": 100, "maximum": 10000},
		"order": "-created_at",
		"server_set": {"id": "id", "target_cname": "template", "status": "lifecycle", "message": "default", "created_at": "created", "updated_at": "updated", "created_by": "key.user"},
		"writable": ["domain"],
		"lifecycle": {
			"field": "status",
			"initial": "waiting",
			"transitions": [
				{"from": "waiting", "to": "issuing", "after": "5s"},
				{"from": "issuing", "to": "valid", "after": "10s", "set": {"message": ""}}
			]
		}
	}`, told(t, m.Collections[0]))
}

func TestSummaryLeavesOutWhatThereIsNot(t *testing.T) {
	m := infer(t, shopDocument)
	assert.JSONEq(t, `{
		"name": "visits",
		"path": "/visits",
		"item_path": "/visits/{id}",
		"id": {"parameter": "id"},
		"parents": [],
		"operations": [
			{"role": "list", "method": "GET", "path": "/visits", "operation_id": "listVisits", "scopes": []},
			{"role": "create", "method": "POST", "path": "/visits", "operation_id": "addVisit", "scopes": []},
			{"role": "remove", "method": "DELETE", "path": "/visits/{id}", "operation_id": "dropVisit", "scopes": []}
		],
		"envelope": {"visits": "items"},
		"pagination": {"style": "cursor", "size": "limit", "start": "page_token", "default": 100},
		"server_set": {},
		"writable": ["visitor"]
	}`, told(t, m.Collection("visits")))
	assert.JSONEq(t, `{
		"name": "reports",
		"path": "/reports",
		"item_path": "/reports/{id}",
		"id": {"parameter": "id"},
		"parents": [],
		"operations": [
			{"role": "create", "method": "POST", "path": "/reports", "operation_id": "addReport", "scopes": []},
			{"role": "retrieve", "method": "GET", "path": "/reports/{id}", "operation_id": "readReport", "scopes": []}
		],
		"server_set": {},
		"writable": []
	}`, told(t, m.Collection("reports")))
}

func TestSummaryNamesParentsThatAreCollections(t *testing.T) {
	var summary struct {
		Parents []map[string]string `json:"parents"`
	}
	text, err := json.Marshal(infer(t, shopDocument).Collection("items"))
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, &summary))
	assert.Equal(t, []map[string]string{{"parameter": "shop", "collection": "shops", "collection_path": "/shops"}}, summary.Parents)
}
