package conformance

import (
	"context"
	"encoding/json"
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
	if slices.ContainsFunc(e.collection.Filters, func(filter resource.Filter) bool { return filter.Field == f.Name }) {
		if part, whole, ok := nested(contract.Keyword(f.Schema.Node(), "enum").Texts()); ok {
			return []any{part, whole}
		}
	}
	if by := e.collection.Sort; by != nil && slices.ContainsFunc(contract.Types(f.Schema.Node()), isNumeric) {
		for _, sorted := range by.Fields {
			if sorted == f.Name {
				// As texts they stand in another order than as numbers.
				return []any{json.Number("100"), json.Number("20"), json.Number("3")}
			}
		}
	}
	return nil
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
