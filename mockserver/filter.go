package mockserver

import (
	"encoding/json"
	"slices"

	"understudy/internal/resource"
)

// filter keeps the items whose member equals one of some values.
type filter struct {
	field  string
	values []any
}

// readFilters reads what a request wants a list to be kept to.
func readFilters(known []resource.Filter, decoded map[string]any) []filter {
	var filters []filter
	for _, f := range known {
		if f.Param == nil {
			continue
		}
		switch value := decoded[f.Param.Name].(type) {
		case nil:
		case string:
			if !f.Any(value) {
				filters = append(filters, filter{f.Field, []any{value}})
			}
		case []any:
			if len(value) > 0 {
				filters = append(filters, filter{f.Field, value})
			}
		default:
			filters = append(filters, filter{f.Field, []any{value}})
		}
	}
	return filters
}

// keeps reports whether an item passes. A member that is a list passes with any of
// its values.
func (f filter) keeps(item map[string]any) bool {
	candidates := []any{item[f.field]}
	if list, ok := item[f.field].([]any); ok {
		candidates = list
	}
	return slices.ContainsFunc(candidates, func(candidate any) bool {
		return slices.ContainsFunc(f.values, func(value any) bool { return equal(candidate, value) })
	})
}

// equal compares two scalars. Numbers and times are compared by what they mean, and
// a parameter without a type has the text of the value.
func equal(a, b any) bool {
	if _, isFlag := a.(bool); isFlag {
		written, _ := b.(string)
		return a == b || written != "" && a == (written == "true") && (written == "true" || written == "false")
	}
	if a == nil || b == nil {
		return a == b
	}
	_, aNumber := a.(json.Number)
	_, bNumber := b.(json.Number)
	if aNumber == bNumber {
		return text(a) == text(b) && text(a) != "" || compareValues(a, b) == 0
	}
	return text(a) == text(b)
}
