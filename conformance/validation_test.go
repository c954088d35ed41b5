package conformance_test

import (
	"bufio"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"understudy/conformance"
	"understudy/conformance/internal/subject"
	"understudy/conformance/report"
)

func TestValidationIsRightAboutCorrectServers(t *testing.T) { requireNoFailure(t, "validation") }

func TestValidationFindsItsBugs(t *testing.T) { requireKilled(t, "validation") }

// reading is a subject that reads something else than what was sent.
type reading struct {
	name   string
	change func(r *http.Request, body string) string
	check  string
	status report.Status
}

// What popular servers read is no failure, as long as they make no harm of it.
func TestValidationLetsServersDiffer(t *testing.T) {
	list := regexp.MustCompile(`\["(.*)"\]`)
	for _, x := range []reading{
		{
			name: "a null is a member that was not sent", check: "validation/update-members", status: report.Warn,
			change: patched(`{"domain":null}`, `{}`),
		},
		{
			name: "a null is a text", check: "validation/update-members", status: report.Fail,
			change: patched(`{"domain":null}`, `{"domain":"null"}`),
		},
		{
			name: "a body of another type is not read", check: "validation/update-bodies", status: report.Warn,
			change: func(r *http.Request, body string) string {
				if r.Method != http.MethodPatch || r.Header.Get("Content-Type") != "text/plain" {
					return body
				}
				r.Header.Set("Content-Type", "application/json")
				return "{}"
			},
		},
		{
			name: "a list of one is what is in it", check: "validation/type", status: report.Warn,
			change: func(_ *http.Request, body string) string {
				if strings.HasPrefix(body, `{"domain":[`) {
					return list.ReplaceAllString(body, `"$1"`)
				}
				return body
			},
		},
	} {
		t.Run(x.name, func(t *testing.T) {
			t.Parallel()
			for _, result := range judgeReading(t, x.change).Results {
				if result.ID == x.check {
					require.Equal(t, x.status, result.Status, result.Reason)
					continue
				}
				require.NotContains(t, []report.Status{report.Fail, report.Flaky}, result.Status, "%s: %s", result.ID, result.Reason)
			}
		})
	}
}

// patched replaces one body of a change.
func patched(sent, read string) func(*http.Request, string) string {
	return func(r *http.Request, body string) string {
		if r.Method == http.MethodPatch && body == sent {
			return read
		}
		return body
	}
}

// judgeReading runs the group against a subject that reads changed bodies.
func judgeReading(t *testing.T, change func(*http.Request, string) string) *report.Report {
	t.Helper()
	right := subject.New(subject.Config{Records: 3, Keys: subjectKeys})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		sent, _ := io.ReadAll(r.Body)
		read := change(r, string(sent))
		r.Body, r.ContentLength = io.NopCloser(strings.NewReader(read)), int64(len(read))
		right.ServeHTTP(w, r)
	}))
	defer server.Close()
	return judgeServer(t, server.URL, conformance.WithOnly("validation"))
}

// Some servers close a connection on which they refused a large body, and do not
// say so. That is no failure of the request that comes next.
func TestValidationBearsWithAConnectionThatIsClosedLate(t *testing.T) {
	right := subject.New(subject.Config{Records: 3, Keys: subjectKeys})
	var reused atomic.Bool
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.ContentLength < 1<<20 {
			right.ServeHTTP(w, r)
			return
		}
		a := httptest.NewRecorder()
		right.ServeHTTP(a, r)
		_, _ = io.Copy(io.Discard, r.Body)
		connection, buffered, err := w.(http.Hijacker).Hijack()
		if err != nil {
			return
		}
		defer func() { _ = connection.Close() }()
		_, _ = fmt.Fprintf(connection, "HTTP/1.1 %d Refused\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", a.Code, a.Body.Len(), a.Body)
		if _, err := bufio.NewReader(buffered).ReadByte(); err == nil {
			reused.Store(true)
		}
	}))
	defer server.Close()
	r := judgeServer(t, server.URL, conformance.WithOnly("validation"))
	require.False(t, reused.Load(), "the next request came on that connection")
	require.Zero(t, r.Count(report.Fail)+r.Count(report.Flaky)+r.Count(report.Blocked))
}
