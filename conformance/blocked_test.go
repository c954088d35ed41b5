package conformance_test

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"understudy/conformance"
	"understudy/conformance/internal/library"
	"understudy/conformance/report"
)

// needNoUpdate are checks that run whatever becomes of changes.
var needNoUpdate = []string{
	"crud/unknown-id", "crud/deleted-is-gone", "isolation/other-parent", "isolation/other-parent-listed",
	"pagination/limit", "pagination/offset", "pagination/links", "pagination/forward", "auth/full-key", "auth/no-key-on-records", "schema/error-not-found",
}

func TestABrokenUpdateBlocksWhatUpdatesAlone(t *testing.T) {
	refused := func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodPatch && r.URL.Path != "/shelves" && !strings.HasSuffix(r.URL.Path, "/books") {
				http.Error(w, "no", http.StatusInternalServerError)
				return
			}
			next.ServeHTTP(w, r)
		})
	}
	for name, broken := range map[string]http.Handler{
		"a change is ignored": library.New(library.Config{Shelves: 3, Books: 7, Bugs: []string{"crud/patch-ignored"}, Users: map[string]string{librarian: secret}}),
		"a change fails":      refused(library.New(library.Config{Shelves: 3, Books: 7, Users: map[string]string{librarian: secret}})),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := httptest.NewServer(broken)
			defer server.Close()
			r, err := conformance.Execute(t.Context(), server.URL, conformance.WithSpec("library.yaml", library.Document()),
				conformance.WithToken(librarian+":"+secret), conformance.WithTimeout(5*time.Second), conformance.WithSeed(1))
			require.NoError(t, err)
			for _, result := range r.Results {
				switch result.Status {
				case report.Fail, report.Flaky:
					assert.Equal(t, "crud/update", result.ID, result.Reason)
				case report.Blocked:
					assert.Equal(t, "crud/update", result.BlockedBy, result.Title())
				}
				if slices.Contains(needNoUpdate, result.ID) {
					assert.Contains(t, []report.Status{report.Pass, report.NotApplicable}, result.Status, "%s: %s", result.Title(), result.Reason)
				}
				if result.ID == "crud/unknown-id" {
					assert.Equal(t, "without what crud/update is about, which fails", result.Reason)
				}
			}
			assert.Less(t, r.Count(report.Blocked), 70)
		})
	}
}

// What a check rests on, and what explains its failure, is known when it runs.
func TestACheckRestsOnEarlierOnes(t *testing.T) {
	seen := map[string]bool{}
	for _, check := range conformance.Catalogue() {
		for _, id := range slices.Concat(check.Requires, check.Follows) {
			assert.True(t, seen[id], "%s: %s", check.ID, id)
		}
		for _, id := range check.Follows {
			assert.NotContains(t, check.Requires, id, check.ID)
		}
		seen[check.ID] = true
	}
}
