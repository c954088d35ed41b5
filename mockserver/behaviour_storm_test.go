package mockserver_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"understudy/internal/contract"
	"understudy/internal/resource"
)

// Whatever happens at once, nothing stands under a parent that is gone.
func TestNoOrphansRemain(t *testing.T) {
	t.Parallel()
	for _, orphans := range []resource.Orphans{resource.Cascade, resource.Refuse} {
		k := talkTo(t, towns, func(_ *contract.Contract, m *resource.Model) { m.Collection("streets").Orphans = orphans })
		for range 20 {
			town := "/towns/" + k.make("/towns", `{}`)
			street := town + "/streets/" + k.make(town+"/streets", `{}`)
			var group sync.WaitGroup
			for _, path := range []string{town + "/streets", street + "/houses"} {
				for range 3 {
					group.Go(func() {
						got, err := k.api.anonymous().try(t.Context(), http.MethodPost, path, jsonBody(`{"name":"late"}`))
						if err != nil {
							t.Error(err)
							return
						}
						assert.Contains(t, []int{http.StatusCreated, http.StatusNotFound}, got.status, got.body)
					})
				}
			}
			for _, path := range []string{street, town} {
				group.Go(func() {
					got, err := k.api.anonymous().try(t.Context(), http.MethodDelete, path)
					if err != nil {
						t.Error(err)
						return
					}
					assert.Contains(t, []int{http.StatusNoContent, http.StatusConflict, http.StatusNotFound}, got.status, got.body)
				})
			}
			group.Wait()
			if k.say(http.MethodGet, street, "").status == http.StatusNotFound {
				requireNothingUnder(t, k, strings.TrimPrefix(street[strings.LastIndexByte(street, '/'):], "/"))
			}
			if k.say(http.MethodGet, town, "").status == http.StatusNotFound {
				requireNothingUnder(t, k, strings.TrimPrefix(town, "/towns/"))
			}
		}
	}
}

// requireNothingUnder requires that no group of records has an item under a parent.
func requireNothingUnder(t *testing.T, k talk, id string) {
	t.Helper()
	for _, group := range decoded[dump](t, k.api.state(t)).Records {
		for _, value := range group.Parents {
			if value == id {
				require.Empty(t, group.Items, group.Collection)
			}
		}
	}
}

// A walk by marks meets every item that is there all the while, exactly once,
// whatever comes and goes.
func TestWalksWhileItemsComeAndGo(t *testing.T) {
	t.Parallel()
	for _, style := range []resource.PageStyle{resource.Cursor, resource.AfterItem} {
		k := talkTo(t, notes, marked(style, false))
		kept := map[string]int{}
		for range 40 {
			kept[k.make("/notes", `{"name":"kept"}`)] = 0
			k.make("/notes", `{"name":"passing"}`)
		}
		var group sync.WaitGroup
		done := make(chan struct{})
		group.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				got, err := k.api.anonymous().try(t.Context(), http.MethodPost, "/notes", jsonBody(`{"name":"passing"}`))
				if err != nil {
					t.Error(err)
					return
				}
				_, err = k.api.anonymous().try(t.Context(), http.MethodDelete, "/notes/"+strings.Split(got.body, `"`)[3])
				if err != nil {
					t.Error(err)
				}
			}
		})
		for query := ""; ; {
			page, _ := k.marksPage("/notes?limit=3" + query)
			for _, note := range page.Data {
				if note.Name == "kept" {
					kept[note.ID]++
				}
			}
			if page.Next == nil || !page.More {
				break
			}
			query = "&cursor=" + *page.Next
		}
		close(done)
		group.Wait()
		for id, times := range kept {
			require.Equal(t, 1, times, id)
		}
	}
}
