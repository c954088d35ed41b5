package subject

import (
	"encoding/json"
	"strings"
	"time"
)

// miscreated is what becomes of a new record before it is stored.
func (s *server) miscreated(r record, wanted change) record {
	switch {
	case s.bug("crud/create-ignores-domain"):
		r.domain = "example.com"
	case s.bug("crud/create-stores-other-domain"):
		r.domain += "."
	case s.bug("crud/create-returns-same-domain"):
		for _, other := range s.records(r.organization) {
			if other.domain == r.domain {
				return other
			}
		}
	case s.bug("isolation/create-in-other-organization"):
		for organization := range s.organizations {
			if organization != r.organization {
				r.organization = organization
				return r
			}
		}
	}
	return s.filled(r, wanted.given, map[string]string{
		"id":           "crud/create-takes-id",
		"status":       "crud/create-takes-status",
		"message":      "crud/create-takes-message",
		"target_cname": "crud/create-takes-target-cname",
		"created_at":   "crud/create-takes-created-at",
		"created_by":   "crud/create-takes-created-by",
	})
}

// filled takes read-only fields from a request, each if its bug is switched on.
func (s *server) filled(r record, given object, bugs map[string]string) record {
	for field, value := range given {
		if s.bug(bugs[field]) {
			r = withField(r, field, value)
		}
	}
	return r
}

// withField sets a field that only the server should set. A value of another
// type changes nothing.
func withField(r record, field string, value any) record {
	switch value := value.(type) {
	case string:
		return withText(r, field, value)
	case json.Number:
		if user, err := value.Int64(); err == nil && field == "created_by" {
			r.user = int(user)
		}
	}
	return r
}

func withText(r record, field, text string) record {
	switch field {
	case "id":
		r.id = strings.ToLower(text)
	case "status":
		r.status = text
	case "message":
		r.message = &text
	case "target_cname":
		r.target = text
	case "created_at":
		if at, err := time.Parse(time.RFC3339, text); err == nil {
			r.created = at
		}
	}
	return r
}

// storeNew stores a new record.
func (s *server) storeNew(r record) {
	switch {
	case s.bug("crud/create-stores-nothing"):
		return
	case s.bug("crud/create-stores-twice"):
		twin := r
		twin.id = s.newID()
		s.put(twin)
	case s.bug("crud/create-replaces-same-domain"):
		for _, other := range s.records(r.organization) {
			if other.domain == r.domain {
				delete(s.organizations[r.organization], other.id)
			}
		}
	case s.bug("lifecycle/create-restarts-others"):
		s.restart(r.organization)
	case s.bug("races/lost-creates"):
		s.putInCopy(r)
		return
	case s.bug("races/half-made-visible"):
		s.putInHalves(r)
		return
	}
	s.put(r)
	s.tally(r.organization, 1)
}

// created is what a create answers with.
func (s *server) created(r record, wanted change) record {
	switch {
	case s.bug("crud/create-stores-other-domain"):
		r.domain = *wanted.domain
	case s.bug("crud/create-answers-other-id"):
		r.id = s.newID()
	}
	return s.echo(r)
}

// mischanged is what becomes of a changed record before it is stored.
func (s *server) mischanged(old, r record, wanted change) (record, error) {
	switch {
	case len(wanted.given) == 0 && s.bug("crud/patch-of-nothing-500"):
		return record{}, serverError()
	case wanted.domain == nil && s.bug("crud/patch-clears-unsent-domain"):
		r.domain = ""
	case s.bug("crud/patch-ignored"):
		return old, nil
	case s.bug("crud/patch-forgets-created-by"):
		r.user = 0
	case s.bug("crud/patch-clears-target-cname"):
		r.target = ""
	case s.bug("crud/patch-changes-id"):
		r.id = s.newID()
	case s.bug("lifecycle/patch-starts-over"):
		r.status, r.entered = waiting, r.updated
	case s.bug("races/patch-revives-deleted"):
		s.gap()
	}
	r = s.filled(r, wanted.given, map[string]string{
		"id":           "crud/patch-takes-id",
		"status":       "crud/patch-takes-status",
		"message":      "crud/patch-takes-message",
		"target_cname": "crud/patch-takes-target-cname",
		"created_at":   "crud/patch-takes-created-at",
		"created_by":   "crud/patch-takes-created-by",
	})
	return s.misdated(old, r), nil
}

// misdated is what becomes of the times of a changed record.
func (s *server) misdated(old, r record) record {
	switch {
	case s.bug("time/updated-never-moves"):
		r.updated = old.updated
	case s.bug("time/updated-goes-back"):
		r.updated = old.updated.Add(-time.Hour)
	case s.bug("time/created-moves-on-patch"):
		r.created = r.updated
	}
	return r
}

// storeChanged stores a changed record.
func (s *server) storeChanged(old, r record) {
	switch {
	case s.bug("crud/patch-stores-nothing"):
		return
	case s.bug("crud/patch-changes-next"):
		if next := s.after(r); next != nil {
			next.domain = r.domain
			s.put(*next)
		}
	case s.bug("crud/patch-changes-all"):
		for _, other := range s.records(r.organization) {
			other.domain = r.domain
			s.put(other)
		}
	case s.bug("crud/patch-adds-copy"):
		twin := r
		twin.id = s.newID()
		s.put(twin)
	case s.bug("time/patch-moves-others"):
		s.touch(r.organization, r.updated)
	case s.bug("races/lost-updates"):
		s.putInCopy(r)
		return
	}
	if r.id != old.id {
		delete(s.organizations[old.organization], old.id)
	}
	s.put(r)
}

// touch sets updated_at of every record of an organization.
func (s *server) touch(organization string, at time.Time) {
	for _, r := range s.records(organization) {
		r.updated = at
		s.put(r)
	}
}

// updated is what an update answers with.
func (s *server) updated(old, r record) record {
	if s.bug("crud/patch-answers-old") {
		return old
	}
	return r
}

// retrieved is what a retrieve answers with.
func (s *server) retrieved(r record) record {
	switch {
	case s.bug("crud/retrieve-stale-after-patch"):
		r.domain = r.first
	case s.bug("time/created-moves-on-get"):
		r.created = time.Now()
	case s.bug("time/updated-moves-on-get"):
		r.updated = s.now()
		s.put(r)
	}
	return r
}

// contested is where a delete meets another.
func (s *server) contested(r record) error {
	switch {
	case s.bug("races/delete-has-many-winners"):
		s.gap()
	case s.bug("races/late-delete-500"):
		s.gap()
		if s.organizations[r.organization][r.id].gone {
			return serverError()
		}
	}
	return nil
}

// remove marks a record as deleted.
func (s *server) remove(r record) {
	switch {
	case s.bug("crud/delete-does-nothing"):
		return
	case s.bug("crud/delete-empties-organization"):
		s.organizations[r.organization] = map[string]record{}
		return
	case s.bug("crud/delete-removes-newest"):
		r = s.records(r.organization)[0]
	case s.bug("crud/delete-only-marks"):
		r.status = "deleting"
		s.put(r)
		return
	}
	r.gone = true
	s.put(r)
	s.slips.freed = r.id
	s.tally(r.organization, -1)
}
