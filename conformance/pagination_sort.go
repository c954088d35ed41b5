package conformance

import (
	"context"
	"maps"
	"net/url"
	"slices"
	"strings"

	"understudy/internal/contract"
	"understudy/internal/resource"
)

// arrangement is one order in which a list can be asked for.
type arrangement struct {
	query      url.Values
	field      string
	descending bool
	open       bool // the document does not say in which direction
}

// arranged is a list that came in an order.
type arranged struct {
	ids    []string
	scales []scale // by which it may be in order
}

// sortedMembers is how many members a list is sorted by.
const sortedMembers = 2

func checkSort(ctx context.Context, e *env, l *contents) error {
	names := e.sortNames(l)
	if len(names) == 0 {
		return notApplicable("no member to sort by has two values among the records")
	}
	var lax error
	for _, name := range names[:min(len(names), sortedMembers)] {
		var orders [][]string
		scales := e.scales(e.collection.Sort.Fields[name])
		for _, a := range e.arrangements(name) {
			list, err := e.expectArranged(ctx, l, a, scales)
			if isWarning(err) {
				lax = err
				continue
			}
			if err != nil {
				return err
			}
			if list == nil {
				continue // refused, as an order may be
			}
			orders, scales = append(orders, list.ids), list.scales // one direction is the opposite of the other
		}
		if len(orders) == 2 && slices.Equal(orders[0], orders[1]) {
			return failf(e.lastAnswer(), "sorting by %s gives the same in both directions, and the records differ in it", e.collection.Sort.Fields[name])
		}
	}
	return lax
}

// listsSorts reports whether the document lists the values to sort by. Where it does
// not, a target may know others than the members, and ignore what it does not know.
func (e *env) listsSorts() bool {
	by := e.collection.Sort.By
	return by.Schema != nil && contract.Keyword(by.Schema.Node(), "enum").Exists()
}

// sortNames are the names to sort by of members in which records differ, those first
// that everybody sorts alike.
func (e *env) sortNames(l *contents) []string {
	var sure, others []string
	for _, name := range slices.Sorted(maps.Keys(e.collection.Sort.Fields)) {
		values := l.values(e.collection.Sort.Fields[name])
		differ := func(compare func(a, b any) bool) bool {
			return slices.ContainsFunc(values, func(value any) bool { return compare(values[0], value) })
		}
		switch {
		case differ(func(a, b any) bool { return compareValues(a, b) != 0 }):
			sure = append(sure, name)
		case differ(func(a, b any) bool { return !equal(a, b) }):
			others = append(others, name)
		}
	}
	return append(sure, others...)
}

// values are the values of a member, without those that are null or not there, which
// stand at the start or at the end as a server likes.
func (l *contents) values(field string) []any {
	var values []any
	for _, item := range l.items {
		if item[field] != nil {
			values = append(values, item[field])
		}
	}
	return values
}

// arrangements are the orders by one member.
func (e *env) arrangements(name string) []arrangement {
	sort := e.collection.Sort
	by, field := sort.By.Name, sort.Fields[name]
	if sort.Direction != nil {
		up, down := directions(sort.Direction)
		return []arrangement{
			{query: url.Values{by: {name}, sort.Direction.Name: {up}}, field: field},
			{query: url.Values{by: {name}, sort.Direction.Name: {down}}, field: field, descending: true},
		}
	}
	if !sort.Signed {
		return []arrangement{{query: url.Values{by: {name}}, field: field, open: true}}
	}
	var found []arrangement
	for _, sign := range []string{"", "+", "-"} {
		if sort.By.Schema != nil && len(sort.By.Schema.Check(sign+name)) > 0 || sign == "+" && len(found) > 0 {
			continue
		}
		found = append(found, arrangement{query: url.Values{by: {sign + name}}, field: field, descending: sign == "-"})
	}
	return found
}

// directions are the words of a parameter for ascending and for descending.
func directions(p *contract.Parameter) (up, down string) {
	up, down = "asc", "desc"
	if p.Schema == nil {
		return up, down
	}
	for _, word := range contract.Keyword(p.Schema.Node(), "enum").Texts() {
		if resource.Descending(word) {
			down = word
		} else if strings.HasPrefix(strings.ToLower(word), "asc") {
			up = word
		}
	}
	return up, down
}

// expectArranged judges a list in an order: twice as a whole, and page by page. It
// gives what came; nil when the order is refused.
func (e *env) expectArranged(ctx context.Context, l *contents, a arrangement, scales []scale) (*arranged, error) {
	items, first, err := e.choose(ctx, e.chosenPath(e.largePage(), a.query))
	if err != nil || first == nil {
		return nil, err
	}
	ids, name := e.keys(items), a.query.Encode()
	if !sameKeys(ids, l.ids) {
		return nil, failf(first.answer, "%s: the list does not hold every record once", name)
	}
	fit, wrong := a.fitting(scales, placedIn(ids, items, a.field))
	if len(fit) == 0 && !e.listsSorts() && slices.Equal(ids, l.ids) {
		return nil, warnf(first.answer, "%s changes nothing; the document does not list what a list is sorted by", name)
	}
	if len(fit) == 0 {
		return nil, disorder(first.answer, name+": the records are not in order of "+a.field, a.direction()+" "+inWords(scales), wrong)
	}
	limits := []int{e.largePage()}
	if e.collection.Page != nil && e.collection.Page.Size != nil {
		limits = append(limits, max(e.smallest(), (len(ids)+1)/2))
	}
	for _, limit := range limits {
		again, page, err := e.choose(ctx, e.chosenPath(limit, a.query))
		if err != nil {
			return nil, err
		}
		if page == nil || !slices.Equal(e.keys(again), ids) {
			return nil, failf(e.lastAnswer(), "%s: the records come in another order when they are asked for again", name)
		}
	}
	return &arranged{ids, fit}, nil
}

// direction says in which one a list is asked for.
func (a arrangement) direction() string {
	switch {
	case a.open:
		return "up or down"
	case a.descending:
		return "descending"
	}
	return "ascending"
}

// fitting are those of some scales by which values stand in an order. Where the document
// does not say in which direction, either will do.
func (a arrangement) fitting(scales []scale, values []placed) (fit []scale, wrong [2]placed) {
	fit, wrong = fitting(scales, values, a.descending)
	if a.open && len(fit) == 0 {
		fit, _ = fitting(scales, values, true)
	}
	return fit, wrong
}
