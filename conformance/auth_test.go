package conformance_test

import (
	"encoding/base64"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"understudy/conformance"
	"understudy/conformance/internal/subject"
	"understudy/conformance/report"
)

func TestAuthIsRightAboutCorrectServers(t *testing.T) { requireNoFailure(t, "auth") }

func TestAuthFindsItsBugs(t *testing.T) { requireKilled(t, "auth") }

// What is forged of a key may be most of it, or all of it in other letters.
func TestForgedKeysAreNotReported(t *testing.T) {
	for _, bug := range []string{"auth/key-prefix-accepted", "auth/key-with-suffix-accepted", "auth/key-case-ignored", "auth/basic-accepted", "auth/any-scheme-accepted"} {
		r := judgeSubject(t, subject.Config{Bugs: []string{bug}}, conformance.WithOnly("auth"))
		require.Equal(t, 1, r.Count(report.Fail), bug)
		text, err := json.Marshal(r)
		require.NoError(t, err)
		for _, secret := range []string{"phx_write", "PHX_WRITE", base64.StdEncoding.EncodeToString([]byte("phx_writer:phx_writer"))} {
			require.NotContains(t, string(text), secret, bug)
		}
	}
}
