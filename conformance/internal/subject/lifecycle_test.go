package subject_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"understudy/conformance/internal/subject"
)

// A lifetime is a record watched over time, on a clock that the test moves.
type lifetime struct {
	handler http.Handler
	lines   []string
}

// say asks without a socket, for sockets do not know of the test's clock.
func (l *lifetime) say(a ask) got {
	request := httptest.NewRequest(a.method, "http://subject.example"+a.path, strings.NewReader(a.body))
	request.Header.Set("Authorization", a.auth)
	if a.contentType != "" {
		request.Header.Set("Content-Type", a.contentType)
	}
	recorder := httptest.NewRecorder()
	l.handler.ServeHTTP(recorder, request)
	g := got{status: recorder.Code, header: recorder.Header(), text: recorder.Body.String()}
	_ = json.Unmarshal(recorder.Body.Bytes(), &g.value)
	return g
}

// watch looks at the record each second for a while.
func (l *lifetime) watch(id string, seconds int) {
	for range seconds {
		alone := asObject(l.say(get(id)).value)
		var listed map[string]any
		for _, r := range l.say(list("")).results() {
			if r["id"] == id {
				listed = r
			}
		}
		l.lines = append(l.lines, fmt.Sprint(alone["status"], " ", alone["message"], ", in the list ", listed["status"], " ", listed["message"]))
		time.Sleep(time.Second)
	}
}

// live watches a record from its creation on, and beside a change and the
// creation of another.
func live(t *testing.T, config subject.Config) []string {
	var lines []string
	synctest.Test(t, func(*testing.T) {
		l := &lifetime{handler: subject.New(config)}
		id := idOf(l.say(post().domain("life.example")))
		time.Sleep(time.Millisecond)
		l.watch(id, 40)
		l.say(patch(id).domain("changed.example"))
		l.watch(id, 1)
		time.Sleep(time.Minute)
		l.say(post().domain("other.example"))
		l.watch(id, 1)
		lines = l.lines
	})
	return lines
}

func TestStatusMovesFromWaitingToValid(t *testing.T) {
	lines := live(t, withKeys())
	const (
		waiting = "waiting <nil>, in the list waiting <nil>"
		issuing = "issuing <nil>, in the list issuing <nil>"
		valid   = "valid , in the list valid "
	)
	require.Equal(t, waiting, lines[4])
	require.Equal(t, issuing, lines[5])
	require.Equal(t, issuing, lines[14])
	for _, line := range lines[15:] {
		require.Equal(t, valid, line)
	}
}

func TestStatusMovesAsFastAsIsConfigured(t *testing.T) {
	config := withKeys()
	config.StatusDelays = subject.Delays{Issuing: 10 * time.Second, Valid: time.Second}
	lines := live(t, config)
	require.Contains(t, lines[9], "waiting")
	require.Contains(t, lines[10], "issuing")
	require.Contains(t, lines[11], "valid")
}

func TestUpdatedAtIsWhenTheStatusMoved(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &lifetime{handler: subject.New(withKeys())}
		created := l.say(post().domain("life.example"))
		time.Sleep(time.Hour)
		record := l.say(get(idOf(created)))
		at, err := time.Parse(time.RFC3339, created.member("created_at"))
		require.NoError(t, err)
		require.Equal(t, at.Add(15*time.Second).Format("2006-01-02T15:04:05.000000Z"), record.member("updated_at"))
	})
}

func TestEachWrongLifecycleShows(t *testing.T) {
	right := live(t, withKeys())
	for _, bug := range subject.Bugs() {
		if bug.Group != "lifecycle" {
			continue
		}
		t.Run(bug.ID, func(t *testing.T) {
			config := withKeys()
			config.Bugs = []string{bug.ID}
			require.NotEqual(t, right, live(t, config), bug.Summary)
		})
	}
}
