package subject

import (
	"cmp"
	"net/http"
	"slices"
)

// put stores a record.
func (s *server) put(r record) { s.organizations[r.organization][r.id] = r }

// records are those of an organization, newest first.
func (s *server) records(organization string) []record {
	var found []record
	for _, r := range s.organizations[organization] {
		if !r.gone {
			found = append(found, s.aged(r))
		}
	}
	slices.SortFunc(found, newestFirst)
	return found
}

// newestFirst orders records by their creation.
func newestFirst(a, b record) int {
	return cmp.Or(b.created.Compare(a.created), cmp.Compare(b.serial, a.serial))
}

// find is the record of the path.
func (s *server) find(c *call) (record, error) {
	if r, err := s.misfound(c); err != nil {
		return record{}, err
	} else if r != nil {
		return *r, nil
	}
	if !isID(c.id) {
		return record{}, s.badID()
	}
	r, there := s.organizations[c.organization][c.id]
	if !there || r.gone {
		return record{}, notFound()
	}
	return s.aged(r), nil
}

// badID refuses an id that is none.
func (s *server) badID() *problem {
	if s.BadID == http.StatusBadRequest {
		return invalid("invalid_input", "Not a valid UUID.", "id")
	}
	return notFound()
}

// retrieve answers with one record.
func (s *server) retrieve(c *call) (*answer, error) {
	r, err := s.find(c)
	if err != nil {
		return nil, err
	}
	return &answer{status: http.StatusOK, body: s.view(s.retrieved(s.disturbed(r)))}, nil
}

// create stores a new record and answers with it.
func (s *server) create(c *call) (*answer, error) {
	wanted, err := s.readChange(c, false)
	if err != nil {
		return nil, err
	}
	if err := s.admit(c.organization, "", *wanted.domain); err != nil {
		return nil, err
	}
	if err := s.occupy(); err != nil {
		return nil, err
	}
	r := s.newRecord(c.organization, s.kept(*wanted.domain), c.key.User)
	r = s.miscreated(r, wanted)
	s.storeNew(r)
	return &answer{status: http.StatusCreated, body: s.view(s.created(r, wanted))}, nil
}

// admit refuses a domain for which there is no place. id is of the record that
// is to have it; "" is a new one.
func (s *server) admit(organization, id, domain string) error {
	records := s.records(organization)
	if id == "" && s.Quota > 0 && len(records) >= s.Quota {
		return invalid("quota_exceeded", "The organization has as many proxy records as it may.", "")
	}
	taken := slices.ContainsFunc(records, func(r record) bool { return r.domain == domain && r.id != id })
	if taken && s.UniqueDomains {
		return invalid("unique", "proxy record with this domain already exists.", "domain")
	}
	return nil
}

// update changes a record in the fields that are sent.
func (s *server) update(c *call) (*answer, error) { return s.modify(c, true) }

// replace changes all fields of a record that a client may change.
func (s *server) replace(c *call) (*answer, error) { return s.modify(c, false) }

func (s *server) modify(c *call, partial bool) (*answer, error) {
	old, err := s.find(c)
	if err != nil {
		return nil, err
	}
	wanted, err := s.readChange(c, partial)
	if err != nil {
		return nil, err
	}
	if wanted.domain != nil {
		if err := s.admit(c.organization, old.id, *wanted.domain); err != nil {
			return nil, err
		}
	}
	r, err := s.mischanged(old, s.changed(old, wanted), wanted)
	if err != nil {
		return nil, err
	}
	s.storeChanged(old, r)
	return &answer{status: http.StatusOK, body: s.view(s.updated(old, r))}, nil
}

// changed is a record after a change.
func (s *server) changed(r record, wanted change) record {
	before := r.domain
	if wanted.domain != nil {
		r.domain = s.kept(*wanted.domain)
	}
	if r.domain != before || !s.IdleKeepsUpdatedAt {
		r.updated = s.now()
	}
	return r
}

// destroy deletes a record.
func (s *server) destroy(c *call) (*answer, error) {
	r, err := s.find(c)
	if err != nil {
		if isID(c.id) && problemOf(err).status == http.StatusNotFound && s.SecondDelete == http.StatusNoContent {
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
