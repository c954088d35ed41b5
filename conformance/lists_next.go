package conformance

import (
	"encoding/json"
	"net/url"
	"strconv"
	"strings"

	"understudy/internal/contract"
	"understudy/internal/resource"
)

// way is a place where a list says what leads to another page: a member of its
// body, or the header Link.
type way struct {
	part   resource.Part
	header bool
}

// told is what a page tells beside its records.
type told struct {
	leads   map[way]string        // URLs and cursors
	numbers map[resource.Part]int // of the list and of the page
	headed  int                   // how many records there are, by a header; -1 when none tells
}

// leadParts are the parts that lead to a page.
var leadParts = []resource.Part{
	resource.NextPart, resource.PreviousPart, resource.FirstPart, resource.LastPart, resource.SelfPart,
	resource.NextCursorPart, resource.PreviousCursorPart,
}

// relations are the parts that Link gives (RFC 8288), by the relation.
var relations = map[string]resource.Part{
	"next": resource.NextPart, "prev": resource.PreviousPart, "previous": resource.PreviousPart,
	"first": resource.FirstPart, "last": resource.LastPart,
}

// readParts reads what a list tells beside its items.
func (p *page) readParts(e *env, body map[string]any) {
	p.told = told{leads: map[way]string{}, numbers: map[resource.Part]int{}, headed: -1}
	part := func(part resource.Part) any {
		path, ok := e.collection.Envelope.Path(part)
		if !ok {
			return nil
		}
		return within(body, path)
	}
	for _, known := range leadParts {
		p.leads[way{part: known}] = plain(part(known))
	}
	for _, known := range []resource.Part{resource.CountPart, resource.StartPart, resource.SizePart, resource.PagesPart, resource.LengthPart} {
		if number, err := strconv.Atoi(plain(part(known))); err == nil {
			p.numbers[known] = number
		}
	}
	if count, ok := p.numbers[resource.CountPart]; ok {
		p.count = count
	}
	_, p.hasNext = e.collection.Envelope.Path(resource.NextPart)
	p.more, p.tellsMore = part(resource.MorePart).(bool)
	p.readHeaders(e)
	p.next, p.previous = p.link(resource.NextPart), p.link(resource.PreviousPart)
}

// readHeaders reads what a list tells in its headers.
func (p *page) readHeaders(e *env) {
	paging := e.collection.Page
	if paging == nil {
		return
	}
	if total, err := strconv.Atoi(p.answer.header.Get(paging.TotalHeader)); err == nil && paging.TotalHeader != "" {
		p.headed = total
		if p.count < 0 {
			p.count = total
		}
	}
	if !paging.LinkHeader {
		return
	}
	p.hasNext = true
	for relation, target := range parseLinks(p.answer.header.Values("Link")) {
		if part, ok := relations[relation]; ok {
			p.leads[way{part, true}] = target
		}
	}
}

// link is the URL that a page gives for another, "" when there is none.
func (p *page) link(part resource.Part) string {
	if found := p.leads[way{part: part}]; found != "" {
		return found
	}
	return p.leads[way{part, true}]
}

// within is the value at the end of a path of members, nil when there is none.
func within(value any, path []string) any {
	for _, name := range path {
		value = inside(value, name)
	}
	return value
}

// after is the path of the page that follows one at a path, when so many records
// were seen with it; "" when nothing follows.
func (e *env) after(p *page, path string, seen int) string {
	paging := e.collection.Page
	switch {
	case len(p.items) == 0 || paging == nil && p.next == "":
		return ""
	case p.next != "":
		return e.leadOn(p)
	case p.hasNext:
		return ""
	}
	switch paging.Style {
	case resource.Cursor:
		return e.leadOn(p)
	case resource.AfterItem:
		if p.tellsMore && !p.more {
			return ""
		}
		return e.withStart(path, idOf(p.items[len(p.items)-1], e.collection))
	case resource.PageNumber:
		if p.count >= 0 && seen >= p.count {
			return ""
		}
		return e.withStart(path, strconv.Itoa(e.startOf(path, paging.First)+1))
	}
	if p.count >= 0 && seen >= p.count {
		return ""
	}
	return e.withStart(path, strconv.Itoa(seen))
}

// leadOn is the path to which a page itself leads on, "" when it does not.
func (e *env) leadOn(p *page) string {
	for _, w := range e.ways(resource.NextPart, resource.NextCursorPart) {
		if p.leads[w] == "" {
			continue
		}
		if path, err := e.leadPath(p, w); err == nil {
			return path
		}
	}
	return ""
}

// withStart is a path of the list with another start, "" when there is none.
func (e *env) withStart(path, start string) string {
	paging := e.collection.Page
	if paging == nil || paging.Start == nil || start == "" {
		return ""
	}
	return e.withQuery(path, url.Values{e.startName(): {start}}, e.backName())
}

// withQuery is a path with other values of some parameters, and without one.
func (e *env) withQuery(path string, set url.Values, without string) string {
	path, query, _ := strings.Cut(path, "?")
	values, _ := url.ParseQuery(query)
	values.Del(without)
	for name, value := range set {
		values[name] = value
	}
	return path + "?" + values.Encode()
}

// startOf is the number that the start of a page has in its path.
func (e *env) startOf(path string, absent int) int {
	_, query, _ := strings.Cut(path, "?")
	values, _ := url.ParseQuery(query)
	if number, err := strconv.Atoi(values.Get(nameOf(e.collection.Page.Start))); err == nil {
		return number
	}
	return absent
}

// nameOf is the name of a parameter, "" when there is none.
func nameOf(p *contract.Parameter) string {
	if p == nil {
		return ""
	}
	return p.Name
}

// plain is a text or a number as a text, "" for anything else.
func plain(value any) string {
	switch value := value.(type) {
	case string:
		return value
	case json.Number:
		return string(value)
	}
	return ""
}
