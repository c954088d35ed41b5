package subject

import "time"

// transition is a step that a record takes by itself.
type transition struct {
	from, to string
	after    time.Duration
	message  *string // what is said then; nil says nothing new
}

// transitions are the steps from waiting to valid.
func (s *server) transitions() []transition {
	return s.diverted([]transition{
		{from: waiting, to: issuing, after: s.StatusDelays.Issuing},
		{from: issuing, to: valid, after: s.StatusDelays.Valid, message: new(string)},
	})
}

// aged is a record after the steps that are due. It need not be stored: a later
// look takes the same steps at the same times.
func (s *server) aged(r record) record {
	now := time.Now()
	for {
		next, due := s.step(r)
		if next == nil || now.Before(due) {
			return r
		}
		r.status, r.entered, r.updated = next.to, due, due
		if next.message != nil {
			r.message = next.message
		}
	}
}

// step is the next step of a record and when it comes; nil when it rests.
func (s *server) step(r record) (*transition, time.Time) {
	for _, t := range s.transitions() {
		if t.from == r.status {
			return &t, r.entered.Add(t.after)
		}
	}
	return nil, time.Time{}
}
