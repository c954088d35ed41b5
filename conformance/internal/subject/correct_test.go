package subject_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"understudy"
	"understudy/conformance/internal/subject"
	"understudy/internal/contract"
)

// A variation is a permitted way to be another correct server.
type variation struct {
	name   string
	change func(*subject.Config)
}

// variations are all permitted ways, one at a time and at last all at once.
func variations() []variation {
	single := []variation{
		{"a small page size", func(c *subject.Config) { c.PageSize = 3 }},
		{"a small largest limit", func(c *subject.Config) { c.MaxLimit = 4 }},
		{"limits over the largest refused", func(c *subject.Config) { c.MaxLimit, c.LimitOverMax = 4, subject.Refuse }},
		{"invalid queries ignored", func(c *subject.Config) { c.InvalidQuery = subject.Ignore }},
		{"read-only fields refused", func(c *subject.Config) { c.ReadOnlyFields = subject.Refuse }},
		{"unknown fields refused", func(c *subject.Config) { c.UnknownFields = subject.Refuse }},
		{"foreign organizations hidden", func(c *subject.Config) { c.ForeignOrganization = http.StatusNotFound }},
		{"bad ids refused with 400", func(c *subject.Config) { c.BadID = http.StatusBadRequest }},
		{"second delete 204", func(c *subject.Config) { c.SecondDelete = http.StatusNoContent }},
		{"options 200", func(c *subject.Config) { c.OptionsStatus = http.StatusOK }},
		{"quota", func(c *subject.Config) { c.Quota = 12 }},
		{"unique domains", func(c *subject.Config) { c.UniqueDomains = true }},
		{"numbers coerced", func(c *subject.Config) { c.CoerceNumbers = true }},
		{"space trimmed", func(c *subject.Config) { c.TrimSpace = true }},
		{"extra methods", func(c *subject.Config) { c.ExtraMethods = true }},
		{"accept ignored", func(c *subject.Config) { c.IgnoreAccept = true }},
		{"no vary", func(c *subject.Config) { c.NoVary = true }},
		{"entity tags", func(c *subject.Config) { c.ETags = true }},
		{"other words", func(c *subject.Config) { c.ErrorDetail = otherWords }},
		{"other delays", func(c *subject.Config) { c.StatusDelays = subject.Delays{Issuing: time.Hour, Valid: time.Minute} }},
		{"updated_at later", func(c *subject.Config) { c.LateUpdatedAt = true }},
		{"updated_at kept", func(c *subject.Config) { c.IdleKeepsUpdatedAt = true }},
		{"whole seconds", func(c *subject.Config) { c.WholeSeconds = true }},
		{"zone as offset", func(c *subject.Config) { c.OffsetTimezone = true }},
	}
	all := func(c *subject.Config) {
		for _, v := range single {
			v.change(c)
		}
	}
	return append(single, variation{"as the zero Config has it", func(*subject.Config) {}}, variation{"all at once", all})
}

func otherWords(code, _ string) string { return "Nope: " + code }

func TestCorrectServerConforms(t *testing.T) {
	document := defaultDocument(t)
	for _, v := range variations() {
		t.Run(v.name, func(t *testing.T) {
			t.Parallel()
			config := scripted()
			v.change(&config)
			for _, inspect := range inspections() {
				t.Run(inspect.name, func(t *testing.T) {
					inspect.run(newInspector(t, config, document))
				})
			}
		})
	}
}

// It is no inspection because it takes half a second: the server closes the
// connection with care.
func TestCorrectServerReadsAMebibyte(t *testing.T) {
	i := newInspector(t, scripted(), defaultDocument(t))
	sized := func(size int) string {
		body := `{"domain":"` + i.fresh() + `"`
		return body + strings.Repeat(" ", size-len(body)-1) + `}`
	}
	i.send(post().json(sized(1<<20)), http.StatusCreated)
	i.refused(post().json(sized(1<<20+1)), http.StatusRequestEntityTooLarge, "request_too_large", nil)
}

func defaultDocument(t *testing.T) *contract.Contract {
	t.Helper()
	document, err := contract.Load("openapi.yaml", understudy.OpenAPI)
	require.NoError(t, err)
	return document
}

// An inspector tries a server and holds each answer against the document.
type inspector struct {
	*testing.T
	*browser
	config   subject.Config
	document *contract.Contract
	domains  int
}

func newInspector(t *testing.T, config subject.Config, document *contract.Contract) *inspector {
	t.Helper()
	return &inspector{T: t, browser: newBrowser(t, serve(t, config)), config: config, document: document}
}

// send sends a request that must have one of some statuses.
func (i *inspector) send(a ask, statuses ...int) got {
	i.Helper()
	g := i.one(i.T, a)
	require.Contains(i, statuses, g.status, "%s %s %s: %s", a.method, a.path, a.body, g.text)
	i.check(a, g)
	return g
}

// check holds an answer against the document.
func (i *inspector) check(a ask, g got) {
	i.Helper()
	path, _, _ := strings.Cut(strings.TrimPrefix(a.path, i.url), "?")
	match := i.document.Match(a.method, path)
	op := match.Operation
	if op == nil {
		op = match.Sibling
	}
	beyond := a.method == http.MethodOptions || a.method == http.MethodPut && i.config.ExtraMethods ||
		g.status == http.StatusBadRequest && i.config.BadID == http.StatusBadRequest && strings.Contains(path, "not-an-id")
	switch {
	case op == nil || beyond:
	case a.method == http.MethodHead:
		require.NotNil(i, op.Response(g.status), "status %d", g.status)
		require.Empty(i, g.text)
	default:
		require.Empty(i, op.CheckResponse(g.status, g.header, g.header.Get("Content-Type"), []byte(g.text)), "%s %s: %s", a.method, a.path, g.text)
	}
	if g.status == http.StatusUnauthorized {
		require.Equal(i, "Bearer", g.header.Get("WWW-Authenticate"))
	}
	if g.status == http.StatusMethodNotAllowed {
		require.Equal(i, i.allow(path), g.header.Get("Allow"))
	}
	require.Equal(i, i.config.NoVary, g.header.Get("Vary") == "")
	require.Equal(i, i.config.ETags && a.method != http.MethodHead && g.text != "", a.method != http.MethodHead && g.header.Get("ETag") != "")
}

// allow is what the Allow header of a path must be.
func (i *inspector) allow(path string) string {
	if strings.HasSuffix(strings.TrimSuffix(path, "/"), "/proxy_records") {
		return "GET, POST, HEAD, OPTIONS"
	}
	if i.config.ExtraMethods {
		return "GET, PUT, PATCH, DELETE, HEAD, OPTIONS"
	}
	return "GET, PATCH, DELETE, HEAD, OPTIONS"
}

// refused sends a request that must be refused with a status, a code and the
// field at fault.
func (i *inspector) refused(a ask, status int, code string, attr any) {
	i.Helper()
	g := i.send(a, status)
	body := g.object(i.T)
	require.Equal(i, code, body["code"], g.text)
	require.Equal(i, attr, body["attr"], g.text)
	if i.config.ErrorDetail != nil {
		require.Equal(i, otherWords(code, ""), body["detail"])
	}
}

// fresh is a domain that no record has.
func (i *inspector) fresh() string {
	i.domains++
	return numberedDomain(i.domains)
}

// made is a new record.
func (i *inspector) made() got {
	i.Helper()
	return i.send(post().domain(i.fresh()), http.StatusCreated)
}

// timeLayout is how times must look.
func (i *inspector) timeLayout() *regexp.Regexp {
	fraction, zone := `\.\d{6}`, "Z"
	if i.config.WholeSeconds {
		fraction = ""
	}
	if i.config.OffsetTimezone {
		zone = `\+00:00`
	}
	return regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d` + fraction + zone + `$`)
}

// timeOf reads a time of an answer.
func (i *inspector) timeOf(g got, name string) time.Time {
	i.Helper()
	require.Regexp(i, i.timeLayout(), g.member(name))
	at, err := time.Parse(time.RFC3339, g.member(name))
	require.NoError(i, err)
	return at
}
