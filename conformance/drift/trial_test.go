package drift_test

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"understudy/mockserver"
)

// Words that are right for most refusals of a cause, and make wrong what was right for an
// operation, are left out.
func TestWordsThatDoHarmAreLeftOut(t *testing.T) {
	worded := deskDocument + `
x-understudy: {errors: {not_found: {error: {code: missing, message: there is no such ticket, request_id: req_00000000}}}}
`
	proper := regexp.MustCompile(`^/tickets/tkt_[0-9]{9}$`)
	run, found := holdZoo(t, "desk.yaml", []byte(worded), answering(func(r *http.Request, _ any, status int, body map[string]any) {
		told, isError := body["error"].(map[string]any)
		if isError && status == http.StatusNotFound && (r.Method != http.MethodGet || !proper.MatchString(r.URL.Path)) && told["message"] == "there is no such ticket" {
			told["message"] = "nothing is here"
		}
	}))
	require.Contains(t, differences(found), `words PUT error.message: "there is no such ticket" / "nothing is here"`)
	overlay, err := run.Mend(t.Context(), found)
	require.NoError(t, err)
	require.Empty(t, overlay)
	require.Equal(t, found.Overlay.Before, found.Overlay.After)
}

// A keyword of a schema that two operations share is kept where one of them holds to it.
func TestAChangeThatBringsADifferenceIsLeftOut(t *testing.T) {
	server := newDesk(nil)
	server.lenient = true
	run, found := holdDesk(t, server)
	require.Contains(t, differences(found), "stricter POST subject: refused with 422 (required) / accepted with 201")
	overlay, err := run.Mend(t.Context(), found)
	require.NoError(t, err)
	require.Less(t, found.Overlay.After, found.Overlay.Before)
	before := stepsIn(found.Operations)
	for _, step := range stepsIn(found.Overlay.Left) {
		require.Contains(t, before, step, string(overlay))
	}
	standIn, err := mockserver.New(mockserver.WithSpec("desk.yaml", []byte(deskDocument)), mockserver.WithOverlay("overlay", overlay))
	require.NoError(t, err)
	created := httptest.NewRecorder()
	standIn.ServeHTTP(created, jsonOf(http.MethodPost, "/tickets", `{"subject":"A lamp","body":"It hums."}`))
	require.Equal(t, http.StatusCreated, created.Code)
	id := regexp.MustCompile(`tkt_[0-9]{9}`).FindString(created.Body.String())
	replaced := httptest.NewRecorder()
	standIn.ServeHTTP(replaced, jsonOf(http.MethodPut, "/tickets/"+id, `{"body":"It hums."}`))
	require.Equal(t, http.StatusUnprocessableEntity, replaced.Code)
}

func jsonOf(method, path, body string) *http.Request {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	return r
}
