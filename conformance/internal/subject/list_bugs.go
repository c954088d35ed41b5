package subject

import (
	"cmp"
	"math/rand/v2"
	"net/http"
	"slices"
)

// listed are the records that a list chooses from.
func (s *server) listed(c *call) []record {
	records := s.records(c.organization)
	switch {
	case s.bug("crud/deleted-still-listed"):
		for _, r := range s.organizations[c.organization] {
			if r.gone {
				records = append(records, s.aged(r))
			}
		}
	case s.bug("isolation/list-of-all-organizations"):
		records = s.everywhere()
	case s.bug("crud/list-omits-newest") && len(records) > 0:
		records = records[1:]
	case s.bug("crud/list-omits-oldest") && len(records) > 0:
		records = records[:len(records)-1]
	case s.bug("crud/list-omits-changed"):
		records = slices.DeleteFunc(records, func(r record) bool { return r.domain != r.first })
	case s.bug("crud/list-merges-same-domains"):
		records = slices.CompactFunc(records, func(a, b record) bool { return a.domain == b.domain })
	}
	slices.SortFunc(records, newestFirst)
	return records
}

// everywhere are the records of all organizations.
func (s *server) everywhere() []record {
	var all []record
	for organization := range s.organizations {
		all = append(all, s.records(organization)...)
	}
	return all
}

// misordered is what becomes of the order of a list.
func (s *server) misordered(records []record, w window) []record {
	switch {
	case s.bug("pagination/order-oldest-first"),
		s.bug("pagination/order-turns-on-later-pages") && w.offset > 0:
		slices.Reverse(records)
	case s.bug("pagination/order-random"):
		rand.Shuffle(len(records), func(i, j int) { records[i], records[j] = records[j], records[i] })
	case s.bug("pagination/order-by-updated-at"):
		slices.SortStableFunc(records, func(a, b record) int { return b.updated.Compare(a.updated) })
	case s.bug("pagination/order-by-domain"):
		slices.SortStableFunc(records, func(a, b record) int { return cmp.Compare(a.domain, b.domain) })
	}
	return records
}

// misturned is what becomes of a page.
func (s *server) misturned(page, records []record, w window) []record {
	switch {
	case w.offset > 0 && len(page) > 0 && s.bug("pagination/newest-on-every-page"):
		return append([]record{records[0]}, page[1:]...)
	case s.bug("pagination/page-reversed"):
		page = slices.Clone(page)
		slices.Reverse(page)
	}
	return page
}

// entry is a record as a list shows it.
func (s *server) entry(r record) record {
	switch {
	case s.bug("crud/list-stale-after-patch"):
		r.domain = r.first
	case s.bug("lifecycle/list-status-stale"):
		r.status, r.message = waiting, nil
	case s.bug("time/updated-moves-on-list"):
		r.updated = s.now()
		s.put(r)
	}
	return r
}

// miscounted is the count of a list.
func (s *server) miscounted(c *call, w window, onPage, count int) int {
	switch {
	case s.bug("pagination/count-is-of-page"):
		return onPage
	case s.bug("pagination/count-leaves-out-offset"):
		return max(count-w.offset, 0)
	case s.bug("pagination/count-is-of-pages"):
		return (count + w.limit - 1) / max(w.limit, 1)
	case s.bug("pagination/count-frozen"):
		return s.Records
	case s.bug("pagination/count-of-deleted-too"):
		return len(s.organizations[c.organization])
	case s.bug("isolation/count-of-all-organizations"):
		return len(s.everywhere())
	case s.bug("races/count-drifts"):
		return s.tallied(c.organization)
	}
	return count
}

// misjudged is the window that is cut for the one that is asked for.
func (s *server) misjudged(w window) window {
	switch {
	case s.bug("pagination/limit-ignored"):
		w.limit = s.PageSize
	case s.bug("pagination/one-too-many"):
		w.limit++
	case s.bug("pagination/one-too-few"):
		w.limit = max(w.limit-1, 0)
	case s.bug("pagination/offset-ignored"):
		w.offset = 0
	case s.bug("pagination/offset-counts-pages"):
		w.offset *= w.limit
	case s.bug("pagination/offset-counts-from-one"):
		w.offset = max(w.offset-1, 0)
	}
	return w
}

// crashedOver is what becomes of the refusal of a parameter.
func (s *server) crashedOver(name string, number int, p *problem) *problem {
	isNumber := p.code == "min_value"
	switch {
	case name == "limit" && number == 0 && isNumber && s.bug("pagination/limit-zero-500"),
		number < 0 && s.bug("pagination/negative-500"),
		!isNumber && s.bug("pagination/not-a-number-500"):
		return serverError()
	}
	return s.unnamed(p)
}

// unnamed is what becomes of the parameter that a refusal names.
func (s *server) unnamed(p *problem) *problem {
	if s.bug("validation/parameter-not-named") {
		p.attr = ""
	}
	return p
}

// overrun is where an offset past the end goes wrong.
func (s *server) overrun(w window, count int) error {
	switch {
	case w.offset > count && s.bug("pagination/past-the-end-404"):
		return &problem{status: http.StatusNotFound, kind: "invalid_request", code: "not_found", detail: "Invalid page."}
	case w.offset > count && s.bug("pagination/past-the-end-500"):
		return serverError()
	}
	return nil
}
