package conformance

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"understudy/conformance/report"
	"understudy/internal/resource"
)

// failed reports whether a check has failed in the same lane.
func (e *env) failed(id string) bool {
	for key, status := range e.results {
		if strings.HasPrefix(key, id+" ") && status == report.Fail {
			return true
		}
	}
	return false
}

// habitOf is a choice among permitted behaviours, in one collection.
type habitOf struct {
	name       string
	collection *resource.Collection
}

// toldHabits lists the choices with what the target does: in all collections, or in how
// many of them.
func (s *suite) toldHabits() []string {
	counts := map[string]map[string]int{}
	for _, l := range s.lanes {
		for of, behaviour := range l.habits {
			if counts[of.name] == nil {
				counts[of.name] = map[string]int{}
			}
			counts[of.name][behaviour]++
		}
	}
	var told []string
	for _, name := range slices.Sorted(maps.Keys(counts)) {
		var ways []string
		for _, behaviour := range slices.Sorted(maps.Keys(counts[name])) {
			if len(counts[name]) > 1 {
				behaviour += fmt.Sprintf(" in %d", counts[name][behaviour])
			}
			ways = append(ways, behaviour)
		}
		told = append(told, name+": "+strings.Join(ways, ", "))
	}
	return told
}

// habit holds the target to the first of several permitted behaviours that it
// shows.
func (e *env) habit(name, behaviour string, a *answer) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	of := habitOf{name, e.collection}
	if first, ok := e.habits[of]; ok && first != behaviour {
		return mismatch(a, "the target is not consistent: "+name, first+", as before", behaviour)
	}
	e.habits[of] = behaviour
	return nil
}

func (e *env) noteSettled(d time.Duration) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.settled = max(e.settled, d)
}
