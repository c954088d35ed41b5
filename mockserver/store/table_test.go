package store

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// TestFenwick compares the tree with a list of counts that is summed up anew for
// every question.
func TestFenwick(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var tree fenwick
		var counts []int
		t.Repeat(map[string]func(*rapid.T){
			"": func(t *rapid.T) {
				for i, sum := 0, 0; i < len(counts); i++ {
					for rest := range counts[i] {
						gotI, gotRest := tree.find(sum + rest)
						require.Equal(t, []int{i, rest}, []int{gotI, gotRest})
					}
					sum += counts[i]
				}
			},
			"push": func(*rapid.T) {
				tree.push()
				counts = append(counts, 0)
			},
			"increment": func(t *rapid.T) {
				i := drawIndex(t, len(counts))
				tree.increment(i)
				counts[i]++
			},
			"decrement": func(t *rapid.T) {
				i := drawIndex(t, len(counts))
				if counts[i] == 0 {
					t.Skip("nothing to take from")
				}
				tree.decrement(i)
				counts[i]--
			},
		})
	})
}

// TestLiveSet compares the set with the sorted list of its live slots.
func TestLiveSet(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var set liveSet
		var live []int
		t.Repeat(map[string]func(*rapid.T){
			"": func(t *rapid.T) { requireLive(t, &set, live) },
			"push": func(t *rapid.T) {
				for range rapid.IntRange(1, 3*wordBits).Draw(t, "slots") {
					live = append(live, set.slots)
					set.push()
				}
			},
			"remove": func(t *rapid.T) {
				from := drawIndex(t, len(live))
				to := rapid.IntRange(from, len(live)).Draw(t, "to")
				for _, slot := range live[from:to] {
					set.remove(slot)
				}
				live = slices.Delete(live, from, to)
			},
		})
	})
}

func requireLive(t *rapid.T, set *liveSet, live []int) {
	require.Equal(t, len(live), set.count)
	for slot := range set.slots {
		_, want := slices.BinarySearch(live, slot)
		if set.has(slot) != want {
			t.Fatalf("has(%d) = %t", slot, !want)
		}
	}
	for rank, slot := range live {
		if got := set.at(rank); got != slot {
			t.Fatalf("at(%d) = %d, not %d", rank, got, slot)
		}
		if rank == 0 {
			continue
		}
		if got := set.after(live[rank-1], rank-1); got != slot {
			t.Fatalf("after(%d) = %d, not %d", live[rank-1], got, slot)
		}
		if got := set.before(slot, rank); got != live[rank-1] {
			t.Fatalf("before(%d) = %d, not %d", slot, got, live[rank-1])
		}
	}
}

// TestTableCompacts checks what cannot be seen from outside: that a table keeps
// the dead slots within bounds, and its index in step with them.
func TestTableCompacts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var tab table
		var ids []string
		next := 0
		t.Repeat(map[string]func(*rapid.T){
			"": func(t *rapid.T) { requireCompact(t, &tab, ids) },
			"insert": func(t *rapid.T) {
				for range rapid.IntRange(1, 2*minCompact).Draw(t, "records") {
					id := fmt.Sprint(next)
					require.NoError(t, tab.insert(id, []byte(id)))
					ids = append(ids, id)
					next++
				}
			},
			"remove": func(t *rapid.T) {
				from := drawIndex(t, len(ids))
				to := rapid.IntRange(from, len(ids)).Draw(t, "to")
				for _, id := range ids[from:to] {
					require.NoError(t, tab.remove(id))
				}
				ids = slices.Delete(ids, from, to)
			},
		})
	})
}

func requireCompact(t *rapid.T, tab *table, ids []string) {
	require.Equal(t, len(ids), tab.len())
	require.Len(t, tab.index, len(ids))
	require.Equal(t, tab.live.slots, tab.slots.len)
	require.LessOrEqual(t, tab.slots.len-len(ids), max(len(ids), minCompact), "dead slots")
	for rank, id := range ids {
		i := int(tab.index[id])
		s := tab.slots.at(i)
		if tab.live.at(rank) != i || s.id != id || string(s.record) != id {
			t.Fatalf("record %s, of rank %d, is not in slot %d", id, rank, i)
		}
	}
}

// TestTableForgetsDeletedRecords checks that a dead slot holds on to nothing.
func TestTableForgetsDeletedRecords(t *testing.T) {
	var tab table
	require.NoError(t, tab.insert("ada", []byte(`{}`)))
	require.NoError(t, tab.insert("bob", []byte(`{}`)))

	require.NoError(t, tab.remove("ada"))

	require.Equal(t, slot{}, *tab.slots.at(0))
}

// drawIndex draws an index of a list of n, or skips an action if there is none.
func drawIndex(t *rapid.T, n int) int {
	if n == 0 {
		t.Skip("nothing to draw from")
	}
	return rapid.IntRange(0, n-1).Draw(t, "index")
}
