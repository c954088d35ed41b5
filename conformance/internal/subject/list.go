package subject

import (
	"errors"
	"math"
	"net/http"
	"net/url"
	"strconv"
)

// window is the part of a list that a request asks for.
type window struct{ limit, offset int }

// list answers with one page of records, newest first.
func (s *server) list(c *call) (*answer, error) {
	asked, err := s.window(c.URL.Query())
	if err != nil {
		return nil, err
	}
	records := s.misordered(s.listed(c), asked)
	if err := s.overrun(asked, len(records)); err != nil {
		return nil, err
	}
	page := s.misturned(cut(records, s.misjudged(asked)), records, asked)
	results := make([]object, len(page))
	for i, r := range page {
		results[i] = s.view(s.entry(r))
	}
	return &answer{status: http.StatusOK, body: object{
		"count":    s.miscounted(c, asked, len(page), len(records)),
		"next":     s.misled(c, asked, len(records), next(c, asked, len(records))),
		"previous": s.misguided(c, asked, previous(c, asked)),
		"results":  results,
	}}, nil
}

// window reads limit and offset.
func (s *server) window(query url.Values) (window, error) {
	limit, err := s.wholeNumber(query, "limit", s.PageSize, 1)
	if err != nil {
		return window{}, err
	}
	if limit > s.MaxLimit && query.Has("limit") {
		if s.LimitOverMax == Refuse {
			return window{}, s.unnamed(invalid("max_value", "Ensure this value is less than or equal to "+strconv.Itoa(s.MaxLimit)+".", "limit"))
		}
		limit = s.MaxLimit
	}
	offset, err := s.wholeNumber(query, "offset", 0, 0)
	if err != nil {
		return window{}, err
	}
	return window{limit, offset}, nil
}

// wholeNumber reads a parameter that is a whole number, at least least.
func (s *server) wholeNumber(query url.Values, name string, absent, least int) (int, error) {
	if !query.Has(name) {
		return absent, nil
	}
	number, err := strconv.Atoi(query.Get(name))
	isNumber := err == nil || errors.Is(err, strconv.ErrRange) // far out, then
	switch {
	case isNumber && number >= least:
		return min(number, math.MaxInt32), nil
	case s.InvalidQuery == Ignore:
		return absent, nil
	case isNumber:
		return 0, s.crashedOver(name, number, invalid("min_value", "Ensure this value is greater than or equal to "+strconv.Itoa(least)+".", name))
	}
	return 0, s.crashedOver(name, 0, invalid("invalid_input", "Not a valid integer.", name))
}

// cut is the part of the records in a window.
func cut(records []record, w window) []record {
	first := min(w.offset, len(records))
	return records[first:min(first+w.limit, len(records))]
}
