package library_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"understudy/conformance/internal/library"
	"understudy/internal/contract"
)

// variations are permitted ways to be another correct server, one at a time.
func variations() map[string]func(*library.Config) {
	return map[string]func(*library.Config){
		"as it is":                  func(*library.Config) {},
		"another page size":         func(c *library.Config) { c.PageSize = 3 },
		"capped per_page":           func(c *library.Config) { c.PerPageOverMax = library.Cap },
		"ignored query":             func(c *library.Config) { c.InvalidQuery = library.Ignore },
		"refused read-only members": func(c *library.Config) { c.ReadOnlyMembers = library.Refuse },
		"refused unknown members":   func(c *library.Config) { c.UnknownMembers = library.Refuse },
		"slashes ignored":           func(c *library.Config) { c.TrailingSlash = library.Ignore },
		"slashes redirected":        func(c *library.Config) { c.TrailingSlash = library.Redirect },
		"400 for an odd id":         func(c *library.Config) { c.BadID = http.StatusBadRequest },
		"204 for a second delete":   func(c *library.Config) { c.SecondDelete = http.StatusNoContent },
		"200 for OPTIONS":           func(c *library.Config) { c.OptionsStatus = http.StatusOK },
		"405 for OPTIONS":           func(c *library.Config) { c.OptionsStatus = http.StatusMethodNotAllowed },
		"a quota":                   func(c *library.Config) { c.Quota = 8 },
		"unique titles":             func(c *library.Config) { c.UniqueTitles = true },
		"space trimmed":             func(c *library.Config) { c.TrimSpace = true },
		"short links":               func(c *library.Config) { c.ShortLink = true },
		"entity tags":               func(c *library.Config) { c.ETags = true },
		"other words":               func(c *library.Config) { c.Message = func(code, _ string) string { return "Nope: " + code } },
		"updated_at kept":           func(c *library.Config) { c.IdleKeepsUpdatedAt = true },
		"whole seconds":             func(c *library.Config) { c.WholeSeconds = true },
		"zone as offset":            func(c *library.Config) { c.OffsetTimezone = true },
	}
}

// Whatever is said while the script runs is as the document has it.
func TestEveryVariationAnswersAsTheDocumentSays(t *testing.T) {
	document, err := contract.Load("library.yaml", library.Document())
	require.NoError(t, err)
	for name, vary := range variations() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			config := furnished()
			vary(&config)
			b := browse(t, config)
			b.client.Transport = &inspector{t, b.client.Transport, document, config}
			script := &transcript{browser: b, ctx: t.Context(), times: map[string]string{}}
			script.script()
		})
	}
}

// An inspector holds every answer against the document.
type inspector struct {
	*testing.T
	http.RoundTripper
	document *contract.Contract
	config   library.Config
}

// RoundTrip sends a request and reads the answer twice: for the document, and for the
// one who asked.
func (i *inspector) RoundTrip(r *http.Request) (*http.Response, error) {
	response, err := i.RoundTripper.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	assert.Less(i, response.StatusCode, 500, "%s %s", r.Method, r.URL)
	op := i.document.Match(r.Method, r.URL.EscapedPath()).Operation
	odd := response.StatusCode == i.config.BadID && i.config.BadID == http.StatusBadRequest && r.Method == http.MethodGet
	if op == nil || r.Method == http.MethodHead || odd || strings.HasSuffix(r.URL.Path, "/") {
		return response, nil
	}
	body := readAll(i.T, response)
	assert.Empty(i, op.CheckResponse(response.StatusCode, response.Header, response.Header.Get("Content-Type"), body), "%s %s: %s", r.Method, r.URL, body)
	return response, nil
}

func TestRightServerBehaves(t *testing.T) {
	b := browse(t, furnished())
	for _, c := range []struct {
		ask    ask
		status int
		text   string // that the answer contains
	}{
		{get(shelves), 200, `"total":2`},
		{get(books + "?per_page=2&page=2"), 200, `"id":104`},
		{get(books + "?page=9"), 200, `"books":[]`},
		{get(books + "?sort=-pages&per_page=1"), 200, `"pages":132`},
		{get(books + "?genre=novel"), 200, `"total":2`},
		{get(books + "?page=0"), 422, `"field":"page"`},
		{get(books + "?per_page=13"), 422, `"field":"per_page"`},
		{get(books + "?sort=colour"), 422, `"field":"sort"`},
		{get(book).by(""), 401, `"code":"unauthorized"`},
		{get(nothing), 404, `"code":"not_found"`},
		{get(astray), 404, `"code":"not_found"`},
		{post(books, whole), 201, `"lendable":false`},
		{post(books, bare), 201, `"tags":[]`},
		{post(books, `{"title": "No wrapper"}`), 422, `"field":"book"`},
		{post(books, `{"book": {"genre": "novel", "pages": 1}}`), 422, `"field":"title"`},
		{put(book, whole), 200, `"subtitle":"Sub"`},
		{patch(book, `{"book": {"pages": 9}}`), 200, `"subtitle":"Sub"`},
		{patch(book, `{"book": {"subtitle": null}}`), 200, `"subtitle":null`},
		{put(book, bare), 200, `"published_on":null`},
		{remove(book), 204, ""},
		{remove(book), 404, `"code":"not_found"`},
		{request(http.MethodPut, shelves), 405, `"code":"method_not_allowed"`},
		{remove(shelf), 204, ""},
		{get(books), 404, `"code":"not_found"`},
		{post(shelves, `{"shelf": {"name": "New"}}`), 201, `"place":"ground"`},
	} {
		g := b.one(t, c.ask)
		require.Equal(t, c.status, g.status, "%s %s: %s", c.ask.method, c.ask.path, g.text)
		require.Contains(t, g.text, c.text)
	}
}

func TestLinkLeadsThroughTheList(t *testing.T) {
	b := browse(t, furnished())
	g := b.one(t, get(books+"?per_page=3&page=2&genre=&more=kept&sort=title"))
	require.Equal(t, http.StatusUnprocessableEntity, g.status)
	g = b.one(t, get(books+"?per_page=3&page=2&sort=title"))
	page := "<" + b.url + books + "?page=N&per_page=3&sort=title>; rel="
	require.Equal(t, strings.Join([]string{
		strings.Replace(page, "N", "1", 1) + `"first"`, strings.Replace(page, "N", "1", 1) + `"prev"`,
		strings.Replace(page, "N", "3", 1) + `"next"`, strings.Replace(page, "N", "3", 1) + `"last"`,
	}, ", "), g.header.Get("Link"))
}

func TestVariationsDiffer(t *testing.T) {
	right := play(t, furnished(), nil)
	for name, vary := range variations() {
		config := furnished()
		vary(&config)
		require.Equal(t, name != "as it is" && name != "space trimmed", play(t, config, right.lines).stopped, name)
	}
}
