package conformance_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"understudy/conformance"
	"understudy/conformance/internal/subject"
)

// playSubject plays the script to the hand-written server.
func playSubject(t *testing.T, config subject.Config, opts ...conformance.Option) *conformance.Transcript {
	t.Helper()
	config.Keys = subjectKeys
	server := httptest.NewServer(subject.New(config))
	defer server.Close()
	script, err := conformance.Play(t.Context(), server.URL, append([]conformance.Option{
		conformance.WithToken("phx_writer"), conformance.WithReadOnlyToken("phx_reader"), conformance.WithUnscopedToken("phx_unscoped"),
		conformance.WithForeignToken("phx_foreigner"), conformance.WithParam("organization_id", home), conformance.WithForeignParam("organization_id", abroad),
		conformance.WithTimeout(5 * time.Second), conformance.WithSeed(1),
	}, opts...)...)
	require.NoError(t, err)
	return script
}

// A script is the same for every server, whatever the answers, and leaves nothing.
func TestAScriptNamesItsStepsAlike(t *testing.T) {
	plain := playSubject(t, subject.Config{})
	for name, config := range map[string]subject.Config{
		"records present": {Records: 9, PageSize: 3}, "refused members": {ReadOnlyFields: subject.Refuse, UnknownFields: subject.Refuse},
	} {
		t.Run(name, func(t *testing.T) {
			other := playSubject(t, config)
			require.Equal(t, requestsOf(plain), requestsOf(other))
			require.Zero(t, other.Run.Left)
			require.Positive(t, other.Run.Created)
		})
	}
}

// requestsOf lists the steps of a transcript with the bodies that were sent, each step
// once.
func requestsOf(t *conformance.Transcript) map[string]string {
	sent := map[string]string{}
	for _, step := range t.Steps {
		sent[step.Key()] = step.Exchange.Request
	}
	return sent
}

func TestAScriptThatOnlyReadsSendsNothingElse(t *testing.T) {
	script := playSubject(t, subject.Config{Records: 3}, conformance.WithReadOnly())
	require.NotEmpty(t, script.Steps)
	for _, step := range script.Steps {
		require.Contains(t, []string{http.MethodGet, http.MethodHead}, step.Exchange.Method, step.Name)
	}
	require.Zero(t, script.Run.Created)
}
