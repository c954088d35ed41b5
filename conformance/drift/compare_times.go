package drift

import (
	"net/http"
	"strings"
	"time"

	"understudy/conformance"
	"understudy/internal/resource"
)

// moments are the times of a record, as they were last seen.
type moments struct{ created, updated time.Time }

// aMinute is how far a clock may be off, and aMoment how far two readings of one clock.
const (
	aMinute = time.Minute
	aMoment = time.Second
)

// compareTimes compares what becomes of the times of a record of the run: not what they
// are, but whether they stay and move alike.
func (c *comparison) compareTimes(p pair, here, there map[string]any) {
	collection := p.there.Collection
	left, right := c.here.since(p.here, here), c.there.since(p.there, there)
	c.here.noteMoves(p.here, left)
	c.there.noteMoves(p.there, right)
	for _, source := range []resource.Source{resource.FromCreated, resource.FromUpdated} {
		f := collection.FieldFrom(source)
		one, other := left[source], right[source]
		changes := p.there.Exchange.Method != http.MethodGet
		if f == nil || one == "" || other == "" || one == other || source == resource.FromUpdated && collection.Lifecycle != nil && !changes {
			continue
		}
		coarse := !hasFraction(here[f.Name]) || !hasFraction(there[f.Name])
		stays := (one == later || one == asBefore) && (other == later || other == asBefore)
		if stays && (coarse || !changes && c.differing[collection.Path]) {
			continue // nobody could tell, or it has been told what one side alone changed
		}
		found := stood{p, Finding{Kind: Value, Where: f.Name, Here: one, There: other}}
		if stays {
			c.stood = append(c.stood, found)
			continue
		}
		c.found(p, found.finding)
	}
}

// stood is a time that stood still on one side alone.
type stood struct {
	pair    pair
	finding Finding
}

// noteMoves remembers which times move with a change.
func (s *side) noteMoves(step *conformance.Step, told map[resource.Source]string) {
	for source, how := range told {
		if how == later {
			s.moved[motion(step, step.Collection.FieldFrom(source))] = true
		}
	}
}

func motion(step *conformance.Step, f *resource.Field) string {
	return step.Collection.Path + " " + step.Exchange.Method + " " + f.Name
}

// compareStood tells of the times that stand still on one side with all changes of a
// kind. One that moves with another change stood still since the two were within one tick
// of its clock.
func (c *comparison) compareStood() {
	for _, s := range c.stood {
		f := s.pair.there.Collection.Field(s.finding.Where)
		standing, step := c.here, s.pair.here
		if s.finding.There == asBefore {
			standing, step = c.there, s.pair.there
		}
		if !standing.moved[motion(step, f)] {
			c.found(s.pair, s.finding)
		}
	}
}

// compareStaying compares whether the members that the server sets, and that do not move
// by themselves, stay as they are when a record is seen again.
func (c *comparison) compareStaying(p pair, here, there map[string]any) {
	before, known := c.here.before(p.here, here)
	earlier, alsoKnown := c.there.before(p.there, there)
	if !known || !alsoKnown {
		return
	}
	for _, f := range p.there.Collection.Fields {
		switch f.Source {
		case resource.FromSchema, resource.FromTemplate, resource.FromUser, resource.FromParent, resource.FromNull, resource.FromDefault, resource.FromEnum:
		default:
			continue
		}
		stays, alsoStays := equal(before[f.Name], here[f.Name]), equal(earlier[f.Name], there[f.Name])
		if stays != alsoStays && !moves(p.there.Collection, f) && f.Name != p.there.Tried {
			told := map[bool]string{true: asBefore, false: "another than before"}
			c.found(p, Finding{Kind: Value, Where: f.Name, Here: told[stays], There: told[alsoStays]})
		}
	}
}

// before is a record of the run as it was last seen, and remembers how it is now.
func (s *side) before(step *conformance.Step, item map[string]any) (before map[string]any, known bool) {
	key := step.Collection.Path + " " + idIn(step.Collection, item)
	before, known = s.last[key]
	s.last[key] = item
	return before, known && step.ID == "" && s.made[step.Collection.Path][idIn(step.Collection, item)] != ""
}

// How a time is beside the one before.
const (
	asBefore = "as it was before"
	later    = "later than before"
	earlier  = "earlier than before"
)

func hasFraction(value any) bool {
	text, _ := value.(string)
	return strings.Contains(text, ".")
}

// since says how the times of a record are beside those that were last seen of it, and
// remembers them. What cannot be read as a time is left out.
func (s *side) since(step *conformance.Step, item map[string]any) map[resource.Source]string {
	id := idIn(step.Collection, item)
	now := moments{timeOf(step.Collection, item, resource.FromCreated), timeOf(step.Collection, item, resource.FromUpdated)}
	if id == "" || s.made[step.Collection.Path][id] == "" {
		return nil
	}
	key := step.Collection.Path + " " + id
	before, known := s.moments[key]
	s.moments[key] = now
	told := map[resource.Source]string{}
	if !known || step.ID != "" { // an id may come back when its record is gone
		if at, err := http.ParseTime(step.Header.Get("Date")); err == nil && !now.created.IsZero() {
			told[resource.FromCreated] = beside(now.created, at, aMinute, "the time of the request", "ahead of the request", "behind the request")
		}
		if !now.created.IsZero() && !now.updated.IsZero() {
			told[resource.FromUpdated] = beside(now.updated, now.created, aMoment, "as created", "later than created", "before it was created")
		}
		return told
	}
	if !now.created.IsZero() && !before.created.IsZero() {
		told[resource.FromCreated] = beside(now.created, before.created, 0, asBefore, later, earlier)
	}
	if !now.updated.IsZero() && !before.updated.IsZero() {
		told[resource.FromUpdated] = beside(now.updated, before.updated, 0, asBefore, later, earlier)
	}
	return told
}

// beside names where a time is beside another.
func beside(at, other time.Time, within time.Duration, same, after, before string) string {
	switch d := at.Sub(other); {
	case d.Abs() <= within:
		return same
	case d > 0:
		return after
	}
	return before
}

// timeOf is the time in the member from a source, the zero time when there is none.
func timeOf(c *resource.Collection, item map[string]any, source resource.Source) time.Time {
	f := c.FieldFrom(source)
	if f == nil {
		return time.Time{}
	}
	text, _ := item[f.Name].(string)
	at, _ := time.Parse(time.RFC3339Nano, text)
	return at
}
