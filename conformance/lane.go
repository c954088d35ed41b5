package conformance

import (
	"maps"
	"sync"
	"time"

	"understudy/conformance/report"
	"understudy/internal/contract"
	"understudy/internal/resource"
)

// lane is some collections whose checks may meet the records of one another, with what
// these checks share. They run one after the other, and beside those of other lanes.
type lane struct {
	*suite
	ledger   *ledger
	samples  *samples
	deletion *answer                       // the last of a record that has served its turn
	looked   map[roleOf]bool               // what was looked around before
	watched  map[*resource.Collection]bool // whose deletes were seen to harm nothing else
	denied   map[string]bool               // the records for which no key would do
	stuck    map[string]string             // records that could not be deleted, by path, and what came of it

	results     map[string]report.Status      // by check id and subject
	causes      map[string]string             // of what is blocked, likewise
	shadows     map[string]string             // the failures that would explain one, likewise
	calls       map[*contract.Operation]*call // valid requests of operations outside of collections
	surveys     map[*resource.Collection]*survey
	samplesMade map[sampleName]*sample        // what checks look at in turn
	harm        map[*resource.Collection]span // the writes that may have harmed what was there before
	learned
	attempted

	mu      sync.Mutex // some checks send several requests at once
	settled time.Duration
	births  []*answer // the last creates, for lines that name what they made
	madeUp  []string  // parameters that requests must have, and nothing tells a value for
	sent    int       // requests
	wrote   time.Time // when a request last may have changed the target
	polls   bool      // reads do not wait for that to settle, as they are repeated
}

// learned is what a lane has found out about the target. An attempt that other lanes may
// have disturbed teaches nothing.
type learned struct {
	habits map[habitOf]string            // which permitted behaviour the target follows
	still  map[*resource.Collection]bool // whose records did not move along their lifecycle while they were watched
	quota  int                           // records that the target lets the run have; 0 is any number
}

// knowledge is a copy of it, to go back to.
func (l learned) knowledge() learned {
	return learned{maps.Clone(l.habits), maps.Clone(l.still), l.quota}
}

// attempted is what an attempt at a check met.
type attempted struct {
	disturbed bool              // something may be the doing of other lanes
	pressed   bool              // the target said that it is asked too much
	unsure    map[string]string // records that could not be deleted, and may be when nothing else runs
	isAlone   bool              // nothing else runs
	suspected *suspicion        // of harm
}

// newLane makes the lane in a place among several.
func (s *suite) newLane(place, among int) *lane {
	return &lane{
		suite: s, ledger: s.ledgers.ledger(), samples: s.samples.part(place, among), stuck: map[string]string{}, denied: map[string]bool{}, looked: map[roleOf]bool{}, watched: map[*resource.Collection]bool{},
		results: map[string]report.Status{}, causes: map[string]string{}, shadows: map[string]string{}, calls: map[*contract.Operation]*call{},
		surveys: map[*resource.Collection]*survey{}, samplesMade: map[sampleName]*sample{}, harm: map[*resource.Collection]span{},
		learned: learned{habits: map[habitOf]string{}, still: map[*resource.Collection]bool{}},
	}
}

// openLanes gives each group of collections a lane, and what belongs to no collection
// another, which goes on with the values of the first.
func (s *suite) openLanes(groups [][]*resource.Collection) {
	s.lanes, s.laneOf = nil, map[*resource.Collection]*lane{}
	for i, group := range groups {
		l := s.newLane(i, len(groups))
		s.lanes = append(s.lanes, l)
		for _, c := range group {
			s.laneOf[c] = l
		}
	}
	outside := s.newLane(0, 1)
	if len(s.lanes) > 0 {
		outside.samples = s.lanes[0].samples
	}
	s.lanes = append(s.lanes, outside)
	s.laneOf[nil] = outside
}
