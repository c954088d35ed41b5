package library

import (
	"cmp"
	"errors"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// asked is what a request wants of a list.
type asked struct {
	page, perPage int
	by            string // the member to sort by
	descending    bool
	genre         string // "" for all
}

// list answers with one page of records.
func (s *server) list(c *call) (*answer, error) {
	want, err := s.asked(c)
	if err != nil {
		return nil, err
	}
	records := s.chosen(s.listed(c), want)
	s.sort(records, want)
	if err := s.overrun(want, len(records)); err != nil {
		return nil, err
	}
	page := s.misturned(cut(records, s.misjudged(want, len(records))))
	shown := make([]object, len(page))
	for i, r := range page {
		shown[i] = s.view(s.entry(r))
	}
	return &answer{
		status: http.StatusOK,
		header: s.misheaded(http.Header{"Link": {s.links(c, want, len(records))}}),
		body: object{
			c.kind.many: shown,
			"meta":      object{"total": s.miscounted(c, want, len(page), len(records))},
		},
	}, nil
}

// asked reads the query.
func (s *server) asked(c *call) (asked, error) {
	query := c.URL.Query()
	want := asked{by: "id"}
	var err error
	if want.page, err = s.wholeNumber(query, "page", 1, math.MaxInt32); err != nil {
		return want, err
	}
	if want.perPage, err = s.wholeNumber(query, "per_page", s.PageSize, maxPerPage); err != nil {
		return want, err
	}
	if err := s.readSort(c, query, &want); err != nil {
		return want, err
	}
	if c.kind == s.kinds.book && query.Has("genre") {
		want.genre, err = s.oneOf(query, "genre", "", genres())
	}
	return want, err
}

// readSort reads by which member a list is to be sorted.
func (s *server) readSort(c *call, query url.Values, want *asked) error {
	members := []string{"id", "-id", "name", "-name"}
	if c.kind == s.kinds.book {
		members = []string{"id", "-id", "title", "-title", "pages", "-pages"}
	}
	by, err := s.oneOf(query, "sort", "id", members)
	want.by, want.descending = strings.CutPrefix(by, "-")
	return err
}

// oneOf reads a parameter that has one of some values.
func (s *server) oneOf(query url.Values, name, absent string, values []string) (string, error) {
	value := query.Get(name)
	switch {
	case !query.Has(name):
		return absent, nil
	case slices.Contains(values, value):
		return value, nil
	case s.InvalidQuery == Ignore:
		return absent, nil
	}
	return "", s.crashedOver(name, value, invalid(name, "%s must be one of %s.", name, strings.Join(values, ", ")))
}

// wholeNumber reads a parameter that is a number from 1 to most.
func (s *server) wholeNumber(query url.Values, name string, absent, most int) (int, error) {
	if !query.Has(name) {
		return absent, nil
	}
	text := query.Get(name)
	number, err := strconv.Atoi(text)
	isNumber := err == nil || errors.Is(err, strconv.ErrRange)
	capped := number > most && (name == "page" || s.PerPageOverMax == Cap)
	switch {
	case isNumber && number > most && s.uncapped(name):
		return number, nil
	case isNumber && capped:
		return most, nil
	case isNumber && number >= 1 && number <= most:
		return number, nil
	case s.InvalidQuery == Ignore && (!isNumber || number < 1):
		return absent, nil
	}
	return 0, s.crashedOver(name, text, invalid(name, "%s must be a number from 1 to %d.", name, most))
}

// chosen are the records that the request wants.
func (s *server) chosen(records []record, want asked) []record {
	if want.genre == "" || s.bug("pagination/filter-ignored") {
		return records
	}
	return slices.DeleteFunc(records, func(r record) bool { return !s.matches(r.members["genre"], want.genre) })
}

// sort puts records in the order that the request wants.
func (s *server) sort(records []record, want asked) {
	slices.SortStableFunc(records, byID)
	if want.by != "id" && !s.bug("pagination/sort-ignored") {
		slices.SortStableFunc(records, func(a, b record) int { return s.compare(a.members[want.by], b.members[want.by]) })
	}
	if want.descending && !s.bug("pagination/descending-ignored") {
		slices.Reverse(records)
	}
	s.misorder(records, want)
}

// compare orders two values of a member.
func (s *server) compare(a, b any) int {
	one, isNumber := a.(int)
	other, _ := b.(int)
	if isNumber && !s.bug("pagination/numbers-sorted-as-text") {
		return cmp.Compare(one, other)
	}
	return cmp.Compare(s.sortable(a), s.sortable(b))
}

// cut is one page of the records.
func cut(records []record, want asked) []record {
	first := len(records)
	if want.page-1 < (len(records)+want.perPage-1)/max(want.perPage, 1) {
		first = min((want.page-1)*want.perPage, len(records))
	}
	return records[first:][:min(max(want.perPage, 0), len(records)-first)]
}
