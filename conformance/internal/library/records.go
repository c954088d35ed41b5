package library

import (
	"cmp"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strconv"
)

// put stores a record.
func (s *server) put(r record) { s.records[r.id] = r }

// all are the records of a kind under a parent, in the order of their ids.
func (s *server) all(k *kind, parent int) []record {
	var found []record
	for _, r := range s.records {
		if r.kind == k && r.parent == parent && !r.gone {
			found = append(found, r)
		}
	}
	slices.SortFunc(found, byID)
	return found
}

func byID(a, b record) int { return cmp.Compare(a.id, b.id) }

// find is the record of the path.
func (s *server) find(c *call) (record, error) {
	id, ok := number(c.id)
	if !ok {
		return record{}, s.badID(c, c.id)
	}
	r, there := s.records[id]
	there = there && r.kind == c.kind && r.parent == c.parent
	if found, err := s.misfound(c, id, r, there); err != nil {
		return record{}, err
	} else if found != nil {
		return *found, nil
	}
	if !there || r.gone {
		return record{}, notFound(c.kind.one)
	}
	return r, nil
}

// shown is an answer with one record.
func (s *server) shown(c *call, status int, r record) *answer {
	return &answer{status: status, body: object{c.kind.one: s.view(r)}}
}

// retrieve answers with one record.
func (s *server) retrieve(c *call) (*answer, error) {
	r, err := s.find(c)
	if err != nil {
		return nil, err
	}
	return s.shown(c, http.StatusOK, s.retrieved(r)), nil
}

// create stores a new record and answers with it.
func (s *server) create(c *call) (*answer, error) {
	sent, err := s.sent(c)
	if err != nil {
		return nil, err
	}
	members, err := s.read(c, sent, false)
	if err != nil {
		s.storeRefused(c, members)
		return nil, err
	}
	if err := s.admit(c, 0, members); err != nil {
		return nil, err
	}
	r := s.miscreated(s.newRecord(c.kind, c.parent, members), sent)
	s.storeNew(r)
	a := s.shown(c, http.StatusCreated, s.created(r))
	a.header = http.Header{"Location": {s.location(c, r)}}
	return a, nil
}

// location is the path of a new record.
func (s *server) location(c *call, r record) string {
	return s.mislocated(c, slashless(c.URL.Path)+"/"+strconv.Itoa(r.id))
}

// admit refuses a record for which there is no place. id is that of the record; 0 is a
// new one.
func (s *server) admit(c *call, id int, members object) error {
	books := s.all(s.kinds.book, c.parent)
	if id == 0 && c.parent != 0 && s.Quota > 0 && len(books) >= s.Quota {
		return invalid("", "The shelf is full.")
	}
	title := members["title"]
	taken := slices.ContainsFunc(books, func(r record) bool { return r.members["title"] == title && r.id != id })
	if c.parent != 0 && taken && s.UniqueTitles {
		return invalid("title", "The shelf has a book with this title.")
	}
	return nil
}

// replace puts what is sent in place of all that a client sets.
func (s *server) replace(c *call) (*answer, error) {
	return s.modify(c, func(_, members object) object { return members }, false)
}

// patch changes what is sent; what is sent as null is null then (RFC 7396).
func (s *server) patch(c *call) (*answer, error) {
	return s.modify(c, func(old, members object) object {
		merged := maps.Clone(old)
		maps.Copy(merged, members)
		return merged
	}, true)
}

func (s *server) modify(c *call, merge func(old, members object) object, partial bool) (*answer, error) {
	old, err := s.find(c)
	if err != nil {
		return nil, err
	}
	sent, err := s.sent(c)
	if err != nil {
		return nil, err
	}
	members, err := s.read(c, sent, partial)
	if err != nil {
		return nil, err
	}
	r := old
	r.members = s.mismerged(c, old, sent, members, merge(old.members, members))
	if err := s.admit(c, r.id, r.members); err != nil {
		return nil, err
	}
	if !s.IdleKeepsUpdatedAt || !reflect.DeepEqual(r.members, old.members) {
		r.updated = s.now()
	}
	r, err = s.mischanged(c, old, r, sent)
	if err != nil {
		return nil, err
	}
	s.storeChanged(c, old, r)
	return s.shown(c, http.StatusOK, s.changed(c, old, r)), nil
}

// destroy deletes a record, and a shelf with its books.
func (s *server) destroy(c *call) (*answer, error) {
	r, err := s.find(c)
	if err != nil {
		if _, ok := number(c.id); ok && problemOf(err).status == http.StatusNotFound && s.SecondDelete == http.StatusNoContent {
			return &answer{status: http.StatusNoContent}, nil
		}
		return nil, err
	}
	if err := s.contested(r); err != nil {
		return nil, err
	}
	s.remove(r)
	return &answer{status: http.StatusNoContent}, nil
}
