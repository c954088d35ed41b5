package drift

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"understudy/conformance"
	"understudy/internal/resource"
)

// listed is a page of a list, as it was read.
type listed struct {
	body  any
	path  []string // the members that lead to the items
	items []map[string]any
	asked int  // the limit, 0 for none
	more  bool // there are records that are not on it
}

// readList reads a page. Where the items do not stand where the document says, they
// are looked for: the first list of objects is taken. ok is false when there is none.
func (s *side) readList(step *conformance.Step, body any) (l *listed, ok bool) {
	envelope := step.Collection.Envelope
	l = &listed{body: body}
	l.path, _ = envelope.Path(resource.ItemsPart)
	items, ok := within(body, l.path).([]any)
	if !ok {
		if l.path, items, ok = findList(body, nil); !ok {
			return nil, false
		}
	}
	for _, item := range items {
		if object, ok := item.(map[string]any); ok {
			l.items = append(l.items, object)
		}
	}
	if page := step.Collection.Page; page != nil && page.Size != nil {
		if asked, err := url.Parse(step.Exchange.URL); err == nil {
			l.asked, _ = strconv.Atoi(asked.Query().Get(page.Size.Name))
		}
	}
	l.more = l.tellsMore(step)
	return l, true
}

// findList finds the first list in a value, objects within objects included.
func findList(value any, before []string) (path []string, items []any, ok bool) {
	switch value := value.(type) {
	case []any:
		return before, value, true
	case map[string]any:
		for _, name := range namesOf(value, nil) {
			if path, items, ok := findList(value[name], append(before[:len(before):len(before)], name)); ok {
				return path, items, true
			}
		}
	}
	return nil, nil, false
}

// tellsMore reports whether a page says that there are other records.
func (l *listed) tellsMore(step *conformance.Step) bool {
	for _, part := range []resource.Part{resource.NextPart, resource.NextCursorPart} {
		if path, ok := step.Collection.Envelope.Path(part); ok && within(l.body, path) != nil && within(l.body, path) != "" {
			return true
		}
	}
	if path, ok := step.Collection.Envelope.Path(resource.MorePart); ok && within(l.body, path) == true {
		return true
	}
	if path, ok := step.Collection.Envelope.Path(resource.CountPart); ok {
		if count, isNumber := within(l.body, path).(json.Number); isNumber {
			total, _ := count.Int64()
			return total > int64(len(l.items))
		}
	}
	if page := step.Collection.Page; page != nil && page.TotalHeader != "" {
		total, _ := strconv.Atoi(step.Header.Get(page.TotalHeader))
		return total > len(l.items)
	}
	return strings.Contains(relations(strings.Join(step.Header.Values("Link"), ", ")), "next")
}

// beginning is the first records of a page.
func (l *listed) beginning() *listed {
	return &listed{items: l.items[:min(len(l.items), leastLeading)]}
}

// leastLeading is how many records of the run a list must begin with for its first pages
// to be known.
const leastLeading = 4

// placeOf says where the items stand.
func placeOf(path []string) string {
	if len(path) == 0 {
		return "the body is the list"
	}
	return "in " + strings.Join(path, ".")
}

// orderly is a link with its parameters in the order of their names.
func orderly(link string) string {
	path, query, asked := strings.Cut(link, "?")
	values, err := url.ParseQuery(query)
	if err != nil || !asked {
		return link
	}
	return path + "?" + values.Encode()
}

// bare is a link with the names of its parameters alone.
func bare(link string) string {
	path, query, _ := strings.Cut(link, "?")
	values, err := url.ParseQuery(query)
	if err != nil || len(values) == 0 {
		return path
	}
	var names []string
	for name := range values {
		names = append(names, name)
	}
	return path + "?" + strings.Join(sorted(names), "&")
}

// size is how many records a page has, or at least has where there are no more.
func size(l *listed) string {
	if l.more {
		return strconv.Itoa(len(l.items))
	}
	return fmt.Sprintf("all %d", len(l.items))
}
