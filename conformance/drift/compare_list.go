package drift

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"understudy/conformance"
	"understudy/internal/contract"
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

// isSmall reports whether a step reads a small page at the start of a list, which is
// the same on both sides.
func (c *comparison) isSmall(p pair) bool {
	return c.stocked[p.there.Collection.Path] && slices.Contains([]string{"a page of 1", "a page of 2", "the page after one of 2"}, p.there.Name)
}

// stock are the steps that made a record for the list.
func (s *side) stock(c *resource.Collection) []string {
	var made []string
	for _, step := range s.Steps {
		if isStock(step) && step.Collection.Path == c.Path && succeeds(step.Status) {
			made = append(made, step.Name)
		}
	}
	return made
}

// isStock reports whether a step makes a record for the list.
func isStock(step *conformance.Step) bool {
	return step.Collection != nil && stockOnly(step.Name) != ""
}

// stockOnly is the name of a step that makes a record for the list, "" for any other.
func stockOnly(name string) string {
	if strings.HasPrefix(name, "record ") && strings.HasSuffix(name, " for the list") {
		return name
	}
	return ""
}

// compareLists compares two pages: what stands around the items, how many there are,
// and those of the run.
func (c *comparison) compareLists(p pair, here, there any) {
	left, isHere := c.here.readList(p.here, here)
	right, isThere := c.there.readList(p.there, there)
	if !isHere || !isThere {
		c.compareForms(p, "", here, there)
		return
	}
	if !slices.Equal(left.path, right.path) {
		c.found(p, Finding{Kind: Shape, Where: "items", Here: placeOf(left.path), There: placeOf(right.path), value: there})
	} else {
		c.compareEnvelopes(p, left, right)
	}
	c.compareSizes(p, left, right)
	c.compareNumbers(p, left, right)
	c.compareOwn(p, left, right)
	c.comparePlaces(p, left, right)
	c.compareChosen(p, left, right)
}

// comparePlaces compares which records of the run small pages hold, where both lists
// begin with the same ones.
func (c *comparison) comparePlaces(p pair, here, there *listed) {
	left, right := c.here.births(p.here, here), c.there.births(p.there, there)
	path := p.there.Collection.Path
	if p.there.Name == "the list" {
		first := c.here.births(p.here, here.beginning())
		c.leading[path] = len(first) == leastLeading && slices.Equal(first, c.there.births(p.there, there.beginning()))
		return
	}
	if c.leading[path] && c.isSmall(p) && !slices.Equal(left, right) {
		c.found(p, Finding{Kind: Page, Where: "records", Here: orNone(left), There: orNone(right)})
	}
}

// beginning is the first records of a page.
func (l *listed) beginning() *listed {
	return &listed{items: l.items[:min(len(l.items), leastLeading)]}
}

// leastLeading is how many records of the run a list must begin with for its first pages
// to be known.
const leastLeading = 4

// compareChosen compares which records of the run a list shows that was asked to sort or
// to filter, and in which order.
func (c *comparison) compareChosen(p pair, here, there *listed) {
	sorted := strings.HasPrefix(p.there.Name, "the list sorted with ")
	if !c.stocked[p.there.Collection.Path] || !sorted && !strings.HasPrefix(p.there.Name, "the list where ") {
		return
	}
	left, right := c.here.births(p.here, here), c.there.births(p.there, there)
	if sorted && (!c.here.tells(p.here, here) || !c.there.tells(p.there, there)) {
		return
	}
	if sorted { // others may have pushed some off the page
		left, right = amongBoth(left, right), amongBoth(right, left)
	} else {
		slices.Sort(left)
		slices.Sort(right)
	}
	if !slices.Equal(left, right) {
		c.found(p, Finding{Kind: Order, Where: p.there.Tried, Here: orNone(left), There: orNone(right)})
	}
}

// tells reports whether the records of the run differ in the member that a list is
// sorted by: others may stand in any order.
func (s *side) tells(step *conformance.Step, l *listed) bool {
	values := map[string]bool{}
	own := 0
	for _, item := range l.items {
		if s.birthOf(step.Collection, item) != "" {
			values[show(item[step.Tried])] = true
			own++
		}
	}
	return len(values) == own
}

// births are the steps that made the records of the run on a page, in their order.
func (s *side) births(step *conformance.Step, l *listed) []string {
	var names []string
	for _, item := range l.items {
		if name := s.birthOf(step.Collection, item); name != "" {
			names = append(names, strings.TrimSuffix(name, " for the list"))
		}
	}
	return names
}

// amongBoth are the names of a list that are in another too.
func amongBoth(names, others []string) []string {
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool { return !slices.Contains(others, name) })
}

func orNone(names []string) string {
	if len(names) == 0 {
		return "none of the run's"
	}
	return strings.Join(names, ", ")
}

// placeOf says where the items stand.
func placeOf(path []string) string {
	if len(path) == 0 {
		return "the body is the list"
	}
	return "in " + strings.Join(path, ".")
}

// compareEnvelopes compares what stands around the items.
func (c *comparison) compareEnvelopes(p pair, here, there *listed) {
	left, right := emptied(here.body, here.path), emptied(there.body, there.path)
	one, other := leaves(left), leaves(right)
	isSure := c.isSmall(p) || c.here.isWhole(p.here, here) && c.there.isWhole(p.there, there)
	for _, at := range namesOf(one, other) {
		value, isHere := one[at]
		counterpart, isThere := other[at]
		switch {
		case !isHere:
			c.found(p, Finding{Kind: Shape, Where: at, Here: "absent", There: kind(counterpart), value: there.body})
		case !isThere:
			c.found(p, Finding{Kind: Shape, Where: at, Here: kind(value), There: "absent", value: there.body})
		case kind(value) != kind(counterpart) && (isSure || value != nil && counterpart != nil):
			c.found(p, Finding{Kind: Shape, Where: at, Here: kind(value), There: kind(counterpart), value: there.body})
		case c.isSmall(p):
			c.compareLinks(p, at, value, counterpart)
		}
	}
}

// compareLinks compares two links by what they lead to.
func (c *comparison) compareLinks(p pair, at string, here, there any) {
	left, isText := here.(string)
	right, alsoText := there.(string)
	if !isText || !alsoText || !strings.Contains(left, "/") && !strings.Contains(right, "/") {
		return
	}
	one, other := c.here.text(left), c.there.text(right)
	if page := p.there.Collection.Page; page == nil || page.Style == resource.Cursor || page.Style == resource.AfterItem {
		one, other = bare(one), bare(other)
	}
	if one, other := orderly(one), orderly(other); one != other {
		c.found(p, Finding{Kind: Page, Where: at, Here: one, There: other})
	}
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

// compareSizes compares how many records the pages hold, as far as there are enough on
// both sides for that to tell something.
func (c *comparison) compareSizes(p pair, here, there *listed) {
	left, right := len(here.items), len(there.items)
	full := there.more && right < left || here.more && left < right
	ignored := there.asked > 0 && (left > there.asked) != (right > there.asked)
	if !full && !ignored || !readsFromStart(p) {
		return
	}
	what := "records on a page"
	if there.asked > 0 {
		what = fmt.Sprintf("records on a page of %d", there.asked)
	}
	c.found(p, Finding{Kind: Page, Where: what, Here: size(here), There: size(there)})
}

// size is how many records a page has, or at least has where there are no more.
func size(l *listed) string {
	if l.more {
		return strconv.Itoa(len(l.items))
	}
	return fmt.Sprintf("all %d", len(l.items))
}

// compareNumbers compares how many records a list says that there are, and how many a
// whole list shows, beside those that there must be: the ones from before the run, and
// the run's own.
func (c *comparison) compareNumbers(p pair, here, there *listed) {
	if !readsFromStart(p) && p.there.Name != "the page after one of 2" && p.there.Name != "a page past the end" {
		return
	}
	left, isHere := c.here.surplus(p.here, here)
	right, isThere := c.there.surplus(p.there, there)
	if isHere && isThere && left != right {
		c.found(p, Finding{Kind: Page, Where: "the number of all records", Here: surplusOf(left), There: surplusOf(right)})
	}
	if !readsFromStart(p) || here.more || there.more || here.asked > 0 && here.asked <= len(here.items) || there.asked > 0 && there.asked <= len(there.items) {
		return
	}
	if one, other := len(c.here.births(p.here, here)), len(c.there.births(p.there, there)); one != other {
		c.found(p, Finding{Kind: Page, Where: "records of the run", Here: strconv.Itoa(one), There: strconv.Itoa(other)})
	}
}

// isWhole reports whether a page shows all records that there are, and could show more.
func (s *side) isWhole(step *conformance.Step, l *listed) bool {
	before, known := s.Stock[step.Collection.Path]
	all := before + len(s.stock(step.Collection))
	return known && len(l.items) == all && (l.asked == 0 || l.asked > all) && (step.Name == "the list" || l.asked > 0)
}

// surplus is by how many a list counts more records than there are. ok is false where
// it does not count, or nobody knows how many there are.
func (s *side) surplus(step *conformance.Step, l *listed) (n int, ok bool) {
	before, known := s.Stock[step.Collection.Path]
	path, counts := step.Collection.Envelope.Path(resource.CountPart)
	if !known || !counts {
		return 0, false
	}
	count, isNumber := within(l.body, path).(json.Number)
	total, err := strconv.Atoi(string(count))
	return total - before - len(s.stock(step.Collection)), isNumber && err == nil
}

// surplusOf says how a number is beside the true one.
func surplusOf(n int) string {
	switch {
	case n > 0:
		return fmt.Sprintf("%d more than there are", n)
	case n < 0:
		return fmt.Sprintf("%d less than there are", -n)
	}
	return "as many as there are"
}

// readsFromStart reports whether a step reads the first page of a list.
func readsFromStart(p pair) bool {
	return p.there.Name == "the list" || strings.HasPrefix(p.there.Name, "a page of ")
}

// compareOwn compares the records of the run that are on both pages; where there are
// none, what all records of each page have in common.
func (c *comparison) compareOwn(p pair, here, there *listed) {
	own, others := c.here.own(p.here, here), c.there.own(p.there, there)
	for _, role := range slices.Sorted(maps.Keys(others)) {
		if other := own[role]; other != nil {
			c.compareItems(p, "item ", other, others[role])
			return
		}
	}
	if c.there.ReadOnly != "" {
		c.compareAll(p, "item ", here.items, there.items)
	}
}

// own are the records of the run on a page, by their role.
func (s *side) own(step *conformance.Step, l *listed) map[string]map[string]any {
	found := map[string]map[string]any{}
	for _, item := range l.items {
		if role := s.birthOf(step.Collection, item); role != "" {
			found[role] = item
		}
	}
	return found
}

// birthOf is the step that made a record for the list, "" for any other record.
func (s *side) birthOf(c *resource.Collection, item map[string]any) string {
	return stockOnly(s.made[c.Path][idIn(c, item)])
}

// idIn is the id of a record, "" when it has none.
func idIn(c *resource.Collection, item map[string]any) string {
	path := c.IDPath
	if len(path) == 0 {
		path = []string{c.IDField}
	}
	switch id := within(item, path).(type) {
	case string:
		return id
	case json.Number:
		return string(id)
	}
	return ""
}

// compareAll compares the types that members have on records that the run did not make.
// They have had lives of their own: what may be null, or left out, tells nothing.
func (c *comparison) compareAll(p pair, before string, here, there []map[string]any) {
	if len(here) == 0 || len(there) == 0 {
		return
	}
	left, right := kindsOf(here), kindsOf(there)
	for _, f := range p.there.Collection.Fields {
		one, other := left[f.Name], right[f.Name]
		isNull := slices.Contains(one, "null") || slices.Contains(other, "null")
		alike := slices.ContainsFunc(one, func(k string) bool { return slices.Contains(other, k) })
		if alike || isNull && f.Schema != nil && contract.Nullable(f.Schema.Node()) || !f.Required && (one == nil || other == nil) {
			continue
		}
		c.found(p, Finding{Kind: Shape, Where: before + f.Name, Here: orAbsent(strings.Join(one, " or ")), There: orAbsent(strings.Join(other, " or ")), field: f.Name})
	}
}

// kindsOf are the types that each member has on some records.
func kindsOf(items []map[string]any) map[string][]string {
	found := map[string][]string{}
	for _, item := range items {
		for name, value := range item {
			if k := kind(value); !slices.Contains(found[name], k) {
				found[name] = sorted(append(found[name], k))
			}
		}
	}
	return found
}
