package contract

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// newMatcher makes a matcher whose routes are the places of the templates.
func newMatcher(tb testing.TB, templates ...string) *matcher {
	tb.Helper()
	m := &matcher{}
	for route, template := range templates {
		require.NoError(tb, m.add(template, route))
	}
	return m
}

// matched gives what a path matches in one line: the template, and the
// parameters as they were sent. It is empty when nothing matches.
func matched(m *matcher, templates []string, path string) string {
	var params Params
	route, ok := m.match(path, &params)
	if !ok {
		return ""
	}
	line := templates[route]
	for i := range params.Len() {
		line += " " + params.Name(i) + "=" + params.Raw(params.Name(i))
	}
	return line
}

func TestMatchFindsTheTemplate(t *testing.T) {
	tests := []struct {
		name      string
		templates []string
		paths     map[string]string // what each matches
	}{
		{"fixed goes before templated", []string{"/users/{id}", "/{a}/b", "/users/me", "/users/{id}/x"}, map[string]string{
			"/users/me":   "/users/me",
			"/users/7":    "/users/{id} id=7",
			"/users/b":    "/users/{id} id=b",
			"/users/7/x":  "/users/{id}/x id=7",
			"/users/me/x": "/users/{id}/x id=me",
			"/groups/b":   "/{a}/b a=groups",
			"/users":      "",
			"/users/me/y": "",
			"/groups/c":   "",
			"/Users/me":   "",
		}},
		{"neither is more fixed", []string{"/a/{x}/b", "/a/b/{y}"}, map[string]string{
			"/a/c/b": "/a/{x}/b x=c",
			"/a/b/c": "/a/b/{y} y=c",
			"/a/b/b": "/a/b/{y} y=b",
			"/a/c/c": "",
		}},
		{"a dead end is left with its parameters", []string{"/a/b/{x}/{y}/e", "/a/{z}/c/d/f"}, map[string]string{
			"/a/b/c/d/e": "/a/b/{x}/{y}/e x=c y=d",
			"/a/b/c/d/f": "/a/{z}/c/d/f z=b",
		}},
		{"text around a parameter", []string{"/files/{id}", "/files/{id}.json", "/files/all.json"}, map[string]string{
			"/files/7":        "/files/{id} id=7",
			"/files/7.json":   "/files/{id}.json id=7",
			"/files/a.b.json": "/files/{id}.json id=a.b",
			"/files/all.json": "/files/all.json",
			"/files/7.xml":    "/files/{id} id=7.xml",
			"/files/.json":    "/files/{id} id=.json",
		}},
		{"text before a parameter", []string{"/@{name}", "/v{major}.{minor}"}, map[string]string{
			"/@ann": "/@{name} name=ann",
			"/@":    "",
			"/v1.2": "/v{major}.{minor} major=1 minor=2",
			"/v1.":  "",
			"/v.2":  "",
		}},
		{"a verb after a colon", []string{"/jobs/{id}:cancel", "/jobs/{id}"}, map[string]string{
			"/jobs/7:cancel": "/jobs/{id}:cancel id=7",
			"/jobs/7:start":  "/jobs/{id} id=7:start",
		}},
		{"two parameters in a segment", []string{"/days/{from}..{to}"}, map[string]string{
			"/days/1..2":    "/days/{from}..{to} from=1 to=2",
			"/days/1..2..3": "/days/{from}..{to} from=1 to=2..3",
			"/days/..1..2":  "/days/{from}..{to} from=..1 to=2",
			"/days/1...2":   "/days/{from}..{to} from=1 to=.2",
			"/days/1..":     "",
			"/days/..2":     "",
			"/days/1.2":     "",
		}},
		{"nothing between two parameters", []string{"/{a}{b}"}, map[string]string{
			"/xyz": "/{a}{b} a=x b=yz",
			"/x":   "",
		}},
		{"any name", []string{"/users/{user-id}/{x.y}"}, map[string]string{
			"/users/7/8": "/users/{user-id}/{x.y} user-id=7 x.y=8",
		}},
		{"trailing slashes", []string{"/a/", "/b", "/c/{x}/"}, map[string]string{
			"/a":     "/a/",
			"/a/":    "/a/",
			"/b":     "/b",
			"/b/":    "/b",
			"/c/1":   "/c/{x}/ x=1",
			"/c/1/":  "/c/{x}/ x=1",
			"/a//":   "",
			"/c/1//": "",
			"/c/":    "",
		}},
		{"empty segments", []string{"/a/{x}/b", "/{x}"}, map[string]string{
			"/a//b":    "",
			"//a/1/b":  "",
			"/a/1//b":  "",
			"//":       "",
			"//a":      "",
			"/a/1/b//": "",
		}},
		{"the root", []string{"/", "/{x}"}, map[string]string{
			"/":   "/",
			"/x":  "/{x} x=x",
			"":    "",
			"x":   "",
			"*":   "",
			"/x/": "/{x} x=x",
		}},
		{"an encoded slash stays in its segment", []string{"/files/{path}", "/files/{folder}/{name}"}, map[string]string{
			"/files/a%2Fb":   "/files/{path} path=a%2Fb",
			"/files/a%2fb/c": "/files/{folder}/{name} folder=a%2fb name=c",
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			m := newMatcher(t, test.templates...)
			for path, want := range test.paths {
				assert.Equal(t, want, matched(m, test.templates, path), path)
			}
		})
	}
}

// A template is text, a path is encoded (RFC 3986, section 6.2.2.2).
func TestMatchKnowsFixedTextHoweverItIsEncoded(t *testing.T) {
	templates := []string{"/~me", "/größe", "/a b", "/@all"}
	m := newMatcher(t, templates...)
	for path, want := range map[string]string{
		"/~me": "/~me", "/%7Eme": "/~me", "/%7eme": "/~me", "/~%6De": "/~me",
		"/gr%C3%B6%C3%9Fe": "/größe", "/a%20b": "/a b", "/@all": "/@all", "/%40all": "/@all",
		"/~me%2F": "", "/a+b": "",
	} {
		assert.Equal(t, want, matched(m, templates, path), path)
	}
}

func TestParamsAreDecodedByGet(t *testing.T) {
	m := newMatcher(t, "/{a}/{b}")
	for raw, want := range map[string]string{
		"plain":        "plain",
		"a%2Fb":        "a/b",
		"%C3%A9t%C3%A": "%C3%A9t%C3%A", // cannot be decoded
		"%C3%A9":       "é",
		"a+b":          "a+b",
		"100%":         "100%",
		"%25":          "%",
		"%252F":        "%2F",
	} {
		var params Params
		_, ok := m.match("/x/"+raw, &params)
		require.True(t, ok, raw)
		assert.Equal(t, 2, params.Len())
		assert.Equal(t, []string{"a", "b"}, []string{params.Name(0), params.Name(1)})
		assert.Equal(t, raw, params.Raw("b"))
		assert.Equal(t, want, params.Get("b"))
		assert.Empty(t, params.Raw("c"))
		assert.Empty(t, params.Get("c"))
	}
}

func TestMatcherRefusesTemplates(t *testing.T) {
	thirteen := strings.Repeat("/{x}", maxParams+1)
	tests := []struct {
		name      string
		templates []string
		message   string // of the last one
	}{
		{"other names", []string{"/a/{x}", "/a/{y}"}, `path "/a/{y}" matches the same requests as "/a/{x}"`},
		{"a trailing slash", []string{"/a", "/a/"}, `path "/a/" matches the same requests as "/a"`},
		{"the root", []string{"/", ""}, `path "" matches the same requests as "/"`},
		{"other names in a text", []string{"/{x}.json", "/{y}.json"}, `path "/{y}.json" matches the same requests as "/{x}.json"`},
		{"unclosed", []string{"/a/{x"}, `path "/a/{x": segment "{x" has an unclosed or empty parameter`},
		{"closed in the next segment", []string{"/{x/y}"}, `path "/{x/y}": segment "{x" has an unclosed or empty parameter`},
		{"empty", []string{"/a/{}.json"}, `path "/a/{}.json": segment "{}.json" has an unclosed or empty parameter`},
		{"too many", []string{thirteen}, `path "` + thirteen + `" has more than 12 parameters`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			last := len(test.templates) - 1
			m := newMatcher(t, test.templates[:last]...)
			assert.EqualError(t, m.add(test.templates[last], last), test.message)
		})
	}
}

func TestMatcherTakesAsManyParametersAsItSays(t *testing.T) {
	m := newMatcher(t, strings.Repeat("/{x}", maxParams))
	var params Params
	_, ok := m.match(strings.Repeat("/1", maxParams), &params)
	assert.True(t, ok)
	assert.Equal(t, maxParams, params.Len())
	_, ok = m.match(strings.Repeat("/1", maxParams+1), &params)
	assert.False(t, ok)
}

// matchDocument has methods of every kind to match.
const matchDocument = `
openapi: 3.0.3
info: {title: Match, version: "1"}
paths:
  /things:
    get: {operationId: list, responses: {'200': {description: ok}}}
    post: {operationId: create, responses: {'201': {description: ok}}}
  /things/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: string}}]
    get: {operationId: read, responses: {'200': {description: ok}}}
    head: {operationId: probe, responses: {'200': {description: ok}}}
    options: {operationId: ask, responses: {'204': {description: ok}}}
  /write:
    put: {operationId: write, responses: {'204': {description: ok}}}
  /nothing: {}
  /days/{from}..{to}/{id}.json:
    parameters:
      - {name: from, in: path, required: true, schema: {type: string}}
      - {name: to, in: path, required: true, schema: {type: string}}
      - {name: id, in: path, required: true, schema: {type: string}}
    get: {operationId: days, responses: {'200': {description: ok}}}
`

func TestContractMatchesAMethod(t *testing.T) {
	c := load(t, matchDocument)
	tests := []struct {
		method, path              string
		operation, allow, sibling string
	}{
		{"GET", "/things", "list", "GET, POST, HEAD, OPTIONS", ""},
		{"POST", "/things/", "create", "GET, POST, HEAD, OPTIONS", ""},
		{"HEAD", "/things", "list", "GET, POST, HEAD, OPTIONS", ""},
		{"DELETE", "/things", "", "GET, POST, HEAD, OPTIONS", "list"},
		{"OPTIONS", "/things", "", "GET, POST, HEAD, OPTIONS", "list"},
		{"get", "/things", "", "GET, POST, HEAD, OPTIONS", "list"}, // methods are case-sensitive
		{"HEAD", "/things/7", "probe", "GET, HEAD, OPTIONS", ""},
		{"OPTIONS", "/things/7", "ask", "GET, HEAD, OPTIONS", ""},
		{"HEAD", "/write", "", "PUT, OPTIONS", "write"},
		{"GET", "/nothing", "", "OPTIONS", ""},
		{"GET", "/else", "", "", ""},
	}
	for _, test := range tests {
		t.Run(test.method+" "+test.path, func(t *testing.T) {
			m := c.Match(test.method, test.path)
			assert.Equal(t, test.operation, operationID(m.Operation))
			assert.Equal(t, test.allow, m.Allow)
			assert.Equal(t, test.sibling, operationID(m.Sibling))
		})
	}
}

// operationID is the id of an operation, "" for none.
func operationID(op *Operation) string {
	if op == nil {
		return ""
	}
	return op.ID
}

func TestMatchAllocatesNothing(t *testing.T) {
	c := load(t, matchDocument)
	for path, want := range map[string]string{
		"/things":                    "list",
		"/things/7":                  "read",
		"/things/a%2Fb/":             "read",
		"/days/1..2/a%20b.json":      "days",
		"/days/1..2/a%20b.json/more": "",
	} {
		assert.Equal(t, want, operationID(c.Match("GET", path).Operation), path)
		assert.Zero(t, testing.AllocsPerRun(100, func() { c.Match("GET", path) }), path)
	}
}

// The naive matcher tries every template: one that fits and whose segments are,
// from the left, the most fixed.
func TestMatcherAgreesWithANaiveOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		segments := rapid.SampledFrom([]string{"a", "b", "{x}", "{x}.a", "a{x}", "{x}-{y}", "{x}a{y}.a", "{x}{y}"})
		m, naive := &matcher{}, naiveMatcher{}
		for _, parts := range rapid.SliceOfN(rapid.SliceOfN(segments, 0, 4), 1, 12).Draw(t, "templates") {
			template := "/" + strings.Join(numbered(parts), "/")
			if err := m.add(template, len(naive)); err == nil {
				naive = append(naive, newNaiveTemplate(template))
			}
		}
		piece := rapid.SampledFrom([]string{"a", "b", "c", "a.a", "ab", "b-a", "a-a.a", "-", ".a", "", "aa.a", "a--a", "%2F"})
		for _, parts := range rapid.SliceOfN(rapid.SliceOfN(piece, 0, 5), 1, 20).Draw(t, "paths") {
			path := "/" + strings.Join(parts, "/")
			require.Equal(t, naive.match(path), matched(m, naive.templates(), path), "%q in %q", path, naive.templates())
		}
	})
}

// numbered gives the parameters of a template names of their own.
func numbered(segments []string) []string {
	count := 0
	return strings.Split(regexp.MustCompile(`\{.\}`).ReplaceAllStringFunc(strings.Join(segments, "/"), func(string) string {
		count++
		return fmt.Sprintf("{p%d}", count)
	}), "/")
}

type naiveMatcher []naiveTemplate

type naiveTemplate struct {
	template string
	shapes   []string // of the segments: without names
	names    []string
	regexp   *regexp.Regexp
}

var templateParameter = regexp.MustCompile(`\{(.+?)\}`)

func newNaiveTemplate(template string) naiveTemplate {
	n := naiveTemplate{template: template, shapes: strings.Split(templateParameter.ReplaceAllString(template, "{}"), "/")[1:]}
	expression := regexp.QuoteMeta(template)
	for _, parameter := range templateParameter.FindAllStringSubmatch(template, -1) {
		n.names = append(n.names, parameter[1])
		expression = strings.Replace(expression, regexp.QuoteMeta(parameter[0]), "([^/]+?)", 1)
	}
	n.regexp = regexp.MustCompile("^" + expression + "$")
	return n
}

func (m naiveMatcher) templates() []string {
	templates := make([]string, len(m))
	for i, n := range m {
		templates[i] = n.template
	}
	return templates
}

func (m naiveMatcher) match(path string) string {
	if path != "/" {
		path = strings.TrimSuffix(path, "/")
	}
	best := -1
	for i, n := range m {
		if n.regexp.MatchString(path) && (best < 0 || m.isBefore(n, m[best])) {
			best = i
		}
	}
	if best < 0 {
		return ""
	}
	line := m[best].template
	for i, value := range m[best].regexp.FindStringSubmatch(path)[1:] {
		line += " " + m[best].names[i] + "=" + value
	}
	return line
}

// isBefore reports whether one of two templates is more fixed; of two that are
// equally so, the one that came first is.
func (m naiveMatcher) isBefore(a, b naiveTemplate) bool {
	for i := range a.shapes {
		if a.shapes[i] == b.shapes[i] {
			continue
		}
		if rankA, rankB := shapeRank(a.shapes[i]), shapeRank(b.shapes[i]); rankA != rankB {
			return rankA < rankB
		}
		first := slices.IndexFunc(m, func(n naiveTemplate) bool {
			return len(n.shapes) > i && slices.Equal(n.shapes[:i], a.shapes[:i]) && (n.shapes[i] == a.shapes[i] || n.shapes[i] == b.shapes[i])
		})
		return m[first].shapes[i] == a.shapes[i]
	}
	return false
}

func shapeRank(shape string) int {
	switch {
	case shape == "{}":
		return 2
	case strings.Contains(shape, "{}"):
		return 1
	}
	return 0
}

func BenchmarkMatch(b *testing.B) {
	for _, count := range []int{10, 100, 1000} {
		b.Run(fmt.Sprintf("%d paths", count), func(b *testing.B) {
			m := &matcher{}
			for i := range count {
				require.NoError(b, m.add(fmt.Sprintf("/organizations/{organization_id}/collection%d/{id}", i), i))
			}
			path := fmt.Sprintf("/organizations/01921f70/collection%d/01996f1b", count/2)
			b.ReportAllocs()
			for b.Loop() {
				var params Params
				if _, ok := m.match(path, &params); !ok {
					b.Fatal("no match")
				}
			}
		})
	}
}
