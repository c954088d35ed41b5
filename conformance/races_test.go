package conformance_test

import (
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"understudy/conformance"
	"understudy/conformance/internal/subject"
	"understudy/conformance/report"
)

func TestRacesAreRightAboutCorrectServers(t *testing.T) { requireNoFailure(t, "races") }

func TestRacesAreFound(t *testing.T) { requireKilled(t, "races") }

// A target that lets nobody send two requests at once is none that loses any.
func TestRacesBearWithALimitOfRequests(t *testing.T) {
	t.Parallel()
	api := subject.New(subject.Config{Records: 3, Keys: subjectKeys})
	var under, refused atomic.Int64
	limited := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer under.Add(-1)
		if under.Add(1) > 1 {
			refused.Add(1)
			w.WriteHeader(http.StatusTooManyRequests)
			return
		}
		time.Sleep(2 * time.Millisecond) // so that requests at once do meet
		api.ServeHTTP(w, r)
	})
	server := httptest.NewServer(limited)
	defer server.Close()
	r, err := conformance.Execute(t.Context(), server.URL, conformance.WithToken("phx_writer"), conformance.WithReadOnlyToken("phx_reader"),
		conformance.WithParam("organization_id", home), conformance.WithOnly("races"))
	require.NoError(t, err)
	require.Positive(t, refused.Load())
	for _, result := range r.Results {
		require.NotEqual(t, report.Fail, result.Status, "%s: %s", result.ID, result.Reason)
	}
	require.Zero(t, r.Left)
}
