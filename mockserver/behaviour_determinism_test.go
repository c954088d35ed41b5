package mockserver_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"understudy/mockserver"
)

// ids are what every record is known by.
func ids(t *testing.T, api *standIn) []string {
	t.Helper()
	var found []string
	for _, group := range decoded[dump](t, api.state(t)).Records {
		for _, text := range group.Items {
			found = append(found, decoded[record](t, string(text)).ID)
		}
	}
	return found
}

func TestDeterminismOfGeneratedData(t *testing.T) {
	t.Parallel()
	const records = 50
	generated := start(t, mockserver.WithRecords(records), mockserver.WithSeed(7))
	byDefault := len(ids(t, start(t)))

	t.Run("there is as much as was asked for, beside the default data", func(t *testing.T) {
		require.Len(t, ids(t, generated), byDefault+records)
	})
	t.Run("the same seed gives the same state", func(t *testing.T) {
		require.Equal(t, generated.state(t), start(t, mockserver.WithRecords(records), mockserver.WithSeed(7)).state(t))
	})
	t.Run("on another day too", func(t *testing.T) {
		later := mockserver.WithClock(func() time.Time { return noon.AddDate(1, 2, 3) })
		require.Equal(t, generated.state(t), start(t, mockserver.WithRecords(records), mockserver.WithSeed(7), later).state(t))
	})
	t.Run("more records keep those that there were", func(t *testing.T) {
		more := ids(t, start(t, mockserver.WithRecords(records+10), mockserver.WithSeed(7)))
		require.Subset(t, more, ids(t, generated))
	})
	t.Run("another seed gives other records beside the default data", func(t *testing.T) {
		other := ids(t, start(t, mockserver.WithRecords(records), mockserver.WithSeed(8)))
		seen := map[string]int{}
		for _, id := range append(other, ids(t, generated)...) {
			seen[id]++
		}
		require.Len(t, seen, byDefault+2*records)
	})
	t.Run("the seed is 1 unless another is given", func(t *testing.T) {
		require.Equal(t, start(t, mockserver.WithRecords(records), mockserver.WithSeed(1)).state(t), start(t, mockserver.WithRecords(records)).state(t))
	})
	t.Run("every record is valid and has an id of its own", func(t *testing.T) {
		seen := map[string]bool{}
		for _, text := range everyRecord(t, generated.as("read")) {
			requireValid(t, "ProxyRecord", string(text))
			seen[decoded[record](t, string(text)).ID] = true
		}
		require.Len(t, seen, len(everyRecord(t, generated.as("read"))))
	})
}

// What is created does not depend on what else was asked for before.
func TestDeterminismOfCreations(t *testing.T) {
	t.Parallel()
	api := start(t)
	first, second := api.as("write").create(t, home, "a.example"), api.as("write").create(t, home, "b.example")

	for name, before := range map[string]func(t *testing.T, api *standIn){
		"nothing": func(*testing.T, *standIn) {},
		"reads": func(t *testing.T, api *standIn) {
			t.Helper()
			api.as("read").list(t, home, "?limit=3")
			api.as("read").read(t, home, firstRecord(t, api))
		},
		"refused creations": func(t *testing.T, api *standIn) {
			t.Helper()
			api.as("write").send(t, http.MethodPost, listPath(home), jsonBody(`{}`)).refused(t, http.StatusBadRequest, missing)
			api.as("read").send(t, http.MethodPost, listPath(home), domain("c.example")).refused(t, http.StatusForbidden, missingScope("organization:write"))
		},
		"creations in another organization": func(t *testing.T, api *standIn) {
			t.Helper()
			api.as("foreign").create(t, abroad, "c.example")
			api.as("foreign").create(t, abroad, "d.example")
		},
		"updates and deletions": func(t *testing.T, api *standIn) {
			t.Helper()
			path := itemPath(home, firstRecord(t, api))
			api.as("write").send(t, http.MethodPatch, path, domain("c.example")).record(t, http.StatusOK)
			require.Equal(t, http.StatusNoContent, api.as("write").send(t, http.MethodDelete, path).status)
		},
		"answers that were made up": func(t *testing.T, api *standIn) {
			t.Helper()
			for range 3 {
				api.as("write").send(t, http.MethodPost, listPath(home), prefer("dynamic=true")).record(t, http.StatusCreated)
			}
		},
	} {
		t.Run("after "+name, func(t *testing.T) {
			require.NoError(t, api.Reset())
			before(t, api)
			require.Equal(t, first, api.as("write").create(t, home, "a.example"))
			require.Equal(t, second, api.as("write").create(t, home, "b.example"))
		})
	}
	t.Run("but it does depend on the seed", func(t *testing.T) {
		other := start(t, mockserver.WithSeed(2)).as("write").create(t, home, "a.example")
		require.NotEqual(t, first.ID, other.ID)
		require.NotEqual(t, first.TargetCNAME, other.TargetCNAME)
	})
	t.Run("and not on the body", func(t *testing.T) {
		require.NoError(t, api.Reset())
		other := api.as("write").create(t, home, "other.example")
		require.Equal(t, first.ID, other.ID)
	})
	t.Run("nor on how many come at once", func(t *testing.T) {
		require.NoError(t, api.Reset())
		var want []string
		for i := range crowd {
			want = append(want, api.as("write").create(t, home, fmt.Sprintf("%d.example", i)).ID)
		}
		require.NoError(t, api.Reset())
		var got []string
		for _, created := range together(t, crowd, func(int) (answer, error) {
			return api.as("write").try(t.Context(), http.MethodPost, listPath(home), domain("a.example"))
		}) {
			got = append(got, created.record(t, http.StatusCreated).ID)
		}
		require.ElementsMatch(t, want, got)
	})
}
