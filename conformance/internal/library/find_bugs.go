package library

// misfound is where looking for the record of the path goes wrong; there says whether
// the record was ever at the path. With neither a record nor an error, nothing is
// decided yet.
func (s *server) misfound(c *call, id int, r record, there bool) (*record, error) {
	switch {
	case there && !r.gone:
		return s.mistaken(c, r), nil
	case there && s.revives(c):
		r.gone = false
		return &r, nil
	case there:
		return nil, nil
	case s.bug("http/unknown-id-500"):
		return nil, failed()
	case r.kind == c.kind && !r.gone && s.crosses(c):
		return &r, nil
	}
	return s.conjured(c, id), nil
}

// mistaken is what is found instead of a record that is there; mostly it is nil.
func (s *server) mistaken(c *call, r record) *record {
	if c.action != retrieving {
		return nil
	}
	switch {
	case s.bug("crud/retrieve-finds-first"):
		return &s.all(r.kind, r.parent)[0]
	case s.bug("crud/retrieve-finds-next"):
		return s.after(r)
	}
	return nil
}

// revives reports whether an action finds what is deleted.
func (s *server) revives(c *call) bool {
	switch c.action {
	case retrieving:
		return s.bug("crud/deleted-still-retrieved")
	case replacing:
		return s.bug("crud/put-revives-deleted")
	case patching:
		return s.bug("crud/patch-revives-deleted")
	}
	return false
}

// crosses reports whether an action looks for books on all shelves.
func (s *server) crosses(c *call) bool {
	switch c.action {
	case retrieving:
		return s.bug("isolation/book-read-under-other-shelf")
	case replacing:
		return s.bug("isolation/book-put-under-other-shelf")
	case patching:
		return s.bug("isolation/book-patched-under-other-shelf")
	}
	return s.bug("isolation/book-deleted-under-other-shelf")
}

// conjured is what is found under an id that was never there; mostly it is nil.
func (s *server) conjured(c *call, id int) *record {
	all := s.all(c.kind, c.parent)
	switch {
	case c.action == retrieving && len(all) > 0 && s.bug("crud/unknown-id-finds-first"):
		return &all[0]
	case c.action == replacing && s.bug("crud/put-creates-unknown"),
		c.action == patching && s.bug("crud/patch-creates-unknown"):
		r := s.newRecord(c.kind, c.parent, c.kind.example())
		r.id = id
		return &r
	}
	return nil
}

// example is what makes up a record from nothing.
func (k *kind) example() object {
	members := k.defaults()
	for name, value := range (object{"name": "New", "title": "New", "genre": "novel", "pages": 1}) {
		if k.has(name) {
			members[name] = value
		}
	}
	return members
}
