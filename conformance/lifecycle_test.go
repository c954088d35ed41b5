package conformance_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"understudy/conformance"
	"understudy/conformance/internal/subject"
	"understudy/conformance/report"
)

func TestLifecycleIsRightAboutCorrectServers(t *testing.T) { requireNoFailure(t, "lifecycle") }

// paces are short enough to be watched.
var paces = subject.Delays{Issuing: 200 * time.Millisecond, Valid: 200 * time.Millisecond}

func TestLifecycleIsRightAboutServersThatMove(t *testing.T) {
	for _, records := range []int{0, 3} {
		t.Run(fmt.Sprint(records, " records"), func(t *testing.T) {
			t.Parallel()
			r := judgeSubject(t, subject.Config{Records: records, StatusDelays: paces}, conformance.WithOnly("lifecycle"))
			for _, result := range r.Results {
				if records > 0 || result.ID != "lifecycle/read" {
					require.Equal(t, report.Pass, result.Status, "%s: %s", result.ID, result.Reason)
				}
			}
		})
	}
}

func TestLifecycleFindsItsBugs(t *testing.T) {
	runs := 0
	for _, bug := range subject.Bugs() {
		if bug.Group != "lifecycle" {
			continue
		}
		if runs++; enough(runs) {
			break
		}
		for _, records := range []int{0, 3} {
			t.Run(fmt.Sprint(strings.TrimPrefix(bug.ID, "lifecycle/"), " with ", records, " records"), func(t *testing.T) {
				t.Parallel()
				r := judgeSubject(t, subject.Config{Records: records, StatusDelays: paces, Bugs: []string{bug.ID}}, conformance.WithOnly("lifecycle"))
				require.Equal(t, 1, r.Count(report.Fail), "%s: one bug, one failure", bug.Summary)
			})
		}
	}
}
