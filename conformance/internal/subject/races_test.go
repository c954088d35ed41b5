package subject_test

import (
	"fmt"
	"net/http"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"understudy/conformance/internal/subject"
)

// crowd is how many requests are sent at once.
const crowd = 20

// A rush sends requests at once and says what is wrong with the answers.
type rush func(t *testing.T, b *browser) []string

// rushes gives, for each bug of the group races, what shows it.
func rushes() map[string]rush {
	return map[string]rush{
		"races/duplicate-ids":           rushCreates,
		"races/lost-creates":            rushCreates,
		"races/count-drifts":            rushCreates,
		"races/busy-create-500":         rushCreates,
		"races/answers-crossed":         rushCreates,
		"races/half-made-visible":       rushCreates,
		"races/lost-updates":            rushPatches,
		"races/late-delete-500":         rushDeletes,
		"races/delete-has-many-winners": rushDeletes,
		"races/patch-revives-deleted":   rushPatchesAndDeletes,
		"races/keys-crossed":            rushKeys,
	}
}

func TestNoRushShowsARaceOfARightServer(t *testing.T) {
	for name, rush := range map[string]rush{
		"creates": rushCreates, "patches": rushPatches, "deletes": rushDeletes,
		"patches and deletes": rushPatchesAndDeletes, "keys": rushKeys,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Empty(t, rush(t, newBrowser(t, serve(t, scripted()))))
		})
	}
}

// mostRushes is how often a race is looked for: on a busy machine requests that are sent at
// once may come one after the other.
const mostRushes = 10

func TestEachRaceShows(t *testing.T) {
	for _, bug := range subject.Bugs() {
		if bug.Group != "races" {
			continue
		}
		t.Run(bug.ID, func(t *testing.T) {
			t.Parallel()
			rush, there := rushes()[bug.ID]
			require.True(t, there, "no rush shows it")
			config := scripted()
			config.Bugs = []string{bug.ID}
			var wrong []string
			for tries := 0; len(wrong) == 0 && tries < mostRushes; tries++ {
				wrong = rush(t, newBrowser(t, serve(t, config)))
			}
			require.NotEmpty(t, wrong, bug.Summary)
			t.Logf("%s\n%s", bug.Summary, wrong[0])
		})
	}
}

// atOnce sends requests at once, and gives the answers in the order of the
// requests.
func (b *browser) atOnce(t *testing.T, asks []ask) []got {
	t.Helper()
	answers := make([]got, len(asks))
	errs := make([]error, len(asks))
	start := make(chan struct{})
	var group sync.WaitGroup
	for i, a := range asks {
		group.Go(func() {
			<-start
			answers[i], errs[i] = b.try(t.Context(), a)
		})
	}
	close(start)
	group.Wait()
	for _, err := range errs {
		require.NoError(t, err)
	}
	return answers
}

// one sends one request.
func (b *browser) one(t *testing.T, a ask) got {
	t.Helper()
	g, err := b.try(t.Context(), a)
	require.NoError(t, err)
	return g
}

func numberedDomain(number int) string { return fmt.Sprintf("n%d.example", number) }

// create makes records, one after the other, and gives their ids.
func (b *browser) create(t *testing.T, count int) []string {
	t.Helper()
	var ids []string
	for number := range count {
		g := b.one(t, post().domain(numberedDomain(number)))
		require.Equal(t, http.StatusCreated, g.status)
		ids = append(ids, idOf(g))
	}
	return ids
}

// complaints collects what is wrong.
type complaints []string

// unless complains if something is not so.
func (c *complaints) unless(right bool, format string, args ...any) {
	if !right {
		*c = append(*c, fmt.Sprintf(format, args...))
	}
}

func rushCreates(t *testing.T, b *browser) []string {
	var wrong complaints
	var asks []ask
	for number := range crowd {
		asks = append(asks, post().domain(numberedDomain(number)), list(""))
	}
	seen := map[string]bool{}
	for i, g := range b.atOnce(t, asks) {
		if i%2 == 1 {
			for _, domain := range g.column("domain") {
				wrong.unless(domain != "", "a list shows a record without a domain")
			}
			continue
		}
		wrong.unless(g.status == http.StatusCreated, "a create is answered with %d", g.status)
		wrong.unless(g.member("domain") == numberedDomain(i/2), "the create of %s is answered with %s", numberedDomain(i/2), g.text)
		wrong.unless(!seen[idOf(g)], "two records have the id %s", idOf(g))
		seen[idOf(g)] = true
	}
	after := b.one(t, list(""))
	wrong.unless(len(after.results()) == scripted().Records+crowd, "%d records are there after", len(after.results()))
	wrong.unless(after.object(t)["count"] == float64(scripted().Records+crowd), "the count is %v after", after.object(t)["count"])
	return wrong
}

func rushPatches(t *testing.T, b *browser) []string {
	var wrong complaints
	ids := b.create(t, crowd)
	var asks, looks []ask
	for number, id := range ids {
		asks = append(asks, patch(id).domain("changed."+numberedDomain(number)))
		looks = append(looks, get(id))
	}
	for _, g := range b.atOnce(t, asks) {
		wrong.unless(g.status == http.StatusOK, "a patch is answered with %d", g.status)
	}
	for number, g := range b.atOnce(t, looks) {
		wrong.unless(g.member("domain") == "changed."+numberedDomain(number), "%s was changed, and is not: %s", numberedDomain(number), g.text)
	}
	return wrong
}

func rushDeletes(t *testing.T, b *browser) []string {
	var wrong complaints
	var asks []ask
	id := b.create(t, 1)[0]
	for range crowd {
		asks = append(asks, remove(id))
	}
	statuses := map[int]int{}
	for _, g := range b.atOnce(t, asks) {
		statuses[g.status]++
	}
	wrong.unless(statuses[http.StatusNoContent] == 1, "%d deletes of one record are answered with 204", statuses[http.StatusNoContent])
	wrong.unless(statuses[http.StatusNotFound] == crowd-1, "%d deletes of one record are answered with 404", statuses[http.StatusNotFound])
	return wrong
}

func rushPatchesAndDeletes(t *testing.T, b *browser) []string {
	var wrong complaints
	var asks []ask
	ids := b.create(t, crowd/2)
	for _, id := range ids {
		asks = append(asks, patch(id).domain("changed.example"), remove(id))
	}
	for i, g := range b.atOnce(t, asks) {
		if i%2 == 1 {
			wrong.unless(g.status == http.StatusNoContent, "a delete is answered with %d", g.status)
		}
	}
	for _, id := range ids {
		g := b.one(t, get(id))
		wrong.unless(g.status == http.StatusNotFound, "a deleted record is there: %s", g.text)
	}
	return wrong
}

func rushKeys(t *testing.T, b *browser) []string {
	var wrong complaints
	var asks []ask
	for range crowd / 2 {
		asks = append(asks, post().domain("write.example"), post().domain("read.example").by("Bearer "+read))
	}
	for i, g := range b.atOnce(t, asks) {
		wanted := []int{http.StatusCreated, http.StatusForbidden}[i%2]
		wrong.unless(g.status == wanted, "%s is answered with %d instead of %d", asks[i].body, g.status, wanted)
	}
	return wrong
}
