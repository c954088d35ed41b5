package conformance

import (
	"encoding/json"
	"net/url"
	"strconv"
	"strings"

	"github.com/peterhellberg/link"

	"understudy/internal/resource"
)

// readParts reads what a list tells beside its items.
func (p *page) readParts(e *env, body map[string]any) {
	envelope := e.collection.Envelope
	part := func(part resource.Part) any {
		path, ok := envelope.Path(part)
		if !ok {
			return nil
		}
		return within(body, path)
	}
	if number, ok := part(resource.CountPart).(json.Number); ok {
		p.count, _ = strconv.Atoi(string(number))
	}
	_, p.hasNext = envelope.Path(resource.NextPart)
	p.next, _ = part(resource.NextPart).(string)
	p.previous, _ = part(resource.PreviousPart).(string)
	p.nextCursor, p.previousCursor = plain(part(resource.NextCursorPart)), plain(part(resource.PreviousCursorPart))
	p.more, p.tellsMore = part(resource.MorePart).(bool)
	p.readHeaders(e)
}

// readHeaders reads what a list tells in its headers.
func (p *page) readHeaders(e *env) {
	paging := e.collection.Page
	if paging == nil {
		return
	}
	if total, err := strconv.Atoi(p.answer.header.Get(paging.TotalHeader)); err == nil && paging.TotalHeader != "" && p.count < 0 {
		p.count = total
	}
	if !paging.LinkHeader {
		return
	}
	p.hasNext = true
	links := link.Parse(strings.Join(p.answer.header.Values("Link"), ", "))
	for relation, target := range map[string]*string{"next": &p.next, "prev": &p.previous, "previous": &p.previous} {
		if found := links[relation]; found != nil {
			*target = found.URI
		}
	}
}

// within is the value at the end of a path of members, nil when there is none.
func within(value any, path []string) any {
	for _, name := range path {
		value = inside(value, name)
	}
	return value
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

// after is the path of the page that follows one at a path, when so many records
// were seen with it; "" when nothing follows.
func (e *env) after(p *page, path string, seen int) string {
	paging := e.collection.Page
	switch {
	case len(p.items) == 0 || paging == nil && p.next == "":
		return ""
	case p.next != "":
		next, _ := e.relative(p.next)
		return next
	case p.hasNext:
		return ""
	}
	switch paging.Style {
	case resource.Cursor:
		return e.withStart(path, p.nextCursor)
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

// withStart is a path of the list with another start, "" when there is none.
func (e *env) withStart(path, start string) string {
	if start == "" {
		return ""
	}
	path, query, _ := strings.Cut(path, "?")
	values, _ := url.ParseQuery(query)
	values.Set(e.collection.Page.Start.Name, start)
	return path + "?" + values.Encode()
}

// startOf is the number that the start of a page has in its path.
func (e *env) startOf(path string, absent int) int {
	_, query, _ := strings.Cut(path, "?")
	values, _ := url.ParseQuery(query)
	if number, err := strconv.Atoi(values.Get(e.collection.Page.Start.Name)); err == nil {
		return number
	}
	return absent
}
