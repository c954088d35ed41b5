package library

import (
	"maps"
	"time"
)

// slips is what requests share by mistake.
type slips struct {
	seeded int    // how many books there were at the start
	freed  int    // the id of the record that was deleted last
	echoed record // what was created last
}

// gapLength is long enough for twenty requests to meet in.
const gapLength = 20 * time.Millisecond

// gap lets other requests come between a look and a leap.
func (s *server) gap() {
	s.mu.Unlock()
	time.Sleep(gapLength)
	s.mu.Lock()
}

// putInCopy stores a record in a copy of all that takes its place, and forgets what
// others stored meanwhile.
func (s *server) putInCopy(r record) {
	records := maps.Clone(s.records)
	s.gap()
	records[r.id] = r
	s.records = records
}
