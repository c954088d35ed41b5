package library

import (
	"maps"
	"time"
)

// record is one shelf or one book. Records are values: what is stored is changed by
// storing another.
type record struct {
	kind             *kind
	id               int
	parent           int    // the shelf of a book; 0 for a shelf
	members          object // that a client sets; never changed, only replaced
	first            object // the members at creation
	created, updated time.Time
	gone             bool // deleted: kept for the books alone
}

// newRecord makes a record; it is not stored yet.
func (s *server) newRecord(k *kind, parent int, members object) record {
	now := s.now()
	r := record{kind: k, id: s.newID(), parent: parent, members: members, first: members, created: now, updated: now}
	return s.misdated(r)
}

// newID gives the next id: shelves and books share the numbers.
func (s *server) newID() int {
	if id := s.usedID(); id != 0 {
		return id
	}
	s.lastID++
	return s.lastID
}

// dated is the record, made at another time.
func (r record) dated(at time.Time) record {
	r.created, r.updated = at, at
	return r
}

// with is the record with another value of one member.
func (r record) with(name string, value any) record {
	r.members = maps.Clone(r.members)
	r.members[name] = value
	return r
}

// view is a record as the document has it.
func (s *server) view(r record) object {
	view := maps.Clone(r.members)
	view["id"] = r.id
	view["created_at"] = s.stamp(r.created)
	view["updated_at"] = s.stamp(r.updated)
	if r.parent != 0 {
		view["shelf_id"] = r.parent
	}
	return s.misshapen(r, view)
}

// stamp writes a time in UTC.
func (s *server) stamp(at time.Time) string {
	layout := "2006-01-02T15:04:05"
	if !s.WholeSeconds {
		layout += ".000000"
	}
	if s.OffsetTimezone {
		layout += "-07:00"
	} else {
		layout += "Z"
	}
	return s.localized(at).Format(layout)
}
