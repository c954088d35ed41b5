package library

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// misdated is what becomes of the times of a new record.
func (s *server) misdated(r record) record {
	switch {
	case s.bug("time/created-ahead"):
		return r.dated(r.created.Add(2 * time.Hour))
	case s.bug("time/created-zero"):
		r.created = time.Time{}
	case s.bug("time/updated-before-created"):
		r.updated = r.created.Add(-time.Minute)
	}
	return r
}

// usedID is an id that was in use before, 0 for none.
func (s *server) usedID() int {
	switch {
	case s.bug("crud/id-reused"):
		freed := s.slips.freed
		s.slips.freed = 0
		return freed
	case s.bug("races/duplicate-ids"):
		last := s.lastID
		s.gap()
		s.lastID = last + 1
		return s.lastID
	}
	return 0
}

// localized is the time that is written for a time.
func (s *server) localized(at time.Time) time.Time {
	if s.bug("time/local-time-as-utc") {
		return at.In(time.FixedZone("PDT", -7*60*60))
	}
	return at.UTC()
}

// misshapen is what becomes of a record's view.
func (s *server) misshapen(r record, view object) object {
	switch {
	case s.bug("schema/id-text"):
		view["id"] = strconv.Itoa(r.id)
	case s.bug("schema/shelf-id-text") && r.parent != 0:
		view["shelf_id"] = strconv.Itoa(r.parent)
	case s.bug("schema/created-at-missing"):
		delete(view, "created_at")
	case s.bug("schema/created-at-without-zone"):
		view["created_at"] = r.created.UTC().Format("2006-01-02T15:04:05.000000")
	case s.bug("schema/created-at-number"):
		view["created_at"] = r.created.Unix()
	case s.bug("schema/updated-at-null-until-changed") && r.updated.Equal(r.created):
		view["updated_at"] = nil
	case s.bug("schema/null-left-out"):
		for name, value := range view {
			if value == nil {
				delete(view, name)
			}
		}
	case s.bug("schema/names-in-camel-case"):
		return camelCased(view)
	}
	return s.mistyping(view)
}

// mistyping is what becomes of the types of a record's members.
func (s *server) mistyping(view object) object {
	tags, _ := view["tags"].([]any)
	for name, value := range view {
		switch {
		case name == "genre" && s.bug("schema/genre-in-capitals"):
			view[name] = strings.ToUpper(fmt.Sprint(value))
		case name == "lendable" && s.bug("schema/lendable-number"):
			view[name] = map[any]int{true: 1}[value]
		case name == "pages" && s.bug("schema/pages-text"), name == "lendable" && s.bug("schema/lendable-text"):
			view[name] = fmt.Sprint(value)
		case name == "published_on" && value != nil && s.bug("schema/date-with-time"):
			view[name] = fmt.Sprint(value, "T00:00:00Z")
		case name == "tags" && s.bug("schema/tags-text"):
			view[name] = strings.Trim(fmt.Sprint(value), "[]")
		case name == "tags" && len(tags) == 0 && s.bug("schema/no-tags-null"):
			view[name] = nil
		}
	}
	return view
}

// camelCased renames created_at to createdAt, and so on.
func camelCased(view object) object {
	renamed := object{}
	for name, value := range view {
		before, after, found := strings.Cut(name, "_")
		if found {
			name = before + strings.ToUpper(after[:1]) + after[1:]
		}
		renamed[name] = value
	}
	return renamed
}
