package mockserver

import (
	"slices"
	"time"

	"understudy/internal/resource"
	"understudy/mockserver/store"
)

// numbered is the number of the last item of a partition.
func (l *loading) numbered(c *collection, p store.Partition) int {
	return l.created[c].last(c.Apart, p.Parent)
}

// Generated records were created, evenly, between these instants: fixed ones,
// so that the same seed gives the same data on any day.
var (
	seedEpoch = time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
	seedSpan  = 5 * 365 * 24 * time.Hour
)

// generate makes some records in a collection, under the first of its parents, or
// under those that the key "write" may enter.
func (l *loading) generate(c *collection, count int) error {
	if c.Singleton {
		return nil // it comes into being by itself
	}
	s := l.server
	writer := s.keys.writer()
	seedbeds := l.seedbeds(c, count)
	step := min(seedSpan/time.Duration(count), time.Hour)
	for i := range count {
		p := seedbeds[i%len(seedbeds)].partition
		l.count(c, p, 1)
		n := l.numbered(c, p)
		at := seedbeds[i%len(seedbeds)].since.Add(time.Duration(i/len(seedbeds)) * step).Truncate(time.Microsecond)
		item, err := s.newItem(c, p, n, origin{key: writer, now: at, updated: at.Add(step / 2).Truncate(time.Microsecond), seeded: true})
		if err != nil {
			return err
		}
		if item, _, err = s.settle(c, item, seedKey(p, n)); err != nil {
			return err
		}
		id := c.storedUnder(item, n)
		if l.ids[p][id] {
			continue // the schema has no more ids to give
		}
		l.put(c, p, id, item)
	}
	return l.faults.Err()
}

// parentsFirst orders collections so that each comes after those of its parents.
func parentsFirst(collections []*collection) []*collection {
	return slices.SortedStableFunc(slices.Values(collections), func(a, b *collection) int {
		return depth(a.Collection, len(collections)) - depth(b.Collection, len(collections))
	})
}

// depth is how many collections stand above one; most bounds a circle.
func depth(c *resource.Collection, most int) int {
	deepest := 0
	for _, parent := range c.Parents {
		if parent.Collection != nil && most > 0 {
			deepest = max(deepest, depth(parent.Collection, most-1)+1)
		}
	}
	return deepest
}

// chooseParents names a partition under an item that find gives, with what that
// stands under in turn, or else under values that the key "write" may enter.
func (s *Server) chooseParents(c *collection, find func(parent *collection) (place, bool)) store.Partition {
	values := map[string]string{}
	for i := len(c.Parents) - 1; i >= 0; i-- {
		parent := c.Parents[i]
		if values[parent.Param] != "" {
			continue
		}
		values[parent.Param] = s.enterable(s.keys.writer(), parent.Param)
		if parent.Collection == nil {
			continue
		}
		above := s.collection(parent.Collection.Path)
		at, ok := find(above)
		values[parent.Param] = at.id
		if !ok || len(above.Parents) != i {
			continue
		}
		for j, value := range above.parentValuesInOrder(at.partition) {
			values[c.Parents[j].Param] = value
		}
	}
	return c.partitionOf(func(param string) string { return values[param] })
}

// enterable is a value of a path parameter that a key may enter, or anybody.
func (s *Server) enterable(k *key, param string) string {
	values := s.home[param]
	if k != nil {
		values = k.Params[param]
	}
	if len(values) > 0 {
		return values[0]
	}
	return ""
}
