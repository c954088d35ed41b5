package mockserver_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"understudy/mockserver"
)

// firstRecord is the id of a record at home.
func firstRecord(t *testing.T, api *standIn) string {
	t.Helper()
	return decoded[record](t, string(api.as("read").list(t, home, "?limit=1").Results[0])).ID
}

func TestKeysThatAreRefused(t *testing.T) {
	t.Parallel()
	api := start(t)
	token := api.Key("write").Token
	id := firstRecord(t, api)
	before := api.state(t)
	const none, unknown = "Bearer", `Bearer error="invalid_token"`

	for name, test := range map[string]struct{ authorization, body, challenge string }{
		"none":                        {"", notAuthenticated, none},
		"the token alone":             {token, notAuthenticated, none},
		"another scheme":              {"Basic " + token, notAuthenticated, none},
		"a scheme that starts alike":  {"Bearers " + token, notAuthenticated, none},
		"only the scheme":             {"Bearer", notAuthenticated, none},
		"only the scheme and a space": {"Bearer ", notAuthenticated, none},
		"garbage":                     {"Bearer garbage", badKey, unknown},
		"a truncated token":           {"Bearer " + token[:len(token)-1], badKey, unknown},
		"a token with a tail":         {"Bearer " + token + "x", badKey, unknown},
		"a token in another case":     {"Bearer " + strings.ToUpper(token), badKey, unknown},
		"two tokens":                  {"Bearer " + token + " " + token, badKey, unknown},
		"two tokens with a comma":     {"Bearer " + token + ", Bearer " + token, badKey, unknown},
		"a token in quotes":           {`Bearer "` + token + `"`, badKey, unknown},
		"the name of the key":         {"Bearer write", badKey, unknown},
	} {
		for _, op := range operations(home, id) {
			t.Run(name+": "+op.name, func(t *testing.T) {
				got := op.by(t, caller{api.URL, test.authorization})
				got.refused(t, http.StatusUnauthorized, test.body)
				require.Equal(t, []string{test.challenge}, got.header["Www-Authenticate"])
			})
		}
	}
	t.Run("in the query", func(t *testing.T) {
		api.anonymous().get(t, listPath(home)+"?personal_api_key="+token).refused(t, http.StatusUnauthorized, notAuthenticated)
	})
	t.Run("none of this changed anything", func(t *testing.T) {
		require.Equal(t, before, api.state(t))
	})
}

func TestKeysThatAreAccepted(t *testing.T) {
	t.Parallel()
	api := start(t)
	token := api.Key("read").Token

	for name, authorization := range map[string]string{
		"as the document says":   "Bearer " + token,
		"bearer in lower case":   "bearer " + token,
		"BEARER in upper case":   "BEARER " + token,
		"with spaces around it":  "Bearer   " + token + "  ",
		"with a tab behind them": "Bearer \t" + token,
	} {
		t.Run(name, func(t *testing.T) {
			got := caller{api.URL, authorization}.get(t, listPath(home))
			got.page(t)
			require.NotContains(t, got.header, "Www-Authenticate")
		})
	}
}

func TestKeysWithTooLittleScope(t *testing.T) {
	t.Parallel()
	api := start(t)
	id := firstRecord(t, api)
	before := api.state(t)

	for _, op := range operations(home, id) {
		t.Run("the key without scopes: "+op.name, func(t *testing.T) {
			got := op.by(t, api.as("unscoped"))
			got.refused(t, http.StatusForbidden, missingScope(op.scope))
			require.NotContains(t, got.header, "Www-Authenticate")
		})
		t.Run("the key that reads: "+op.name, func(t *testing.T) {
			got := op.by(t, api.as("read"))
			if op.scope == "organization:read" {
				require.Equal(t, http.StatusOK, got.status)
				return
			}
			got.refused(t, http.StatusForbidden, missingScope("organization:write"))
		})
	}
	t.Run("none of this changed anything", func(t *testing.T) {
		require.Equal(t, before, api.state(t))
	})
}

// What is wrong with a request is told in this order: the path, the method, the
// key, the organization, the scope, the answer's type, the record, the body.
func TestKeysInTheOrderOfRefusals(t *testing.T) {
	t.Parallel()
	api := start(t)
	html := header("Accept", "text/html")
	broken := jsonBody(`{`)

	for _, test := range []struct {
		name   string
		caller caller
		path   string
		status int
		body   string
	}{
		{"no key, and no such organization", api.anonymous(), itemPath(noOrganization, noRecord), http.StatusUnauthorized, notAuthenticated},
		{"no scope, and no such organization", api.as("unscoped"), itemPath(noOrganization, noRecord), http.StatusNotFound, noParent},
		{"no scope, and another organization", api.as("unscoped"), itemPath(abroad, noRecord), http.StatusForbidden, forbiddenParent(abroad)},
		{"no scope, and a type that is not offered", api.as("unscoped"), itemPath(home, noRecord), http.StatusForbidden, missingScope("organization:write")},
		{"a type that is not offered, and no such record", api.as("write"), itemPath(home, noRecord), http.StatusNotAcceptable, notAcceptable},
	} {
		t.Run(test.name, func(t *testing.T) {
			test.caller.send(t, http.MethodPatch, test.path, broken, html).refused(t, test.status, test.body)
		})
	}
	t.Run("no such record, and a broken body", func(t *testing.T) {
		api.as("write").send(t, http.MethodPatch, itemPath(home, noRecord), broken).refused(t, http.StatusNotFound, noItem)
	})
	t.Run("no key, and no such path", func(t *testing.T) {
		api.anonymous().get(t, "/api/").refused(t, http.StatusNotFound, noPath)
	})
	t.Run("no key, and no such method", func(t *testing.T) {
		api.anonymous().send(t, http.MethodPut, listPath(home)).refused(t, http.StatusMethodNotAllowed, wrongMethod(http.MethodPut))
	})
}

// One operation that reads may ask for a scope to write: the key that reads does
// without.
func TestTheKeyThatReadsDoesNotWrite(t *testing.T) {
	t.Parallel()
	operation := func(method, scopes string) string {
		return method + ": {security: [{oauth: [" + scopes + "]}], responses: {'200': {description: Done}}}"
	}
	const schemes = "\n  securitySchemes:\n    oauth: {type: oauth2, flows: {clientCredentials: {tokenUrl: https://auth.example/token, scopes: {}}}}"
	for name, test := range map[string]struct {
		operations []string
		scopes     []string // nil for no such key
	}{
		"told apart":                       {[]string{operation("get", "a:read"), operation("delete", "a:delete")}, []string{"a:read"}},
		"reading asks for one to delete":   {[]string{operation("get", "a:read"), operation("get", "a:read"), operation("get", "a:delete"), operation("delete", "a:delete")}, []string{"a:read"}},
		"a check that changes nothing":     {[]string{operation("get", "a:read"), operation("get", "a:read"), operation("post", "a:read"), operation("delete", "a:delete")}, []string{"a:read"}},
		"writing asks for one to read too": {[]string{operation("get", "a:read"), operation("put", "a:read, a:edit"), operation("post", "a:read, a:edit")}, []string{"a:read"}},
		"reading asks for an admin":        {[]string{operation("get", "a:read"), operation("get", "a:read"), operation("get", "a:admin"), operation("put", "a:admin, a:put"), operation("post", "a:admin, a:post")}, []string{"a:read"}},
		"HEAD reads":                       {[]string{operation("head", "a:peek"), operation("get", "a:read"), operation("delete", "a:delete")}, []string{"a:peek", "a:read"}},
		"one scope for all":                {[]string{operation("get", "a"), operation("put", "a"), operation("delete", "a")}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			var paths strings.Builder
			for i, op := range test.operations {
				fmt.Fprintf(&paths, "  /path%d:\n    %s\n", i, op)
			}
			api := start(t, mockserver.WithSpec("small.yaml", smallDocument(paths.String(), "    Any: {}"+schemes)))
			require.Equal(t, test.scopes, api.Server.Key("read").Scopes)
		})
	}
}
