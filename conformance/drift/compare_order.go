package drift

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"understudy/conformance"
	"understudy/internal/resource"
)

// creation names the order in which records were made.
const creation = "the order of creation"

// compareOrder compares the orders of a list: that of the stand-in must be one that
// the records of the target are in.
func (c *comparison) compareOrder(collection *resource.Collection) {
	p, ok := c.longest(collection)
	if !ok {
		return
	}
	here, there := c.here.orders(p.here), c.there.orders(p.there)
	if len(here) == 0 || there == nil {
		return
	}
	for _, order := range here {
		if slices.Contains(there, order) {
			return
		}
	}
	f := Finding{Kind: Order, Here: here[0], There: "none that a member tells"}
	if len(there) > 0 {
		f.There, f.value = there[0], there
	}
	c.found(p, f)
}

// longest is the step that read the most records of a list on both sides.
func (c *comparison) longest(collection *resource.Collection) (found pair, ok bool) {
	most := 1
	for _, there := range c.there.Steps {
		here := c.here.steps[there.Key()]
		p := pair{here, there}
		if here == nil || there.Collection == nil || there.Collection.Path != collection.Path || !c.isList(p) || !readsFromStart(p) || !succeeds(here.Status) || !succeeds(there.Status) {
			continue
		}
		if n := min(c.here.count(here), c.there.count(there)); n > most {
			found, most, ok = p, n, true
		}
	}
	return found, ok
}

// count is how many records a page has.
func (s *side) count(step *conformance.Step) int {
	if l := s.page(step); l != nil {
		return len(l.items)
	}
	return 0
}

// page is the page that a step read, nil when it read none.
func (s *side) page(step *conformance.Step) *listed {
	body, ok := decoded(step)
	if !ok {
		return nil
	}
	l, _ := s.readList(step, body)
	return l
}

// orders lists the orders that explain a page, those of the document first. It is nil
// when the page tells nothing of its order.
func (s *side) orders(step *conformance.Step) []string {
	l, collection := s.page(step), step.Collection
	if l == nil || len(l.items) < leastOrdered {
		return nil
	}
	found := []string{}
	for _, source := range []resource.Source{resource.FromCreated, resource.FromUpdated, resource.FromClient, resource.FromID, ""} {
		for _, f := range collection.Fields {
			isOther := source == "" && !slices.Contains([]resource.Source{resource.FromCreated, resource.FromUpdated, resource.FromClient, resource.FromID}, f.Source)
			if f.Source == source || isOther {
				found = append(found, ordersBy(f.Name, column(l.items, f.Name))...)
			}
		}
	}
	found = append(found, s.byCreation(step, l)...)
	if declared := orderOf(collection); slices.Contains(found, declared) {
		found = slices.Insert(found, 0, declared)
	}
	return found
}

// leastOrdered is how many records an order shows in.
const leastOrdered = 3

// column are the values of a member.
func column(items []map[string]any, name string) []any {
	values := make([]any, len(items))
	for i, item := range items {
		values[i] = item[name]
	}
	return values
}

// ordersBy are the orders by one member that values are in: none where they are too
// much alike to tell.
func ordersBy(name string, values []any) []string {
	distinct := map[string]bool{}
	for _, value := range values {
		distinct[written(value)] = true
	}
	if len(distinct) < leastOrdered {
		return nil
	}
	switch {
	case slices.IsSortedFunc(values, compareValues):
		return []string{name}
	case slices.IsSortedFunc(values, func(a, b any) int { return compareValues(b, a) }):
		return []string{"-" + name}
	}
	return nil
}

// compareValues orders null before other values, numbers by their worth, times by the
// moment, and texts as they are written.
func compareValues(a, b any) int {
	x, isNumber := a.(json.Number)
	y, alsoNumber := b.(json.Number)
	if isNumber && alsoNumber {
		one, _ := x.Float64()
		other, _ := y.Float64()
		switch {
		case one < other:
			return -1
		case one > other:
			return 1
		}
		return 0
	}
	text, _ := a.(string)
	other, _ := b.(string)
	at, err := time.Parse(time.RFC3339Nano, text)
	too, otherErr := time.Parse(time.RFC3339Nano, other)
	if err == nil && otherErr == nil {
		return at.Compare(too)
	}
	return strings.Compare(text, other)
}

// byCreation is the order of creation, when the records of the run are in it.
func (s *side) byCreation(step *conformance.Step, l *listed) []string {
	ranks := s.births(step, l)
	switch {
	case len(ranks) < leastOrdered:
	case slices.IsSorted(ranks):
		return []string{creation}
	case slices.IsSortedFunc(ranks, func(a, b string) int { return strings.Compare(b, a) }):
		return []string{"-" + creation}
	}
	return nil
}

// orderOf is the order of a list as the vocabulary writes it.
func orderOf(c *resource.Collection) string {
	if c.Order.Field == "" {
		return creation
	}
	return c.Order.String()
}
