package library

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"
)

// miscreated is what becomes of a new record before it is stored.
func (s *server) miscreated(r record, sent object) record {
	if s.bug("isolation/create-on-other-shelf") && r.parent != 0 {
		for _, shelf := range s.all(s.kinds.shelf, 0) {
			if shelf.id != r.parent {
				r.parent = shelf.id
				return r
			}
		}
	}
	return s.filled(r, sent, "crud/create-takes-id", "crud/create-takes-created-at", "crud/create-takes-updated-at")
}

// filled takes read-only members from a request, each if its bug is switched on.
func (s *server) filled(r record, sent object, idBug, createdBug, updatedBug string) record {
	if id, isNumber := sent["id"].(json.Number); isNumber && s.bug(idBug) {
		if whole, err := id.Int64(); err == nil && whole > 0 {
			r.id = int(whole)
		}
	}
	if at, err := timeIn(sent, "created_at"); err == nil && s.bug(createdBug) {
		r.created = at
	}
	if at, err := timeIn(sent, "updated_at"); err == nil && s.bug(updatedBug) {
		r.updated = at
	}
	return r
}

func timeIn(sent object, name string) (time.Time, error) {
	text, _ := sent[name].(string)
	return time.Parse(time.RFC3339, text)
}

// titled is the name of the member that names a record.
func (r record) titled() string {
	if r.parent == 0 {
		return "name"
	}
	return "title"
}

// storeRefused is where a record that is refused is stored all the same.
func (s *server) storeRefused(c *call, members object) {
	if !s.bug("validation/refused-but-stored") {
		return
	}
	whole := c.kind.example()
	for name, value := range members {
		if value != nil {
			whole[name] = value
		}
	}
	s.put(s.newRecord(c.kind, c.parent, whole))
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
	case s.bug("crud/create-stores-other-title"):
		r = r.with(r.titled(), fmt.Sprint(r.members[r.titled()], "."))
	case s.bug("crud/create-replaces-same-title"):
		for _, other := range s.all(r.kind, r.parent) {
			if other.members[r.titled()] == r.members[r.titled()] {
				delete(s.records, other.id)
			}
		}
	case s.bug("races/lost-creates"):
		s.putInCopy(r)
		return
	case s.bug("races/half-made-visible"):
		half := r.with(r.titled(), "")
		s.put(half)
		s.gap()
	}
	s.put(r)
}

// created is what a create answers with.
func (s *server) created(r record) record {
	switch {
	case s.bug("crud/create-answers-other-id"):
		r.id += 1000
	case s.bug("races/answers-crossed"):
		s.slips.echoed = r
		s.gap()
		return s.slips.echoed
	}
	return r
}

// mislocated is what becomes of the path of a new record.
func (s *server) mislocated(c *call, right string) string {
	switch {
	case s.bug("http/location-of-the-list"):
		return slashless(c.URL.Path)
	case s.bug("http/location-leads-nowhere"):
		return "/api" + right
	case s.bug("http/location-on-other-host"):
		return "http://backend.internal:8000" + right
	}
	return right
}

// mismerged are the members after a change.
func (s *server) mismerged(c *call, old record, sent, members, right object) object {
	if c.action == patching {
		return s.mispatched(c.kind, old.members, sent, members, right)
	}
	if s.bug("crud/put-keeps-unsent") {
		kept := maps.Clone(right)
		for name, value := range old.members {
			if _, given := sent[name]; !given {
				kept[name] = value
			}
		}
		return kept
	}
	return right
}

// mispatched are the members after a PATCH.
func (s *server) mispatched(k *kind, old, sent, members, right object) object {
	if s.bug("crud/patch-changes-one-member") {
		return onlyFirst(k, old, members)
	}
	wrong := maps.Clone(right)
	for _, f := range k.fields {
		value, given := sent[f.name]
		added, isList := members[f.name].([]any)
		switch {
		case !given && !f.required && s.bug("crud/patch-replaces-all"):
			wrong[f.name] = f.absent
		case given && value == nil && s.bug("crud/patch-null-ignored"), value == false && s.bug("crud/patch-false-ignored"):
			wrong[f.name] = old[f.name]
		case isList && s.bug("crud/patch-adds-to-lists"):
			kept, _ := old[f.name].([]any)
			wrong[f.name] = slices.Concat(kept, added)
		}
	}
	return wrong
}

// onlyFirst takes one of some members over.
func onlyFirst(k *kind, old, members object) object {
	merged := maps.Clone(old)
	for _, f := range k.fields {
		if value, given := members[f.name]; given {
			merged[f.name] = value
			break
		}
	}
	return merged
}

// mischanged is what becomes of a changed record before it is stored.
func (s *server) mischanged(c *call, old, r record, sent object) (record, error) {
	patches := c.action == patching
	switch {
	case patches && len(sent) == 0 && s.bug("crud/patch-of-nothing-500"):
		return record{}, failed()
	case patches && s.bug("crud/patch-ignored"), !patches && s.bug("crud/put-ignored"):
		return old, nil
	case patches && s.bug("crud/patch-changes-id"), !patches && s.bug("crud/put-changes-id"):
		r.id = s.newID()
	case patches && s.bug("time/created-moves-on-patch"), !patches && s.bug("time/created-moves-on-put"):
		r.created = r.updated
	case patches && s.bug("time/updated-stays-on-patch"), !patches && s.bug("time/updated-stays-on-put"):
		r.updated = old.updated
	case s.bug("time/updated-goes-back"):
		r.updated = old.updated.Add(-time.Hour)
	case s.bug("races/patch-revives-deleted"):
		s.gap()
	}
	if patches {
		return s.filled(r, sent, "crud/patch-takes-id", "crud/patch-takes-created-at", "crud/patch-takes-updated-at"), nil
	}
	return s.filled(r, sent, "crud/put-takes-id", "crud/put-takes-created-at", "crud/put-takes-updated-at"), nil
}

// storeChanged stores a changed record.
func (s *server) storeChanged(c *call, old, r record) {
	patches := c.action == patching
	title := r.members[r.titled()]
	switch {
	case patches && s.bug("crud/patch-stores-nothing"), !patches && s.bug("crud/put-stores-nothing"):
		return
	case patches && s.bug("crud/patch-adds-copy"), !patches && s.bug("crud/put-adds-copy"):
		twin := r
		twin.id = s.newID()
		s.put(twin)
	case patches && s.bug("crud/patch-changes-next"):
		if next := s.after(r); next != nil {
			s.put(next.with(r.titled(), title))
		}
	case patches && s.bug("crud/patch-changes-all"), !patches && s.bug("crud/put-changes-all"):
		for _, other := range s.all(r.kind, r.parent) {
			s.put(other.with(r.titled(), title))
		}
	case s.bug("time/change-moves-others"):
		for _, other := range s.all(r.kind, r.parent) {
			other.updated = r.updated
			s.put(other)
		}
	case s.bug("races/lost-updates"):
		s.putInCopy(r)
		return
	}
	if r.id != old.id {
		delete(s.records, old.id)
	}
	s.put(r)
}

// after is the record that was created next, or nil.
func (s *server) after(r record) *record {
	for _, other := range s.all(r.kind, r.parent) {
		if other.id > r.id {
			return &other
		}
	}
	return nil
}

// changed is what a change answers with.
func (s *server) changed(c *call, old, r record) record {
	if c.action == patching && s.bug("crud/patch-answers-old") || c.action == replacing && s.bug("crud/put-answers-old") {
		return old
	}
	return r
}

// retrieved is what a retrieve answers with.
func (s *server) retrieved(r record) record {
	switch {
	case s.bug("crud/retrieve-stale-after-change"):
		r.members = r.first
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
		if s.records[r.id].gone {
			return failed()
		}
	}
	return nil
}

// remove marks a record as deleted, and what is under it.
func (s *server) remove(r record) {
	siblings := s.all(r.kind, r.parent)
	switch {
	case s.bug("crud/delete-does-nothing"):
		return
	case s.bug("crud/delete-removes-first"):
		r = siblings[0]
	case s.bug("crud/delete-empties-list"):
		for _, other := range siblings {
			other.gone = true
			s.put(other)
		}
	case s.bug("isolation/delete-empties-other-shelves") && r.parent == 0:
		for _, book := range s.records {
			if book.parent != 0 {
				book.gone = true
				s.put(book)
			}
		}
	}
	r.gone = true
	s.put(r)
	s.slips.freed = r.id
}
