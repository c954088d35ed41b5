package library_test

import (
	"fmt"
	"net/http"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"understudy/conformance/internal/library"
)

// A rush sends requests at once and says what is wrong with the answers.
type rush func(t *testing.T, b *browser) []string

// rushes gives, for each bug of the group races, what shows it.
func rushes() map[string]rush {
	return map[string]rush{
		"races/duplicate-ids":           rushCreates,
		"races/lost-creates":            rushCreates,
		"races/answers-crossed":         rushCreates,
		"races/half-made-visible":       rushCreates,
		"races/lost-updates":            rushPatches,
		"races/late-delete-500":         rushDeletes,
		"races/delete-has-many-winners": rushDeletes,
		"races/patch-revives-deleted":   rushPatchesAndDeletes,
	}
}

func TestNoRushShowsARaceOfARightServer(t *testing.T) {
	for name, rush := range rushes() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Empty(t, rush(t, browse(t, furnished())))
		})
	}
}

func TestEachRaceShows(t *testing.T) {
	for _, bug := range library.Bugs() {
		if bug.Group != "races" {
			continue
		}
		t.Run(bug.ID, func(t *testing.T) {
			t.Parallel()
			rush, there := rushes()[bug.ID]
			require.True(t, there, "no rush shows it")
			config := furnished()
			config.Bugs = []string{bug.ID}
			require.NotEmpty(t, rush(t, browse(t, config)), bug.Summary)
		})
	}
}

// atOnce sends requests at once, and gives the answers in the order of the requests.
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

// complaints collects what is wrong.
type complaints []string

// unless complains if something is not so.
func (c *complaints) unless(right bool, format string, args ...any) {
	if !right {
		*c = append(*c, fmt.Sprintf(format, args...))
	}
}

// titled is the body of a book with a number in its title.
func titled(number int) string {
	return fmt.Sprintf(`{"book": {"title": "Number %d", "genre": "novel", "pages": 1}}`, number)
}

// made are the paths of new books.
func (b *browser) made(t *testing.T, count int) []string {
	t.Helper()
	var paths []string
	for number := range count {
		g := b.one(t, post(books, titled(number)))
		require.Equal(t, http.StatusCreated, g.status)
		paths = append(paths, g.at(books))
	}
	return paths
}

func rushCreates(t *testing.T, b *browser) []string {
	var wrong complaints
	var asks []ask
	for number := range crowd {
		asks = append(asks, post(books, titled(number)), get(books+"?page=2"))
	}
	seen := map[string]bool{}
	for i, g := range b.atOnce(t, asks) {
		if i%2 == 1 {
			for _, entry := range g.entries() {
				wrong.unless(entry["title"] != "", "a list shows a book without a title")
			}
			continue
		}
		wanted := fmt.Sprint("Number ", i/2)
		wrong.unless(g.item()["title"] == wanted, "the create of %s is answered with %s", wanted, g.text)
		wrong.unless(!seen[g.at(books)], "two books are at %s", g.at(books))
		seen[g.at(books)] = true
	}
	meta, _ := b.one(t, get(books)).value["meta"].(map[string]any)
	wrong.unless(meta["total"] == float64(furnished().Books+crowd), "%v books are there after", meta["total"])
	return wrong
}

func rushPatches(t *testing.T, b *browser) []string {
	var wrong complaints
	var asks, looks []ask
	for number, path := range b.made(t, crowd) {
		asks = append(asks, patch(path, fmt.Sprintf(`{"book": {"title": "Changed %d"}}`, number)))
		looks = append(looks, get(path))
	}
	b.atOnce(t, asks)
	for number, g := range b.atOnce(t, looks) {
		wrong.unless(g.item()["title"] == fmt.Sprint("Changed ", number), "number %d was changed, and is not: %s", number, g.text)
	}
	return wrong
}

func rushDeletes(t *testing.T, b *browser) []string {
	var wrong complaints
	var asks []ask
	path := b.made(t, 1)[0]
	for range crowd {
		asks = append(asks, remove(path))
	}
	statuses := map[int]int{}
	for _, g := range b.atOnce(t, asks) {
		statuses[g.status]++
	}
	wrong.unless(statuses[http.StatusNoContent] == 1 && statuses[http.StatusNotFound] == crowd-1, "deletes of one book are answered with %v", statuses)
	return wrong
}

func rushPatchesAndDeletes(t *testing.T, b *browser) []string {
	var wrong complaints
	var asks []ask
	paths := b.made(t, crowd/2)
	for _, path := range paths {
		asks = append(asks, patch(path, `{"book": {"title": "Changed"}}`), remove(path))
	}
	b.atOnce(t, asks)
	for _, path := range paths {
		g := b.one(t, get(path))
		wrong.unless(g.status == http.StatusNotFound, "a deleted book is there: %s", g.text)
	}
	return wrong
}
