package drift

import (
	"net/http"

	"understudy/conformance"
	"understudy/internal/resource"
)

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
			values[written(s.canon(value))] = true
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
