package library

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// listed are the records that a list chooses from.
func (s *server) listed(c *call) []record {
	records := s.all(c.kind, c.parent)
	switch {
	case s.bug("crud/deleted-still-listed"):
		for _, r := range s.records {
			if r.gone && r.kind == c.kind && r.parent == c.parent {
				records = append(records, r)
			}
		}
	case s.bug("isolation/list-of-all-shelves"):
		records = s.everywhere(c.kind)
	case s.bug("crud/list-omits-first") && len(records) > 0:
		records = records[1:]
	case s.bug("crud/list-omits-last") && len(records) > 0:
		records = records[:len(records)-1]
	case s.bug("crud/list-omits-changed"):
		records = slices.DeleteFunc(records, func(r record) bool { return r.members[r.titled()] != r.first[r.titled()] })
	case s.bug("crud/list-merges-same-titles"):
		records = slices.CompactFunc(records, func(a, b record) bool { return a.members[a.titled()] == b.members[b.titled()] })
	}
	return records
}

// everywhere are the records of a kind under all parents.
func (s *server) everywhere(k *kind) []record {
	var all []record
	for _, r := range s.records {
		if r.kind == k && !r.gone {
			all = append(all, r)
		}
	}
	return all
}

// matches reports whether a genre is the one that is asked for.
func (s *server) matches(genre any, wanted string) bool {
	switch {
	case s.bug("pagination/filter-matches-parts"):
		return strings.Contains(fmt.Sprint(genre), wanted)
	case s.bug("pagination/filter-matches-others"):
		return genre != wanted
	case s.bug("pagination/filter-matches-nothing"):
		return false
	}
	return genre == wanted
}

// sortable is a value as a text for the order.
func (s *server) sortable(value any) string {
	text := fmt.Sprint(value)
	if s.bug("pagination/sort-by-first-letter") {
		return shortened(text, 1)
	}
	return text
}

// misorder is where the order of a list goes wrong.
func (s *server) misorder(records []record, want asked) {
	switch {
	case s.bug("pagination/order-random"):
		rand.Shuffle(len(records), func(i, j int) { records[i], records[j] = records[j], records[i] })
	case want.by == "id" && s.bug("pagination/order-newest-first"),
		want.by != "id" && s.bug("pagination/sorted-backwards"),
		want.page > 1 && s.bug("pagination/order-turns-on-later-pages"):
		slices.Reverse(records)
	case want.by == "id" && s.bug("pagination/order-by-updated-at"):
		slices.SortStableFunc(records, func(a, b record) int { return a.updated.Compare(b.updated) })
	}
}

// misturned is what becomes of a page.
func (s *server) misturned(page []record) []record {
	page = slices.Clone(page)
	if s.bug("pagination/page-reversed") {
		slices.Reverse(page)
	}
	return page
}

// entry is a record as a list shows it.
func (s *server) entry(r record) record {
	switch {
	case s.bug("crud/list-stale-after-change"):
		r.members = r.first
	case s.bug("time/updated-moves-on-list"):
		r.updated = s.now()
		s.put(r)
	}
	return r
}

// miscounted is the total of a list.
func (s *server) miscounted(c *call, want asked, onPage, total int) int {
	switch {
	case s.bug("pagination/total-is-of-page"):
		return onPage
	case s.bug("pagination/total-is-of-pages"):
		return pages(want, total)
	case s.bug("pagination/total-frozen"):
		return s.slips.seeded
	case s.bug("pagination/total-leaves-out-pages-before"):
		return max(total-(want.page-1)*want.perPage, 0)
	case s.bug("pagination/total-ignores-filter"):
		return len(s.listed(c))
	case s.bug("isolation/total-of-all-shelves"):
		return len(s.everywhere(c.kind))
	case s.bug("pagination/total-of-deleted-too"):
		for _, r := range s.records {
			if r.gone && r.kind == c.kind && r.parent == c.parent {
				total++
			}
		}
	}
	return total
}

// misjudged is the page that is cut for the one that is asked for.
func (s *server) misjudged(want asked, total int) asked {
	switch {
	case s.bug("pagination/per-page-ignored"):
		want.perPage = s.PageSize
	case s.bug("pagination/one-too-many"):
		want.perPage++
	case s.bug("pagination/one-too-few"):
		want.perPage = max(want.perPage-1, 1)
	case s.bug("pagination/page-ignored"):
		want.page = 1
	case s.bug("pagination/page-counts-from-zero"):
		want.page++
	case s.bug("pagination/past-the-end-last-page"):
		want.page = max(min(want.page, pages(want, total)), 1)
	}
	return want
}

// overrun is where a page past the end goes wrong.
func (s *server) overrun(want asked, total int) error {
	past := want.page > max(pages(want, total), 1)
	switch {
	case past && s.bug("pagination/past-the-end-404"):
		return notFound("page")
	case past && s.bug("pagination/past-the-end-500"):
		return failed()
	}
	return nil
}

// uncapped reports whether a page may have any size.
func (s *server) uncapped(name string) bool {
	return name == "per_page" && s.bug("pagination/per-page-over-maximum-served")
}

// crashedOver is what becomes of the refusal of a parameter.
func (s *server) crashedOver(name, text string, p *problem) *problem {
	_, err := strconv.Atoi(text)
	isNumber := err == nil
	negative := isNumber && strings.HasPrefix(text, "-")
	switch {
	case name == "page" && text == "0" && s.bug("pagination/page-zero-500"),
		name == "per_page" && text == "0" && s.bug("pagination/per-page-zero-500"),
		(name == "page" || name == "per_page") && negative && s.bug("pagination/negative-500"),
		(name == "page" || name == "per_page") && !isNumber && s.bug("pagination/not-a-number-500"),
		name == "per_page" && isNumber && !negative && text != "0" && s.bug("pagination/per-page-over-maximum-500"),
		name == "sort" && s.bug("pagination/unknown-sort-500"),
		name == "genre" && s.bug("pagination/unknown-genre-500"):
		return failed()
	case s.bug("validation/parameter-not-named"):
		p.field = ""
	}
	return p
}

// misheaded is what becomes of the headers of a list.
func (s *server) misheaded(header http.Header) http.Header {
	if s.bug("schema/link-missing") {
		return nil
	}
	return header
}
