package conformance

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"understudy/internal/contract"
	"understudy/internal/resource"
)

// createTelling creates the i-th of some records that fill a list, with values that
// tell orders and filters from those that are nearly right.
func (e *env) createTelling(ctx context.Context, i int) error {
	body, err := e.body(e.op(resource.Create))
	if err != nil {
		return err
	}
	for _, f := range e.writable() {
		values := e.tellingValues(f)
		if len(values) == 0 {
			continue
		}
		told := withMember(body, f.Name, values[i%len(values)])
		if _, has := body[f.Name]; has && len(e.bodySchema(e.op(resource.Create)).Check(told)) == 0 {
			body = told
		}
	}
	if e.collection.ClientID && e.isTaken(body) {
		_, err = e.create(ctx)
		return err
	}
	_, err = e.createWith(ctx, body)
	return err
}

// tellingValues are values of a member by which lists are sorted or kept; nil where any
// will do.
func (e *env) tellingValues(f *resource.Field) []any {
	isFiltered := slices.ContainsFunc(e.collection.Filters, func(filter resource.Filter) bool { return filter.Field == f.Name })
	isSorted := e.collection.Sort != nil && slices.Contains(slices.Collect(maps.Values(e.collection.Sort.Fields)), f.Name)
	listed := listedTexts(f.Schema.Node())
	if part, whole, ok := nested(listed); ok && isFiltered {
		return []any{part, whole}
	}
	if isSorted && slices.ContainsFunc(contract.Types(f.Schema.Node()), isNumeric) {
		// As texts they stand in another order than as numbers.
		return []any{json.Number("100"), json.Number("20"), json.Number("3")}
	}
	if isSorted || isFiltered {
		return fromBothEnds(listed)
	}
	return nil
}

// fromBothEnds takes the first of some texts, the last, the second and so on: several in a
// row are in no order.
func fromBothEnds(texts []string) []any {
	var taken []any
	for i := range texts {
		if i%2 == 0 {
			taken = append(taken, texts[i/2])
		} else {
			taken = append(taken, texts[len(texts)-1-i/2])
		}
	}
	return taken
}

func isNumeric(kind string) bool { return kind == "integer" || kind == "number" }

// nested are two texts of which one is in the other.
func nested(texts []string) (part, whole string, ok bool) {
	for _, part := range texts {
		for _, whole := range texts {
			if part != "" && part != whole && strings.Contains(whole, part) {
				return part, whole, true
			}
		}
	}
	return "", "", false
}
