package drift_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"understudy/conformance/drift"
)

func holdDesk(t *testing.T, server http.Handler) (*drift.Run, *drift.Report) {
	t.Helper()
	target := httptest.NewServer(server)
	t.Cleanup(target.Close)
	return hold(t, target.URL, "desk.yaml", []byte(deskDocument))
}

// A member of errors that is another one each time, even for one and the same request,
// says nothing, and is no difference.
func TestWhatErrorsMakeAnewIsNoDifference(t *testing.T) {
	_, found := holdDesk(t, newDesk(nil))
	require.Equal(t, drift.Drifts, found.Verdict)
	for _, line := range tell(found) {
		require.NotContains(t, line, "error.request_id", line)
	}
}

// Its form is one all the same.
func TestWhatErrorsMakeAnewHasAForm(t *testing.T) {
	numbered := 0
	_, found := holdZoo(t, "desk.yaml", []byte(deskDocument), answering(func(_ *http.Request, _ any, status int, body map[string]any) {
		if told, ok := body["error"].(map[string]any); ok && status >= 400 {
			numbered++
			told["request_id"] = "0b3e0f8a-1d3c-4f0e-9f3a-" + strings.Repeat("0", 9) + string(rune('a'+numbered%6)) + string(rune('a'+numbered/6%6)) + string(rune('a'+numbered/36%6))
		}
	}))
	require.Contains(t, differences(found), `words GET error.request_id: "a text" / "a UUID"`)
	for _, line := range tell(found) {
		require.Contains(t, line, `error.request_id: "a text" / "a UUID"`)
	}
}
