package mockserver

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"time"

	"understudy/fixtures"
	"understudy/internal/contract"
	"understudy/internal/resource"
	"understudy/mockserver/store"
)

// Reset puts the state back to what it was at the start. An error is of the
// store, or of data that breaks the document.
func (s *Server) Reset() error {
	initial, err := s.initialState()
	if err != nil {
		return err
	}
	if err := initial.commit(context.Background()); err != nil {
		return err
	}
	s.journal.reset()
	return nil
}

// maxInitial is up to how many records the state of the start is kept, to be taken again.
// A larger one is made again, lest records that change take their memory twice.
const maxInitial = 100_000

// initialState is the state of the start. It is the same whenever it is made.
func (s *Server) initialState() (*loading, error) {
	s.starting.Lock()
	defer s.starting.Unlock()
	if s.atStart != nil {
		return s.atStart, nil
	}
	made, err := s.prepare(s.data, s.records)
	if err == nil && len(made.entries) <= maxInitial {
		s.atStart = made
	}
	return made, err
}

// state is a dumped state. It has the shape of a data file without keys.
type state struct {
	Format  int     `json:"format"`
	Records []group `json:"records"`
}

// stateFormat is the version of the shape.
const stateFormat = 1

// group is the items of one partition.
type group struct {
	Collection string            `json:"collection"`
	Parents    map[string]string `json:"parents"`
	Created    int               `json:"created"`
	Due        map[string]string `json:"due,omitempty"`
	Items      []json.RawMessage `json:"items"`
}

// dump is the whole state at one instant.
func (s *Server) dump(ctx context.Context) (state, error) {
	for _, c := range s.collections {
		c.advance(ctx, s.clock())
	}
	defer s.holdStill()() // a record is seen with its next move, or not at all
	entries, err := s.store.Dump(ctx)
	if err != nil {
		return state{}, err
	}
	byPartition := map[store.Partition][]store.Entry{}
	for _, entry := range entries {
		byPartition[entry.Partition] = append(byPartition[entry.Partition], entry)
	}
	dumped := state{Format: stateFormat, Records: []group{}}
	for _, c := range s.collections {
		dumped.Records = append(dumped.Records, c.dump(byPartition)...)
	}
	return dumped, nil
}

// Places gives values that lead to records which are there now: for the name of a
// path parameter that nothing creates, and for the path of an item, as that of
// /shelves/{shelf_id}, the id of one. What leads to none is left out.
func (s *Server) Places(ctx context.Context) (map[string]string, error) {
	entries, err := s.store.Dump(ctx)
	if err != nil {
		return nil, err
	}
	first := map[string]store.Entry{}
	for _, entry := range entries {
		if _, ok := first[entry.Partition.Collection]; !ok {
			first[entry.Partition.Collection] = entry
		}
	}
	places := map[string]string{}
	for _, c := range s.collections {
		under := map[string]string{}
		if entry, ok := first[c.Path]; ok {
			under = c.parentValues(entry.Partition)
		}
		for _, parent := range slices.Concat(c.Parents, c.ItemParents) {
			name, value := parent.Param, under[parent.Param]
			if parent.Collection != nil {
				name, value = parent.Collection.ItemPath, first[parent.Collection.Path].ID
			}
			if value == "" && parent.Collection == nil {
				value = s.enterable(s.keys.writer(), name)
			}
			if value == "" && parent.Collection == nil {
				value, _ = s.makeParam(c.Collection, name, "home") // any will do
			}
			if value != "" && places[name] == "" {
				places[name] = value
			}
		}
	}
	return places, nil
}

// holdStill lets no item come, go or get another state until release is called.
func (s *Server) holdStill() (release func()) {
	for _, c := range s.collections {
		c.creating.Lock()
	}
	for _, c := range s.collections {
		c.turning.Lock()
	}
	return func() {
		for _, c := range s.collections {
			c.turning.Unlock()
			c.creating.Unlock()
		}
	}
}

// dump is the state of one collection, by partition.
func (c *collection) dump(byPartition map[store.Partition][]store.Entry) []group {
	var due map[store.Partition]map[string]time.Time
	if c.lifecycle != nil {
		due = c.lifecycle.due()
	}
	ordinals := c.ordinals()
	var groups []group
	for _, p := range c.partitions(byPartition, ordinals) {
		g := group{Collection: c.Path, Parents: c.parentValues(p), Created: ordinals[p.Parent], Due: map[string]string{}, Items: []json.RawMessage{}}
		for _, entry := range byPartition[p] {
			g.Items = append(g.Items, entry.Record)
			if at, ok := due[p][entry.ID]; ok {
				g.Due[entry.ID] = at.UTC().Format(time.RFC3339Nano)
			}
		}
		groups = append(groups, g)
	}
	return groups
}

// partitions lists those that hold, or ever held, an item.
func (c *collection) partitions(byPartition map[store.Partition][]store.Entry, ordinals map[string]int) []store.Partition {
	seen := map[store.Partition]bool{}
	for parent := range ordinals {
		seen[store.Partition{Collection: c.Path, Parent: parent}] = true
	}
	for p := range byPartition {
		if p.Collection == c.Path {
			seen[p] = true
		}
	}
	return slices.SortedFunc(maps.Keys(seen), store.Partition.Compare)
}

// loading is a state in the making. Nothing of it is visible until commit.
type loading struct {
	server   *Server
	entries  []store.Entry
	created  map[*collection]*counts
	moves    map[*collection][]upcoming
	ids      map[store.Partition]map[string]bool
	latest   map[*collection]time.Time
	shuffled map[*collection]bool
	faults   contract.Faults
}

// load puts data in place of the present state.
// The error is a contract.Faults when the data breaks the document; the state
// is then as it was.
func (s *Server) load(ctx context.Context, data *fixtures.Data) error {
	l, err := s.prepare(data, 0)
	if err != nil {
		return err
	}
	return l.commit(ctx)
}

// prepare makes a state of data, and of generated records besides.
func (s *Server) prepare(data *fixtures.Data, generated int) (*loading, error) {
	l := &loading{server: s, created: map[*collection]*counts{}, moves: map[*collection][]upcoming{}, ids: map[store.Partition]map[string]bool{}, latest: map[*collection]time.Time{}, shuffled: map[*collection]bool{}}
	for _, c := range s.collections {
		l.created[c] = &counts{}
	}
	for _, records := range data.Records {
		l.add(records)
	}
	if !data.Dumped {
		l.countOn()
	}
	if err := l.faults.Err(); err != nil {
		return nil, err
	}
	if generated > 0 {
		for _, c := range parentsFirst(s.collections) {
			if err := l.generate(c, generated); err != nil {
				return nil, err
			}
		}
	}
	if err := l.singletons(); err != nil {
		return nil, err
	}
	l.order(data.Dumped)
	l.ids = nil // nobody asks any more
	return l, nil
}

func (l *loading) fault(n contract.Node, hint, format string, args ...any) {
	l.faults = append(l.faults, n.Fault(hint, format, args...))
}

// add takes the items of one group.
func (l *loading) add(records fixtures.Records) {
	c := l.server.collection(records.Collection)
	if c == nil {
		l.fault(records.Node.Get("collection"), "name a collection that `understudy inspect` lists", "the document has no collection %q", records.Collection)
		return
	}
	for _, parent := range c.Parents {
		if records.Parents[parent.Param] == "" {
			l.fault(records.Node, "give it under parents", "the parent %s is missing", parent.Param)
			return
		}
	}
	p := c.partitionOf(func(param string) string { return records.Parents[param] })
	for i, node := range records.Items {
		l.item(c, p, l.numbered(c, p)+i+1, node, records.Due)
	}
	l.count(c, p, max(records.Created, len(records.Items)))
}

// item takes one item, its missing members filled in.
func (l *loading) item(c *collection, p store.Partition, n int, node contract.Node, due map[string]time.Time) {
	item, err := l.complete(c, p, n, node)
	if err != nil {
		l.fault(node, "give the member in the data", "%v", err)
		return
	}
	for _, v := range c.check(item) {
		at := node.At(v.Pointer)
		if !at.Exists() {
			at = node
		}
		l.fault(at, "correct the record", "the record breaks its schema: %s %s", v.Field, v.Message)
	}
	id := c.storedUnder(item, n)
	if l.ids[p][id] {
		l.fault(node, "change one of them", "there are two records with the %s %q", c.idMember(), id)
	}
	l.put(c, p, id, item)
	l.planned(c, p, id, item, due)
}

// complete fills in the members of an item that every item has. Others that are
// left out stay out.
func (l *loading) complete(c *collection, p store.Partition, n int, node contract.Node) (map[string]any, error) {
	given, _ := node.Value().(map[string]any)
	made, err := l.server.newItem(c, p, n, origin{now: seedEpoch, updated: seedEpoch, seeded: true, have: given})
	if err != nil {
		return nil, err
	}
	for name, value := range given {
		if c.Field(name) == nil && len(c.Fields) > 0 && !slices.Contains(c.undeclared, name) {
			l.fault(node.Get(name), "remove it", "the item has no member %q", name)
		}
		made[name] = value
	}
	return made, nil
}

// put adds an item that was checked.
func (l *loading) put(c *collection, p store.Partition, id string, item map[string]any) {
	if l.ids[p] == nil {
		l.ids[p] = map[string]bool{}
	}
	l.ids[p][id] = true
	record, err := c.encode(item)
	if err != nil {
		l.faults = append(l.faults, contract.Fault{File: "data", Message: err.Error()})
		return
	}
	l.entries = append(l.entries, store.Entry{Partition: p, ID: id, Record: record})
}

// upcoming is a move that is to be planned.
type upcoming struct {
	place
	step *resource.Transition
	due  time.Time
}

// planned takes over when an item moves on.
func (l *loading) planned(c *collection, p store.Partition, id string, item map[string]any, due map[string]time.Time) {
	at, ok := due[id]
	if !ok || c.lifecycle == nil {
		return
	}
	if step := c.Lifecycle.Next(text(item[c.Lifecycle.Field])); step != nil {
		l.moves[c] = append(l.moves[c], upcoming{place{p, id}, step, at})
	}
}

func (l *loading) count(c *collection, p store.Partition, created int) {
	l.created[c].add(p.Parent, created)
}

// maxCounted bounds the ids that new ones come after: a larger one may stand for
// something else than how many there were.
const maxCounted = 1 << 53

// countOn lets the next number of a collection come after the highest that is an id in
// data, as it would where all items were created one after another. A dumped state
// keeps its own count.
func (l *loading) countOn() {
	byPath := map[string]*collection{}
	for _, c := range l.server.collections {
		byPath[c.Path] = c
	}
	for _, entry := range l.entries {
		c := byPath[entry.Partition.Collection]
		id, err := strconv.Atoi(entry.ID)
		if c.spelling == unpadded && !c.ClientID && err == nil && id < maxCounted {
			l.count(c, entry.Partition, max(0, id-l.numbered(c, entry.Partition)))
		}
	}
}

// order puts the records of each partition into the order of their creation. A
// dumped state keeps its own: it is how the records were created.
func (l *loading) order(dumped bool) {
	for _, c := range l.server.collections {
		f := c.FieldFrom(resource.FromCreated)
		if f == nil {
			continue
		}
		times := l.creationTimes(c, f.Name)
		byTime := func(a, b store.Entry) int {
			if byPartition := a.Partition.Compare(b.Partition); byPartition != 0 {
				return byPartition
			}
			return times[&a.Record[0]].Compare(times[&b.Record[0]])
		}
		if !dumped {
			slices.SortStableFunc(l.entries, byTime)
		}
		l.shuffled[c] = !slices.IsSortedFunc(l.entries, byTime)
		for _, at := range times {
			if at.After(l.latest[c]) {
				l.latest[c] = at
			}
		}
	}
}

// creationTimes reads when the records of a collection were created. A time that
// cannot be read is the zero time.
func (l *loading) creationTimes(c *collection, member string) map[*byte]time.Time {
	times := make(map[*byte]time.Time, len(l.entries))
	for _, entry := range l.entries {
		if entry.Partition.Collection == c.Path {
			item, _ := decodeItem(entry.Record) // it was encoded a moment ago
			times[&entry.Record[0]], _ = time.Parse(time.RFC3339Nano, text(item[member]))
		}
	}
	return times
}

// commit makes the new state visible.
func (l *loading) commit(ctx context.Context) error {
	defer l.server.holdStill()()
	if err := l.server.store.Replace(ctx, l.entries); err != nil {
		return err
	}
	for _, c := range l.server.collections {
		c.restart(l.created[c], l.latest[c], l.shuffled[c])
		c.places.restart(c.Path, l.entries)
		c.homes.restart(c.Path, l.entries)
		if c.lifecycle != nil {
			c.lifecycle.reset()
			for _, m := range l.moves[c] {
				c.lifecycle.plan(m.place, m.step, m.due)
			}
		}
	}
	return nil
}

// collection returns a collection by its name or path, or nil.
func (s *Server) collection(name string) *collection {
	described := s.model.Collection(name)
	for _, c := range s.collections {
		if c.Collection == described {
			return c
		}
	}
	return nil
}
