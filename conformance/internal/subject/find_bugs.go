package subject

import (
	"net/http"
	"strconv"
	"strings"
)

// misfound is where looking for the record of the path goes wrong. With neither
// a record nor an error, nothing is decided yet.
func (s *server) misfound(c *call) (*record, error) {
	if r := s.oddlyNamed(c); r != nil {
		return r, nil
	}
	if !isID(c.id) {
		if s.bug("http/bad-id-500") {
			return nil, serverError()
		}
		return nil, nil
	}
	if r, there := s.organizations[c.organization][c.id]; there {
		return s.mistaken(c, r), nil
	}
	return s.conjured(c)
}

// oddlyNamed finds records whose ids are not shown as UUIDs; nil is none.
func (s *server) oddlyNamed(c *call) *record {
	for _, r := range s.records(c.organization) {
		if c.id == strings.ReplaceAll(r.id, "-", "") && s.bug("schema/id-without-dashes") ||
			c.id == strconv.Itoa(r.serial) && s.bug("schema/id-number") {
			return &r
		}
	}
	return nil
}

// mistaken is what is found instead of a record that is there or was; mostly it
// is nil.
func (s *server) mistaken(c *call, r record) *record {
	revived := c.action == retrieving && s.bug("crud/deleted-still-retrieved") ||
		c.action == updating && s.bug("crud/patch-revives-deleted")
	switch {
	case r.gone && revived:
		r.gone = false
		return &r
	case !r.gone && c.action == retrieving && s.bug("crud/retrieve-finds-newest"):
		return &s.records(c.organization)[0]
	case !r.gone && c.action == retrieving && s.bug("crud/retrieve-finds-next"):
		return s.after(r)
	}
	return nil
}

// after is the record that was created next, or nil.
func (s *server) after(r record) *record {
	var next *record
	for _, other := range s.records(r.organization) {
		if other.serial > r.serial {
			next = &other
		}
	}
	return next
}

// conjured is what is found under an id that the organization never had.
func (s *server) conjured(c *call) (*record, error) {
	records := s.records(c.organization)
	switch {
	case s.bug("http/unknown-id-500"):
		return nil, serverError()
	case s.bug("http/unknown-id-hangs-up"):
		panic(http.ErrAbortHandler)
	case s.crosses(c):
		return s.foreign(c.id), nil
	case c.action == retrieving && len(records) > 0 && s.bug("crud/unknown-id-finds-newest"):
		return &records[0], nil
	case c.action == updating && s.bug("crud/patch-creates-unknown"):
		r := s.newRecord(c.organization, "new.example", c.key.User)
		r.id = c.id
		return &r, nil
	}
	return nil, nil
}

// crosses reports whether an action looks for records in all organizations.
func (s *server) crosses(c *call) bool {
	switch c.action {
	case retrieving:
		return s.bug("isolation/foreign-record-retrieved")
	case updating, replacing:
		return s.bug("isolation/foreign-record-patched")
	case deleting:
		return s.bug("isolation/foreign-record-deleted")
	}
	return false
}

// foreign is a record of any organization, or nil.
func (s *server) foreign(id string) *record {
	for _, records := range s.organizations {
		if r, there := records[id]; there && !r.gone {
			r = s.aged(r)
			return &r
		}
	}
	return nil
}
