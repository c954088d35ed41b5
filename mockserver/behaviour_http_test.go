package mockserver_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// What each path of the default document allows.
const (
	allowOnList = "GET, POST, HEAD, OPTIONS"
	allowOnItem = "GET, PATCH, DELETE, HEAD, OPTIONS"
)

func TestHTTPTrailingSlash(t *testing.T) {
	t.Parallel()

	for name, ending := range map[string]string{"with a trailing slash": "/", "without a trailing slash": ""} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			api := start(t)
			writer := api.as("write")
			list := strings.TrimSuffix(listPath(home), "/") + ending
			item := strings.TrimSuffix(itemPath(home, writer.create(t, home, "a.example").ID), "/") + ending
			for _, test := range []struct {
				method, path string
				change       change
				status       int
			}{
				{http.MethodGet, list, nil, http.StatusOK},
				{http.MethodHead, list, nil, http.StatusOK},
				{http.MethodOptions, list, nil, http.StatusNoContent},
				{http.MethodPost, list, domain("b.example"), http.StatusCreated},
				{http.MethodPut, list, nil, http.StatusMethodNotAllowed},
				{http.MethodGet, item, nil, http.StatusOK},
				{http.MethodHead, item, nil, http.StatusOK},
				{http.MethodOptions, item, nil, http.StatusNoContent},
				{http.MethodPatch, item, domain("b.example"), http.StatusOK},
				{http.MethodPost, item, nil, http.StatusMethodNotAllowed},
				{http.MethodDelete, item, nil, http.StatusNoContent},
			} {
				t.Run(test.method+" "+test.path, func(t *testing.T) {
					got := operation{method: test.method, path: test.path, body: test.change}.by(t, writer)
					require.Equal(t, test.status, got.status, got.body)
					require.NotContains(t, got.header, "Location")
				})
			}
		})
	}
}

func TestHTTPUnknownPaths(t *testing.T) {
	t.Parallel()
	api := start(t)
	item := itemPath(home, firstRecord(t, api))

	for _, path := range []string{
		"/", "/api", "/api/organizations/", "/api/organizations/" + home, "/openapi.yaml", "/__adminx", "/__ADMIN/health",
		"/" + listPath(home), listPath(home) + "/", strings.Replace(listPath(home), "/api/", "/api//", 1),
		listPath(""), item + "/", item + "more", strings.ToUpper(listPath(home)), "/api/../api/organizations/" + home + "/proxy_records",
	} {
		for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodOptions, http.MethodPut} {
			t.Run(method+" "+path, func(t *testing.T) {
				got := api.as("write").send(t, method, path)
				got.refused(t, http.StatusNotFound, noPath)
				require.NotContains(t, got.header, "Allow")
			})
		}
	}
}

func TestHTTPHead(t *testing.T) {
	t.Parallel()
	api := start(t)
	id := firstRecord(t, api)

	for name, test := range map[string]struct {
		caller caller
		path   string
	}{
		"a list":                  {api.as("read"), listPath(home)},
		"a page":                  {api.as("read"), listPath(home) + "?limit=1"},
		"a record":                {api.as("read"), itemPath(home, id)},
		"no such record":          {api.as("read"), itemPath(home, noRecord)},
		"a record id that is bad": {api.as("read"), itemPath(home, "x")},
		"a bad page":              {api.as("read"), listPath(home) + "?limit=0"},
		"no key":                  {api.anonymous(), listPath(home)},
		"too little scope":        {api.as("unscoped"), listPath(home)},
		"no such path":            {api.as("read"), "/api/"},
	} {
		t.Run(name, func(t *testing.T) {
			get := test.caller.get(t, test.path)
			head := test.caller.send(t, http.MethodHead, test.path)
			require.Empty(t, head.body)
			require.Equal(t, get.status, head.status)
			require.Equal(t, strconv.Itoa(len(get.body)), head.header.Get("Content-Length"))
			get.header.Del("Date")
			head.header.Del("Date")
			require.Equal(t, get.header, head.header)
		})
	}
}

func TestHTTPOptions(t *testing.T) {
	t.Parallel()
	api := start(t)

	for path, allow := range map[string]string{listPath(home): allowOnList, itemPath(home, noRecord): allowOnItem} {
		for name, caller := range map[string]caller{"without a key": api.anonymous(), "with a key": api.as("read")} {
			t.Run(name+" "+path, func(t *testing.T) {
				got := caller.send(t, http.MethodOptions, path)
				require.Equal(t, http.StatusNoContent, got.status)
				require.Equal(t, []string{allow}, got.header["Allow"])
				require.Empty(t, got.body)
			})
		}
	}
}

func TestHTTPMethodsThatAreNotAllowed(t *testing.T) {
	t.Parallel()
	api := start(t)
	before := api.state(t)

	for _, test := range []struct {
		path, allow string
		methods     []string
	}{
		{listPath(home), allowOnList, []string{http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodTrace, "PURGE", "get"}},
		{itemPath(home, firstRecord(t, api)), allowOnItem, []string{http.MethodPost, http.MethodPut, http.MethodTrace, "PURGE", "delete"}},
	} {
		for _, method := range test.methods {
			t.Run(method+" "+test.path, func(t *testing.T) {
				got := api.as("write").send(t, method, test.path)
				got.refused(t, http.StatusMethodNotAllowed, wrongMethod(method))
				require.Equal(t, []string{test.allow}, got.header["Allow"])
			})
		}
	}
	t.Run("a header does not change the method", func(t *testing.T) {
		path := itemPath(home, firstRecord(t, api))
		api.as("write").get(t, path, header("X-HTTP-Method-Override", http.MethodDelete)).record(t, http.StatusOK)
		got := api.as("write").send(t, http.MethodPost, path, header("X-HTTP-Method-Override", http.MethodPatch))
		got.refused(t, http.StatusMethodNotAllowed, wrongMethod(http.MethodPost))
	})
	t.Run("none of this changed anything", func(t *testing.T) {
		require.Equal(t, before, api.state(t))
	})
}

func TestHTTPAccept(t *testing.T) {
	t.Parallel()
	api := start(t)
	id := firstRecord(t, api)
	before := api.state(t)

	for _, accept := range []string{
		"text/html", "application/xml", "image/*", "application/json;q=0", "*/*;q=0", "application/json;q=0, */*", "text/html, application/xhtml+xml",
		"application/vnd.api+json",
	} {
		for _, op := range operations(home, id) {
			t.Run("is not met by JSON: "+accept+": "+op.name, func(t *testing.T) {
				op.by(t, api.as("write"), header("Accept", accept)).refused(t, http.StatusNotAcceptable, notAcceptable)
			})
		}
	}
	t.Run("none of this changed anything", func(t *testing.T) {
		require.Equal(t, before, api.state(t))
	})
	for _, accept := range []string{
		"*/*", "application/*", "application/json", "Application/JSON", "application/json; charset=utf-8", "application/json;q=0.1",
		"text/html, */*;q=0.1", "text/html,application/xhtml+xml,application/xml;q=0.9,image/webp,*/*;q=0.8", "", "nonsense",
	} {
		t.Run("is met by JSON: "+quoted(accept), func(t *testing.T) {
			api.as("read").get(t, listPath(home), header("Accept", accept)).page(t)
		})
	}
	t.Run("is met by JSON when a second header asks for it", func(t *testing.T) {
		api.as("read").get(t, listPath(home), header("Accept", "text/html"), header("Accept", "application/json")).page(t)
	})
}
