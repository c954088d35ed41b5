package conformance_test

import (
	"net/http/httptest"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"understudy/conformance"
	"understudy/conformance/internal/library"
	"understudy/conformance/internal/subject"
	"understudy/conformance/report"
)

// pasted runs the lines of a failure in a shell, as somebody would who pastes them, and
// gives what they print.
func pasted(t *testing.T, result report.Result, variables ...string) (script, printed string) {
	t.Helper()
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("no bash to paste into")
	}
	if _, err := exec.LookPath("curl"); err != nil {
		t.Skip("no curl to send with")
	}
	for _, x := range result.Exchanges {
		script += x.Curl + "\n"
	}
	command := exec.CommandContext(t.Context(), bash)
	command.Stdin = strings.NewReader(script)
	command.Env = append(os.Environ(), variables...)
	out, err := command.CombinedOutput()
	require.NoError(t, err, "%s\n%s", script, out)
	return script, string(out)
}

// failing is the failure of a check.
func failing(t *testing.T, r *report.Report, id, subject string) report.Result {
	t.Helper()
	for _, result := range r.Results {
		if result.ID == id && result.Subject == subject {
			require.Equal(t, report.Fail, result.Status, result.Reason)
			return result
		}
	}
	t.Fatalf("%s did not run", id)
	return report.Result{}
}

// statuses are those of the answers that curl printed, in their order.
func statuses(printed string) (of []int) {
	for _, found := range regexp.MustCompile(`HTTP/1\.1 (\d+)`).FindAllStringSubmatch(printed, -1) {
		status, _ := strconv.Atoi(found[1])
		of = append(of, status)
	}
	return of
}

// requireSeenAgain pastes the lines of a failure, and sees that each is answered as it was.
func requireSeenAgain(t *testing.T, result report.Result, among string, variables ...string) {
	t.Helper()
	script, printed := pasted(t, result, variables...)
	var were []int
	for _, x := range result.Exchanges {
		were = append(were, x.Status)
	}
	again := statuses(printed)
	if strings.Contains(script, "\nwait\n") {
		slices.Sort(were) // what goes at once is answered in any order
		slices.Sort(again)
	}
	require.Equal(t, were, again, "%s\n%s", script, printed)
	require.Contains(t, script, among)
	for _, variable := range variables {
		_, key, _ := strings.Cut(variable, "=")
		require.NotContains(t, script, key)
	}
}

func TestPastedLinesShowAFailureAgain(t *testing.T) {
	const own = `/'"$ID"'/'`
	for _, x := range []struct{ bug, check, among string }{
		{"crud/deleted-still-retrieved", "crud/delete", own},
		{"crud/patch-stores-nothing", "crud/update-stored", own},
		{"schema/target-cname-missing", "schema/retrieve", own},
		{"pagination/order-oldest-first", "pagination/order", own},
		{"auth/read-key-patches", "auth/read-only-key-writes", own},
		{"isolation/foreign-key-patches", "isolation/foreign-key-on-records", own},
		{"validation/null-500", "validation/null", "curl"},
		{"http/unknown-id-500", "http/unknown-id", "curl"},
		{"time/created-moves-on-patch", "time/created-stays-on-change", own},
		{"races/duplicate-ids", "races/creates-at-once", " &\nwait\n"},
	} {
		t.Run(x.bug, func(t *testing.T) {
			t.Parallel()
			server := httptest.NewServer(subject.New(subject.Config{Records: 3, Bugs: []string{x.bug}, Keys: subjectKeys}))
			defer server.Close()
			group, _, _ := strings.Cut(x.check, "/")
			result := failing(t, judgeServer(t, server.URL, conformance.WithOnly(group)), x.check, "")
			requireSeenAgain(t, result, x.among, "UNDERSTUDY_TOKEN=phx_writer", "UNDERSTUDY_TOKEN_READONLY=phx_reader", "UNDERSTUDY_TOKEN_FOREIGN=phx_foreigner")
		})
	}
}

// What stands under another record, where ids are numbers.
func TestPastedLinesMakeTheRecordAbove(t *testing.T) {
	for _, x := range []struct{ bug, check, among string }{
		{"crud/patch-stores-nothing", "crud/update-stored", `/shelves/'"$ID"'/books/'"$ID2"`},
		{"isolation/deleted-shelf-lists-books", "isolation/parent-deleted", `/shelves/'"$ID2"'/books`},
	} {
		t.Run(x.bug, func(t *testing.T) {
			t.Parallel()
			server := httptest.NewServer(library.New(library.Config{Shelves: 3, Books: 7, Bugs: []string{x.bug}, Users: map[string]string{librarian: secret}}))
			defer server.Close()
			group, _, _ := strings.Cut(x.check, "/")
			r, err := conformance.Execute(t.Context(), server.URL, conformance.WithSpec("library.yaml", library.Document()),
				conformance.WithToken(librarian+":"+secret), conformance.WithTimeout(5*time.Second), conformance.WithSeed(1), conformance.WithOnly(group))
			require.NoError(t, err)
			requireSeenAgain(t, failing(t, r, x.check, "books"), x.among, "UNDERSTUDY_TOKEN="+librarian+":"+secret)
		})
	}
}
