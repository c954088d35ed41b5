package mockserver

import (
	"slices"
	"time"

	"understudy/internal/resource"
	"understudy/mockserver/store"
)

// seedbed is where generated records are planted, and from when on.
type seedbed struct {
	partition store.Partition
	since     time.Time
}

const (
	// perParent is how many generated records stand under one parent, where there are
	// enough parents.
	perParent = 3
	// maxSeedbeds is how many parents are looked at: nobody leafs through more.
	maxSeedbeds = 1000
)

// seedbeds are where the generated records of a collection go in turn: under the parents
// that a list of those begins with, so that who looks at a parent finds something there.
func (l *loading) seedbeds(c *collection, count int) []seedbed {
	above := l.server.closestParent(c)
	var seedbeds []seedbed
	if above != nil {
		parents := l.listed(above)
		for _, parent := range parents[:min(len(parents), (count+perParent-1)/perParent, maxSeedbeds)] {
			at := place{parent.Partition, parent.ID}
			seedbeds = append(seedbeds, seedbed{l.under(c, above, at), l.bornUnder(above, parent.Record, count)})
		}
	}
	if seedbeds == nil {
		return []seedbed{{l.under(c, nil, place{}), seedEpoch}}
	}
	return seedbeds
}

// closestParent is the collection whose items stand right above those of another, nil
// where there is none.
func (s *Server) closestParent(c *collection) *collection {
	for _, parent := range slices.Backward(c.Parents) {
		if parent.Collection != nil {
			return s.collection(parent.Collection.Path)
		}
	}
	return nil
}

// listed are the records of a collection so far that the key "write" may reach, in the
// order of its lists.
func (l *loading) listed(c *collection) []store.Entry {
	writer := l.server.keys.writer()
	var found []store.Entry
	for _, e := range l.entries {
		if e.Partition.Collection == c.Path && l.server.mayEnter(c, e.Partition, writer) {
			found = append(found, e)
		}
	}
	if c.appended {
		if c.Order.Descending {
			slices.Reverse(found)
		}
		return found
	}
	list := make([]entry, len(found))
	for i, e := range found {
		list[i].item, _ = decodeItem(e.Record) // it was encoded a moment ago
		list[i].number = int64(i)
	}
	sortEntries(list, []orderKey{{c.Order.Field, c.Order.Descending}})
	sorted := make([]store.Entry, len(found))
	for i, e := range list {
		sorted[i] = found[e.number]
	}
	return sorted
}

// bornUnder is when the first of the records under a generated parent was created:
// after that one.
func (l *loading) bornUnder(above *collection, parent []byte, count int) time.Time {
	if f := above.FieldFrom(resource.FromCreated); f != nil {
		item, _ := decodeItem(parent) // it was encoded a moment ago
		if at, err := time.Parse(time.RFC3339Nano, text(item[f.Name])); err == nil && at.Before(seedEpoch.Add(seedSpan)) {
			return at.Add(min(seedSpan/time.Duration(count), time.Hour))
		}
	}
	return seedEpoch
}

// under is the partition of a collection below an item of the collection above it, and
// below the first of any other parent.
func (l *loading) under(c, above *collection, at place) store.Partition {
	return l.server.chooseParents(c, func(parent *collection) (place, bool) {
		if parent == above {
			return at, true
		}
		for _, entry := range l.entries {
			if entry.Partition.Collection == parent.Path {
				return place{entry.Partition, entry.ID}, true
			}
		}
		return place{}, false
	})
}
