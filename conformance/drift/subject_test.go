package drift_test

import (
	"fmt"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"understudy/conformance"
	"understudy/conformance/drift"
	"understudy/conformance/internal/subject"
)

// The two places of the hand-written server, and its keys.
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

// holdSubject compares the stand-in with the hand-written server.
func holdSubject(t *testing.T, config subject.Config, opts ...conformance.Option) (*drift.Run, *drift.Report) {
	t.Helper()
	config.Keys = subjectKeys
	server := httptest.NewServer(subject.New(config))
	t.Cleanup(server.Close)
	return hold(t, server.URL, "", nil, append(subjectOptions(), opts...)...)
}

func subjectOptions() []conformance.Option {
	return []conformance.Option{
		conformance.WithToken("phx_writer"), conformance.WithReadOnlyToken("phx_reader"), conformance.WithUnscopedToken("phx_unscoped"),
		conformance.WithForeignToken("phx_foreigner"), conformance.WithParam("organization_id", home), conformance.WithForeignParam("organization_id", abroad),
	}
}

// differences are the findings as a test expects them: the kind, the method, where it shows,
// what the stand-in does and what the target does.
func differences(r *drift.Report) []string {
	seen := map[string]bool{}
	found := []string{}
	for _, op := range r.Operations {
		method, _, _ := strings.Cut(op.Name, " ")
		for _, f := range op.Findings {
			line := fmt.Sprintf("%s %s %s: %s / %s", f.Kind, method, f.Where, f.Here, f.There)
			if !seen[line] {
				found = append(found, line)
			}
			seen[line] = true
		}
	}
	return found
}

// Each choice of the hand-written server that a client sees is found, and an overlay
// leaves nothing of it.
func TestOverlaysBringTheStandInIntoLine(t *testing.T) {
	for name, test := range map[string]struct {
		config subject.Config
		found  []string
	}{
		"another page size": {subject.Config{Records: 12, PageSize: 5}, []string{"page GET records on a page: all 17 / 5"}},
		"capped limits": {subject.Config{Records: 9, MaxLimit: 4}, []string{
			"page GET records on a page of 10001: all 14 / 4", "page GET records on a page of 1000: all 14 / 4",
		}},
		"refused limits": {subject.Config{MaxLimit: 50, LimitOverMax: subject.Refuse}, []string{"laxer GET : accepted with 200 / refused with 400"}},
		"refused read-only members": {subject.Config{ReadOnlyFields: subject.Refuse}, []string{
			"laxer POST target_cname: accepted with 201 / refused with 400", "laxer PATCH target_cname: accepted with 200 / refused with 400",
		}},
		"refused unknown members": {subject.Config{UnknownFields: subject.Refuse}, []string{
			"laxer POST understudy_unknown: accepted with 201 / refused with 400", "laxer PATCH understudy_unknown: accepted with 200 / refused with 400",
		}},
		"404 elsewhere": {subject.Config{ForeignOrganization: 404}, []string{"status GET : 403 / 404", "status POST : 403 / 404"}},
		"ignored query": {subject.Config{Records: 3, InvalidQuery: subject.Ignore}, []string{
			"stricter GET limit: refused with 400 (type) / accepted with 200", "stricter GET offset: refused with 400 (minimum) / accepted with 200",
		}},
		"a quota": {subject.Config{Quota: 2}, []string{"laxer POST : accepted with 201 / refused with 400"}},
		"other words": {subject.Config{ErrorDetail: func(code, _ string) string { return "no: " + code }}, []string{
			`words POST detail: "This field is required." / "no: required"`,
			`words PATCH detail: "Ensure this field has no more than 64 characters." / "no: max_length"`,
			`words GET detail: "Not found." / "no: not_found"`,
			`words PUT detail: "Method \"PUT\" not allowed." / "no: method_not_allowed"`,
		}},
		"words with values": {subject.Config{ErrorDetail: func(_, detail string) string { return "Sorry! " + detail }}, []string{
			`words PATCH detail: "Ensure this field has no more than 64 characters." / "Sorry! Ensure this field has no more than 64 characters."`,
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			run, found := holdSubject(t, test.config)
			require.Equal(t, drift.Drifts, found.Verdict)
			require.Subset(t, differences(found), test.found)
			before := found.Count()
			overlay, err := run.Mend(t.Context(), found)
			require.NoError(t, err)
			require.NotEmpty(t, overlay)
			require.Equal(t, &drift.Overlay{Before: before}, found.Overlay, "%s", overlay)
			require.Equal(t, fmt.Sprintf("drift: %s, 0 with the overlay", counted(before)), found.Outcome())
			require.Zero(t, found.Run.Left)
		})
	}
}

// Where words are ignored, what an error says is no difference, and its form is one.
func TestWordsMayBeIgnored(t *testing.T) {
	for name, test := range map[string]struct {
		config subject.Config
		kinds  []drift.Kind
	}{
		"other words":       {subject.Config{ErrorDetail: func(code, _ string) string { return "no: " + code }}, nil},
		"words with values": {subject.Config{ErrorDetail: func(_, detail string) string { return "Sorry! " + detail }}, nil},
		"another form":      {subject.Config{BadID: 400}, []drift.Kind{drift.Status, drift.Shape}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test.config.Keys = subjectKeys
			server := httptest.NewServer(subject.New(test.config))
			defer server.Close()
			_, found := holdWith(t, server.URL, drift.Settings{Start: starter("", nil), Document: suiteOptions("", nil), IgnoreWords: true}, subjectOptions()...)
			var kinds []drift.Kind
			for _, op := range found.Operations {
				for _, f := range op.Findings {
					if !slices.Contains(kinds, f.Kind) {
						kinds = append(kinds, f.Kind)
					}
				}
			}
			require.Equal(t, test.kinds, kinds, tell(found))
			if test.kinds == nil {
				require.Equal(t, drift.Same, found.Verdict)
				require.Equal(t, "same: the stand-in answers as the target does, but for the words of errors", found.Outcome())
				require.Positive(t, found.Ignored)
				require.Contains(t, strings.Join(found.Notes(), "\n"), "errors in other words, which are no difference with --ignore-words")
			}
		})
	}
}

func counted(n int) string {
	if n == 1 {
		return "1 difference"
	}
	return fmt.Sprint(n, " differences")
}

// What no overlay can say is found all the same, and told to be that.
func TestWhatNoOverlayCanSay(t *testing.T) {
	for name, test := range map[string]struct {
		config subject.Config
		found  []string
	}{
		"204 for a second delete": {subject.Config{SecondDelete: 204}, []string{"stricter DELETE : refused with 404 / accepted with 204"}},
		"unique domains":          {subject.Config{UniqueDomains: true}, []string{"laxer POST : accepted with 201 / refused with 400"}},
		"400 for an odd id":       {subject.Config{BadID: 400}, []string{"status GET : 404 / 400", "shape GET error: {attr: null, code: text, detail: text, type: text} / {attr: text, code: text, detail: text, type: text}"}},
		"other methods, any type": {subject.Config{ExtraMethods: true, IgnoreAccept: true}, []string{"header POST Allow: DELETE, GET, PATCH / DELETE, GET, PATCH, PUT", "stricter GET : refused with 406 / accepted with 200"}},
		"whole seconds": {subject.Config{WholeSeconds: true}, []string{
			"shape POST created_at: a text like 0000-00-00T00:00:00.0Z / a text like 0000-00-00T00:00:00Z",
			"shape POST updated_at: a text like 0000-00-00T00:00:00.0Z / a text like 0000-00-00T00:00:00Z",
			"shape GET created_at: a text like 0000-00-00T00:00:00.0Z / a text like 0000-00-00T00:00:00Z",
			"shape GET updated_at: a text like 0000-00-00T00:00:00.0Z / a text like 0000-00-00T00:00:00Z",
			"shape PATCH created_at: a text like 0000-00-00T00:00:00.0Z / a text like 0000-00-00T00:00:00Z",
			"shape PATCH updated_at: a text like 0000-00-00T00:00:00.0Z / a text like 0000-00-00T00:00:00Z",
			"shape GET item created_at: a text like 0000-00-00T00:00:00.0Z / a text like 0000-00-00T00:00:00Z",
			"shape GET item updated_at: a text like 0000-00-00T00:00:00.0Z / a text like 0000-00-00T00:00:00Z",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			run, found := holdSubject(t, test.config)
			require.ElementsMatch(t, test.found, differences(found))
			overlay, err := run.Mend(t.Context(), found)
			require.NoError(t, err)
			require.Empty(t, overlay)
			require.Equal(t, found.Count(), found.Overlay.After)
			for _, line := range tell(found) {
				require.Contains(t, line, drift.CannotSay)
			}
		})
	}
}

// The hand-written server as it is, and in ways that no client need notice, is like the
// stand-in.
func TestTheOrdinaryServerIsLikeTheStandIn(t *testing.T) {
	for name, config := range map[string]subject.Config{
		"as it is": {}, "records present": {Records: 7}, "late times": {LateUpdatedAt: true}, "no Vary": {NoVary: true}, "many records": {Records: 120},
		"a fast lifecycle": {StatusDelays: subject.Delays{Issuing: time.Millisecond, Valid: time.Millisecond}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, found := holdSubject(t, config)
			require.Empty(t, tell(found))
			require.Equal(t, drift.Same, found.Verdict)
		})
	}
}
