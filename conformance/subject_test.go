package conformance_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"understudy/conformance"
	"understudy/conformance/internal/subject"
	"understudy/conformance/report"
)

// The two places of the subject, and its keys.
const (
	home   = "01921f70-4a1c-0000-9d3e-6b7f50c2e814"
	abroad = "019220c4-95e3-0000-8b12-d4a07e63f95c"
)

var subjectKeys = []subject.Key{
	{Name: "write", Token: "phx_writer", Scopes: []string{subject.ReadScope, subject.WriteScope}, Organization: home, User: 1},
	{Name: "read", Token: "phx_reader", Scopes: []string{subject.ReadScope}, Organization: home, User: 2},
	{Name: "unscoped", Token: "phx_unscoped", Organization: home, User: 3},
	{Name: "foreign", Token: "phx_foreigner", Scopes: []string{subject.ReadScope, subject.WriteScope}, Organization: abroad, User: 4},
}

// judgeSubject runs the suite against the hand-written server.
func judgeSubject(t *testing.T, config subject.Config, opts ...conformance.Option) *report.Report {
	t.Helper()
	config.Keys = subjectKeys
	server := httptest.NewServer(subject.New(config))
	defer server.Close()
	r, err := conformance.Execute(t.Context(), server.URL, append([]conformance.Option{
		conformance.WithToken("phx_writer"), conformance.WithReadOnlyToken("phx_reader"), conformance.WithUnscopedToken("phx_unscoped"),
		conformance.WithForeignToken("phx_foreigner"), conformance.WithParam("organization_id", home), conformance.WithForeignParam("organization_id", abroad),
		conformance.WithTimeout(5 * time.Second), conformance.WithSeed(1),
	}, opts...)...)
	require.NoError(t, err)
	return r
}

// permitted are the ways in which the subject may differ and still be correct.
func permitted() map[string]subject.Config {
	return map[string]subject.Config{
		"as it is":                 {},
		"records present":          {Records: 7},
		"another page size":        {Records: 12, PageSize: 5},
		"capped limits":            {Records: 9, MaxLimit: 4},
		"refused limits":           {Records: 9, MaxLimit: 50, LimitOverMax: subject.Refuse},
		"ignored query":            {Records: 3, InvalidQuery: subject.Ignore},
		"refused members":          {ReadOnlyFields: subject.Refuse, UnknownFields: subject.Refuse},
		"404 elsewhere":            {ForeignOrganization: 404},
		"400 for an odd id":        {BadID: 400},
		"204 for a second delete":  {SecondDelete: 204},
		"200 for OPTIONS":          {OptionsStatus: 200},
		"a quota of one":           {Quota: 1},
		"a quota of two":           {Quota: 2},
		"unique domains":           {UniqueDomains: true},
		"lax and harmless":         {CoerceNumbers: true, TrimSpace: true, ExtraMethods: true, IgnoreAccept: true, NoVary: true},
		"entity tags":              {ETags: true},
		"other words":              {ErrorDetail: func(code, _ string) string { return "no: " + code }},
		"a fast lifecycle":         {StatusDelays: subject.Delays{Issuing: 20 * time.Millisecond, Valid: 20 * time.Millisecond}},
		"late times":               {LateUpdatedAt: true, IdleKeepsUpdatedAt: true},
		"whole seconds":            {WholeSeconds: true},
		"another way to write UTC": {OffsetTimezone: true},
	}
}

// requireNoFailure runs groups on every permitted subject.
func requireNoFailure(t *testing.T, groups ...string) {
	t.Helper()
	runs := 0
	for name, config := range permitted() {
		if runs++; enough(runs) {
			break
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := judgeSubject(t, config, only(groups)...)
			for _, result := range r.Results {
				if result.Status == report.Fail || result.Status == report.Flaky || result.Status == report.Blocked {
					t.Errorf("%s: %s: %s (expected %s, got %s)", result.ID, result.Status, result.Reason, result.Expected, result.Actual)
				}
			}
			require.Zero(t, r.Left, "records left behind")
		})
	}
}

// enough ends a table with -short, for the race detector: a few runs show whether the code
// bears with itself, and what the others find is found without it.
func enough(runs int) bool { return testing.Short() && runs > 3 }

func only(groups []string) []conformance.Option {
	opts := make([]conformance.Option, len(groups))
	for i, group := range groups {
		opts[i] = conformance.WithOnly(group)
	}
	return opts
}

// harmless are bugs for which a server must not be failed: it is warned.
var harmless = map[string]bool{
	"validation/boolean-accepted":          true, // lax: Jackson does so by default
	"validation/null-accepted":             true, // Ajv, as Fastify sets it up, and Go make the zero of null
	"validation/length-in-utf16":           true, // Java and JavaScript count so
	"races/late-delete-500":                true, // Hibernate does so by default
	"races/delete-has-many-winners":        true, // Django REST framework does so by default
	"validation/trailing-data-accepted":    true, // RFC 8259, section 9, lets a parser accept more
	"pagination/next-drops-parameters":     true, // who writes links by hand writes what they know
	"pagination/previous-drops-parameters": true,
	"validation/non-ascii-refused":         true, // a server may want a host name
	"http/no-slash-404":                    true, // a path without its slash is another one
	"http/no-slash-redirected":             true, // Go and Django do so by default
	"http/wrong-method-404":                true, // Express, Gin and Rails do so by default; RFC 9110, section 9.1, says SHOULD
	"races/patch-revives-deleted":          true, // Django saves so without a transaction, which is its default
	"http/accept-html-served":              true, // Django REST framework does so by default
}

// needsAnEmptyPlace are bugs that show only where no record is before the run.
var needsAnEmptyPlace = map[string]bool{
	"crud/list-omits-oldest": true, // of what was there before, nobody knows that it is missing
}

// requireKilled switches on each bug of a group; at least one check of the group
// must fail.
func requireKilled(t *testing.T, group string) {
	t.Helper()
	runs := 0
	for _, bug := range subject.Bugs() {
		if bug.Group != group {
			continue
		}
		if runs++; enough(runs) {
			break
		}
		t.Run(strings.TrimPrefix(bug.ID, group+"/"), func(t *testing.T) {
			t.Parallel()
			config := subject.Config{Records: 3, Bugs: []string{bug.ID}}
			if needsAnEmptyPlace[bug.ID] {
				config.Records = 0
			}
			looks := 1
			if group == "races" {
				looks = 3 // whether two requests meet is a matter of chance on a busy machine
			}
			found := 0
			for ; found == 0 && looks > 0; looks-- {
				r := judgeSubject(t, config, conformance.WithOnly(group))
				found = r.Count(report.Fail)
				if harmless[bug.ID] {
					require.Zero(t, found, "%s", bug.Summary)
					found = r.Count(report.Warn)
				}
			}
			require.Positive(t, found, "survived: %s", bug.Summary)
		})
	}
}

func TestCRUDIsRightAboutCorrectServers(t *testing.T) { requireNoFailure(t, "crud") }

func TestCRUDFindsItsBugs(t *testing.T) { requireKilled(t, "crud") }

// A cache of records that no change and no delete is told of.
func TestCRUDFindsAStaleCache(t *testing.T) {
	for _, x := range []struct{ method, check string }{{http.MethodPatch, "crud/update-stored"}, {http.MethodDelete, "crud/delete"}} {
		t.Run(x.method, func(t *testing.T) {
			t.Parallel()
			seen := map[string]string{}
			r := judgeMutant(t, mutant{change: func(r *http.Request, a *httptest.ResponseRecorder) {
				switch {
				case !isItem(r) || r.Header.Get("Authorization") != "Bearer phx_writer":
				case r.Method == http.MethodGet && seen[r.URL.Path] != "":
					answerWith(a, http.StatusOK, "application/json", seen[r.URL.Path])
				case r.Method == http.MethodGet && a.Code == http.StatusOK:
					seen[r.URL.Path] = a.Body.String()
				case r.Method != http.MethodGet && r.Method != x.method:
					delete(seen, r.URL.Path)
				}
			}}, "crud")
			for _, result := range r.Results {
				if result.ID == x.check {
					require.Equal(t, report.Fail, result.Status, result.Reason)
				}
			}
		})
	}
}

// A target may show what was written a while later, to a run that gives it the
// time.
func TestARunWaitsForWhatWasWritten(t *testing.T) {
	for _, group := range []string{"crud", "auth"} {
		t.Run(group, func(t *testing.T) {
			t.Parallel()
			var written time.Time
			requireTold(t, group, []mutant{{
				name: "a replica that lags", opts: []conformance.Option{conformance.WithSettle(50 * time.Millisecond)},
				change: func(r *http.Request, a *httptest.ResponseRecorder) {
					switch {
					case r.Method != http.MethodGet:
						written = time.Now()
					case isItem(r) && a.Code == http.StatusOK && time.Since(written) < 25*time.Millisecond:
						answerWith(a, http.StatusNotFound, "application/json", `{"type":"invalid_request","code":"not_found","detail":"Not found.","attr":null}`)
					}
				},
			}})
		})
	}
}
