package storetest

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"understudy/mockserver/store"
)

// machineRules compare a store with a model of it.
func machineRules() []rule {
	return []rule{{"any sequence of calls does what it does to the model", checkMachine}}
}

func checkMachine(t *testing.T, s store.Store) {
	rapid.Check(t, func(t *rapid.T) {
		require.NoError(t, s.Replace(t.Context(), nil))
		m := machine{s, model{}}
		t.Repeat(map[string]func(*rapid.T){
			"":          m.check,
			"get":       m.get,
			"page":      m.page,
			"insert":    m.insert,
			"insertRun": m.insertRun,
			"update":    m.update,
			"delete":    m.delete,
			"deleteRun": m.deleteRun,
			"replace":   m.replace,
		})
	})
}

// machine does the same to a store and to a model, and compares what comes out.
type machine struct {
	store store.Store
	model model
}

// maxRun is how many records a run inserts or deletes at most: enough for a store
// that tidies up after some deletions to do so.
const maxRun = 100

// check requires that the store holds what the model does.
func (m *machine) check(t *rapid.T) {
	requireDump(t, m.store, m.model.dump()...)
}

func (m *machine) get(t *rapid.T) {
	p := drawPartition(t)
	id := m.drawID(t, p)
	if i := m.model.find(p, id); i >= 0 {
		requireRecord(t, m.store, p, id, string(m.model[p][i].Record))
	} else {
		requireAbsent(t, m.store, p, id)
	}
}

func (m *machine) page(t *rapid.T) {
	p := drawPartition(t)
	n := len(m.model[p])
	r := store.Range{
		Offset: rapid.IntRange(-2, n+2).Draw(t, "offset"),
		Limit:  rapid.IntRange(-2, n+2).Draw(t, "limit"),
		Newest: rapid.Bool().Draw(t, "newest"),
	}
	requirePage(t, m.store, p, r, m.model.page(p, r), n)
}

func (m *machine) insert(t *rapid.T) {
	p := drawPartition(t)
	m.insertOne(t, store.Entry{Partition: p, ID: m.drawID(t, p), Record: drawRecord(t)})
}

func (m *machine) insertRun(t *rapid.T) {
	p := drawPartition(t)
	first := rapid.IntRange(0, 2*maxRun).Draw(t, "first")
	count := rapid.IntRange(1, maxRun).Draw(t, "count")
	for i := range count {
		m.insertOne(t, entryOf(p, fmt.Sprint(first+i)))
	}
}

// insertOne inserts e, which may exist.
func (m *machine) insertOne(t *rapid.T, e store.Entry) {
	p := e.Partition
	err := m.store.Insert(t.Context(), p, e.ID, e.Record)
	if m.model.find(p, e.ID) >= 0 {
		require.ErrorIs(t, err, store.ErrExists)
		return
	}
	require.NoError(t, err)
	m.model[p] = append(m.model[p], e)
}

func (m *machine) update(t *rapid.T) {
	p := drawPartition(t)
	id := m.drawID(t, p)
	record := drawRecord(t)
	refusal := rapid.SampledFrom([]error{nil, errors.New("refused")}).Draw(t, "refusal")

	var seen []byte
	got, err := m.store.Update(t.Context(), p, id, func(old []byte) ([]byte, error) {
		seen = old
		return record, refusal
	})

	i := m.model.find(p, id)
	if i < 0 {
		require.ErrorIs(t, err, store.ErrNotFound)
		return
	}
	require.Equal(t, string(m.model[p][i].Record), string(seen))
	require.Equal(t, refusal, err)
	if refusal == nil {
		require.Equal(t, string(record), string(got))
		m.model[p][i].Record = record
	}
}

func (m *machine) delete(t *rapid.T) {
	p := drawPartition(t)
	id := m.drawID(t, p)
	err := m.store.Delete(t.Context(), p, id)
	i := m.model.find(p, id)
	if i < 0 {
		require.ErrorIs(t, err, store.ErrNotFound)
		return
	}
	require.NoError(t, err)
	m.model[p] = slices.Delete(m.model[p], i, i+1)
}

func (m *machine) deleteRun(t *rapid.T) {
	p := drawPartition(t)
	n := len(m.model[p])
	from := rapid.IntRange(0, n).Draw(t, "from")
	to := rapid.IntRange(from, min(n, from+maxRun)).Draw(t, "to")
	for _, e := range m.model[p][from:to] {
		require.NoError(t, m.store.Delete(t.Context(), p, e.ID))
	}
	m.model[p] = slices.Delete(m.model[p], from, to)
}

func (m *machine) replace(t *rapid.T) {
	entries := rapid.SliceOfN(rapid.Custom(drawEntry), 0, 8).Draw(t, "entries")
	err := m.store.Replace(t.Context(), entries)
	next, wantErr := modelOf(entries)
	require.ErrorIs(t, err, wantErr)
	if wantErr == nil {
		m.model = next
	}
}

// drawPartition draws one of few partitions, so that calls meet.
func drawPartition(t *rapid.T) store.Partition {
	return rapid.SampledFrom([]store.Partition{
		{Collection: "users"},
		{Collection: "users", Parent: "1"},
		{Collection: "orders", Parent: "1"},
	}).Draw(t, "partition")
}

// drawID draws an id that p has, if it has any, or one it may have.
func (m *machine) drawID(t *rapid.T, p store.Partition) string {
	if entries := m.model[p]; len(entries) > 0 && rapid.Bool().Draw(t, "present") {
		return entries[rapid.IntRange(0, len(entries)-1).Draw(t, "position")].ID
	}
	return fmt.Sprint(rapid.IntRange(0, 2*maxRun).Draw(t, "id"))
}

// drawEntry draws an entry whose id may well be drawn again.
func drawEntry(t *rapid.T) store.Entry {
	return store.Entry{
		Partition: drawPartition(t),
		ID:        fmt.Sprint(rapid.IntRange(0, 20).Draw(t, "id")),
		Record:    drawRecord(t),
	}
}

// drawRecord draws a record, seldom the same twice.
func drawRecord(t *rapid.T) []byte {
	return fmt.Append(nil, rapid.Int().Draw(t, "record"))
}
