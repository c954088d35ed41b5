package drift

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"understudy/conformance"
	"understudy/internal/contract"
	"understudy/internal/resource"
)

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
			values[written(item[step.Tried])] = true
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
