package drift

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"understudy/conformance"
	"understudy/internal/resource"
)

// isSmall reports whether a step reads a small page at the start of a list, which is
// the same on both sides.
func (c *comparison) isSmall(p pair) bool {
	return c.stocked[p.there.Collection.Path] && slices.Contains([]string{"a page of 1", "a page of 2", "the page after one of 2"}, p.there.Name)
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
	if len(c.there.made[p.there.Collection.Path]) == 0 {
		return // the target made no records, which its answers to the creation tell
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
