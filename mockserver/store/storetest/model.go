package storetest

import (
	"maps"
	"slices"

	"understudy/mockserver/store"
)

// model is a store so plain that it is right by looking at it: the entries of
// each partition in insertion order.
type model map[store.Partition][]store.Entry

// find returns the position of id in p, or -1.
func (m model) find(p store.Partition, id string) int {
	return slices.IndexFunc(m[p], func(e store.Entry) bool { return e.ID == id })
}

// page returns what a store has to return for a Page.
func (m model) page(p store.Partition, r store.Range) []string {
	entries := slices.Clone(m[p])
	if r.Newest {
		slices.Reverse(entries)
	}
	selected := []string{}
	for i, e := range entries {
		if i >= r.Offset && (r.Limit < 0 || len(selected) < r.Limit) {
			selected = append(selected, string(e.Record))
		}
	}
	return selected
}

// dump returns what a store has to return for a Dump.
func (m model) dump() []store.Entry {
	var entries []store.Entry
	for _, p := range slices.SortedFunc(maps.Keys(m), store.Partition.Compare) {
		entries = append(entries, m[p]...)
	}
	return entries
}

// modelOf returns the model of a store whose content was replaced by entries,
// or store.ErrExists.
func modelOf(entries []store.Entry) (model, error) {
	m := model{}
	for _, e := range entries {
		if m.find(e.Partition, e.ID) >= 0 {
			return nil, store.ErrExists
		}
		m[e.Partition] = append(m[e.Partition], e)
	}
	return m, nil
}
