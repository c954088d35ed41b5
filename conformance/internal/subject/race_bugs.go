package subject

import (
	"maps"
	"time"
)

// slips is what requests share by mistake.
type slips struct {
	ids     int            // the next id, for a counter that loses steps
	freed   string         // the id of the record that was deleted last
	counts  map[string]int // records by organization, for counts that drift
	writing bool           // somebody is creating
	echoed  record         // what was created last
	caller  Key            // who asked last
}

// gapLength is long enough for twenty requests to meet in.
const gapLength = 20 * time.Millisecond

// gap lets other requests come between a look and a leap.
func (s *server) gap() {
	s.mu.Unlock()
	time.Sleep(gapLength)
	s.mu.Lock()
}

// putInCopy stores a record in a copy of the organization that takes its place,
// and forgets what others stored meanwhile.
func (s *server) putInCopy(r record) {
	records := maps.Clone(s.organizations[r.organization])
	s.gap()
	records[r.id] = r
	s.organizations[r.organization] = records
}

// putInHalves stores a record without its domain first.
func (s *server) putInHalves(r record) {
	half := r
	half.domain = ""
	s.put(half)
	s.gap()
	s.put(r)
}

// tally adds to the count of an organization that is kept beside the records.
func (s *server) tally(organization string, by int) {
	if !s.bug("races/count-drifts") {
		return
	}
	count := s.tallied(organization)
	s.gap()
	s.slips.counts[organization] = count + by
}

// tallied is the count of an organization that is kept beside the records.
func (s *server) tallied(organization string) int {
	if s.slips.counts == nil {
		s.slips.counts = map[string]int{}
	}
	if _, there := s.slips.counts[organization]; !there {
		s.slips.counts[organization] = s.Records
	}
	return s.slips.counts[organization]
}

// occupy holds the only place for writers, and fails when it is taken.
func (s *server) occupy() error {
	if !s.bug("races/busy-create-500") {
		return nil
	}
	if s.slips.writing {
		return serverError()
	}
	s.slips.writing = true
	s.gap()
	s.slips.writing = false
	return nil
}

// echo is the record that a create answers with.
func (s *server) echo(r record) record {
	if !s.bug("races/answers-crossed") {
		return r
	}
	s.slips.echoed = r
	s.gap()
	return s.slips.echoed
}

// swapped is the key that a request goes on with.
func (s *server) swapped(key Key) Key {
	if !s.bug("races/keys-crossed") {
		return key
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.slips.caller = key
	s.gap()
	return s.slips.caller
}
