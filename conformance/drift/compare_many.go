package drift

import (
	"encoding/json"
	"net/http"
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
		distinct[show(value)] = true
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

// compareVariety looks for members that the server sets and that are the same on all
// new records of one side, and not on the other.
func (c *comparison) compareVariety(collection *resource.Collection) {
	p, here, there, ok := c.births(collection)
	if !ok {
		return
	}
	for _, f := range collection.Fields {
		switch f.Source {
		case resource.FromID, resource.FromCreated, resource.FromUpdated, resource.FromParent, resource.FromClient, resource.FromLifecycle:
			continue
		}
		left, right := variety(c.here, here, f.Name), variety(c.there, there, f.Name)
		if (left == 1) == (right == 1) || left == 0 || right == 0 {
			continue
		}
		found := Finding{Kind: Varies, Where: f.Name, Here: constancy(left), There: constancy(right), field: f.Name}
		if right == 1 {
			found.value = there[0][f.Name]
		} else {
			found.value = column(there, f.Name)
		}
		c.found(p, found)
	}
}

// births are the new records that both sides made, as they answered.
func (c *comparison) births(collection *resource.Collection) (first pair, here, there []map[string]any, ok bool) {
	for _, born := range c.there.Steps {
		other := c.here.steps[born.Key()]
		if born.Collection == nil || born.Collection.Path != collection.Path || born.ID == "" || other == nil || other.ID == "" || born.Exchange.Method != http.MethodPost {
			continue
		}
		left, right := c.shownItem(other), c.shownItem(born)
		if left == nil || right == nil {
			continue
		}
		here, there = append(here, left), append(there, right)
		first = pair{other, born}
	}
	return first, here, there, len(there) >= leastOrdered
}

// shownItem is the item in the answer of a step, nil when there is none.
func (c *comparison) shownItem(step *conformance.Step) map[string]any {
	body, _ := decoded(step)
	binding, _ := c.there.Model.Bind(c.there.Contract.Operation(step.Operation.Method, step.Operation.Path))
	path, _ := binding.Shown.Path(resource.ItemPart)
	item, _ := within(body, path).(map[string]any)
	return item
}

// variety is how many values a member has.
func variety(s *side, items []map[string]any, name string) int {
	values := map[string]bool{}
	for _, item := range items {
		if value, ok := item[name]; ok {
			values[show(s.canon(value))] = true
		}
	}
	return len(values)
}

func constancy(n int) string {
	if n == 1 {
		return "the same on every new record"
	}
	return "another on each new record"
}
