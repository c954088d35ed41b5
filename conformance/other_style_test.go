package conformance_test

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"understudy/conformance"
	"understudy/conformance/internal/library"
	"understudy/conformance/report"
)

// leastFound is the part of the bugs that apply which must be found.
const leastFound = 0.99

// permittedBugs are what a server may do by this document, though a client would rather
// have it otherwise. The suite must not complain of them.
func permittedBugs() map[string]string {
	const prose = "which links Link holds is said in prose alone, and RFC 8288 asks for none"
	return map[string]string{
		"pagination/first-missing":  prose,
		"pagination/last-missing":   prose,
		"pagination/prev-missing":   prose,
		"pagination/links-relative": "a link may be relative (RFC 8288, section 3.1)",
	}
}

// The user of the library.
const (
	librarian = "ada"
	secret    = "Leaves-of-Grass"
)

// judgeLibrary runs the suite against the hand-written server of another style.
func judgeLibrary(t *testing.T, config library.Config, opts ...conformance.Option) *report.Report {
	t.Helper()
	config.Users = map[string]string{librarian: secret}
	server := httptest.NewServer(library.New(config))
	defer server.Close()
	r, err := conformance.Execute(t.Context(), server.URL, append([]conformance.Option{
		conformance.WithSpec("library.yaml", library.Document()), conformance.WithToken(librarian + ":" + secret),
		conformance.WithTimeout(5 * time.Second), conformance.WithSeed(1),
	}, opts...)...)
	require.NoError(t, err)
	return r
}

// permittedLibraries are the ways in which the library may differ and still be correct.
func permittedLibraries() map[string]library.Config {
	return map[string]library.Config{
		"empty":                    {},
		"shelves present":          {Shelves: 2},
		"books present":            {Shelves: 3, Books: 7},
		"another page size":        {Shelves: 2, Books: 4, PageSize: 3},
		"capped per_page":          {PerPageOverMax: library.Cap},
		"ignored query":            {Shelves: 1, Books: 3, InvalidQuery: library.Ignore},
		"refused members":          {ReadOnlyMembers: library.Refuse, UnknownMembers: library.Refuse},
		"slashes ignored":          {TrailingSlash: library.Ignore},
		"slashes redirected":       {TrailingSlash: library.Redirect},
		"400 for an odd id":        {BadID: http.StatusBadRequest},
		"204 for a second delete":  {SecondDelete: http.StatusNoContent},
		"200 for OPTIONS":          {OptionsStatus: http.StatusOK},
		"405 for OPTIONS":          {OptionsStatus: http.StatusMethodNotAllowed},
		"a quota of two":           {Quota: 2},
		"unique titles":            {UniqueTitles: true},
		"space trimmed":            {TrimSpace: true},
		"short links":              {ShortLink: true},
		"entity tags":              {ETags: true},
		"other words":              {Message: func(code, _ string) string { return "no: " + code }},
		"updated_at kept":          {IdleKeepsUpdatedAt: true},
		"whole seconds":            {WholeSeconds: true},
		"another way to write UTC": {OffsetTimezone: true},
	}
}

func TestAnotherStyleIsJudgedRightly(t *testing.T) {
	runs := 0
	for name, config := range permittedLibraries() {
		if runs++; enough(runs) {
			break
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := judgeLibrary(t, config)
			for _, result := range r.Results {
				if result.Status == report.Fail || result.Status == report.Flaky || result.Status == report.Blocked {
					t.Errorf("%s: %s: %s (expected %s, got %s)", result.ID, result.Status, result.Reason, result.Expected, result.Actual)
				}
			}
			require.Zero(t, r.Left, "records left behind")
		})
	}
}

func TestBugsOfAnotherStyleAreFound(t *testing.T) {
	if testing.Short() {
		t.Skip("it runs the suite hundreds of times")
	}
	usual, permitted := usualComplaints(t), permittedBugs()
	var mu sync.Mutex
	var missed []string
	t.Run("each", func(t *testing.T) {
		for _, bug := range library.Bugs() {
			t.Run(bug.ID, func(t *testing.T) {
				t.Parallel()
				found := finds(t, bug, usual[bug.Group])
				if why, is := permitted[bug.ID]; is {
					assert.False(t, found, "it is found, and permitted: %s", why)
					return
				}
				if !found {
					mu.Lock()
					defer mu.Unlock()
					missed = append(missed, bug.ID+": "+bug.Summary)
				}
			})
		}
	})
	slices.Sort(missed)
	all := len(library.Bugs()) - len(permitted)
	t.Logf("%d of %d bugs are found; not found:\n%s", all-len(missed), all, strings.Join(missed, "\n"))
	assert.GreaterOrEqual(t, float64(all-len(missed))/float64(all), leastFound)
}

// libraries are those in which a bug is looked for: a furnished one, and an empty one.
func libraries() []library.Config { return []library.Config{{Shelves: 2, Books: 3}, {}} }

// usualComplaints are, for each group, the checks that complain of a correct server in
// either library.
func usualComplaints(t *testing.T) map[string][]string {
	t.Helper()
	usual := map[string][]string{}
	for _, bug := range library.Bugs() {
		if _, known := usual[bug.Group]; known {
			continue
		}
		usual[bug.Group] = []string{}
		for _, config := range libraries() {
			usual[bug.Group] = append(usual[bug.Group], complaintsOf(judgeLibrary(t, config, conformance.WithOnly(bug.Group)))...)
		}
	}
	return usual
}

// finds reports whether a check of the bug's group complains that usually does not. A
// warning counts, as some bugs are lax and harmless.
func finds(t *testing.T, bug library.Bug, usual []string) bool {
	t.Helper()
	for _, config := range libraries() {
		config.Bugs = []string{bug.ID}
		said := complaintsOf(judgeLibrary(t, config, conformance.WithOnly(bug.Group)))
		if slices.ContainsFunc(said, func(id string) bool { return !slices.Contains(usual, id) }) {
			return true
		}
	}
	return false
}

// complaintsOf are the ids of the checks that fail or warn.
func complaintsOf(r *report.Report) []string {
	var ids []string
	for _, result := range r.Results {
		if result.Status == report.Fail || result.Status == report.Warn {
			ids = append(ids, result.ID)
		}
	}
	return ids
}
