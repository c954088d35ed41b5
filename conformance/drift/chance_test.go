package drift_test

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"understudy/conformance/drift"
	"understudy/mockserver"
)

// mendDesk is an overlay for a desk, with the report.
func mendDesk(t *testing.T, words map[string]string) (string, *drift.Report) {
	t.Helper()
	run, found := holdDesk(t, newDesk(words))
	overlay, err := run.Mend(t.Context(), found)
	require.NoError(t, err)
	require.NotEmpty(t, overlay)
	return string(overlay), found
}

// postedTo is what a stand-in for a desk with an overlay answers to a POST.
func postedTo(t *testing.T, overlay, sent string) *httptest.ResponseRecorder {
	t.Helper()
	server, err := mockserver.New(mockserver.WithSpec("desk.yaml", []byte(deskDocument)), mockserver.WithOverlay("overlay", []byte(overlay)))
	require.NoError(t, err)
	answer := httptest.NewRecorder()
	server.ServeHTTP(answer, jsonOf(http.MethodPost, "/tickets", sent))
	return answer
}

// Where the target tells apart what the vocabulary has one cause for, a body that is
// missing and a member that is, what the stand-in has right stays right.
func TestACauseWithTwoStatusesKeepsTheRightOne(t *testing.T) {
	overlay, found := mendDesk(t, nil)
	require.NotContains(t, overlay, "statuses", overlay)
	answer := postedTo(t, overlay, `{"body":"It burns."}`)
	require.Equal(t, http.StatusUnprocessableEntity, answer.Code)
	require.Contains(t, answer.Body.String(), `"message":"1 fields are wrong"`)
	require.Contains(t, answer.Body.String(), `"issue":"is required"`)
	require.Contains(t, answer.Body.String(), `"path":"subject"`)
	require.Contains(t, strings.Join(found.Notes(), "\n"), "invalid.required: the target has more than one status for it")
}

// A word of a text is no placeholder because it happens to be what a placeholder stands for.
func TestWordsAreNoPlaceholdersByChance(t *testing.T) {
	overlay, _ := mendDesk(t, nil)
	for _, chance := range []string{"{reason}", "{limit}", "{expected}", "{actual}", "the {field}", "{field} is not"} {
		require.NotContains(t, overlay, chance)
	}
	require.Contains(t, overlay, `"path":"{field}"`)
}

// What sets a reason apart is a mark of punctuation.
func TestAReasonIsSetApart(t *testing.T) {
	overlay, found := mendDesk(t, map[string]string{"object": "Sent in vain: no object", "fields": "fields"})
	require.NotContains(t, overlay, "{reason}", "what differs is no reason")
	require.NotEmpty(t, found.Overlay.Left)
}

// An overlay leaves fewer differences, and brings none to a request that had none.
func TestAnOverlayBringsNoDifference(t *testing.T) {
	for name, words := range map[string]map[string]string{
		"the usual words":   nil,
		"words of the body": {"json": "the array is no string", "gone": "the body is gone"},
		"a field by chance": {"fields": "wrong in subject"},
	} {
		t.Run(name, func(t *testing.T) {
			overlay, found := mendDesk(t, words)
			require.Less(t, found.Overlay.After, found.Overlay.Before)
			before := stepsIn(found.Operations)
			for _, step := range stepsIn(found.Overlay.Left) {
				require.Contains(t, before, step, overlay)
			}
		})
	}
}

// stepsIn are the requests that show a difference.
func stepsIn(operations []drift.Operation) []string {
	var steps []string
	for _, op := range operations {
		for _, f := range op.Findings {
			for _, step := range f.Steps {
				steps = append(steps, op.Name+" "+step)
			}
		}
	}
	slices.Sort(steps)
	return slices.Compact(steps)
}
