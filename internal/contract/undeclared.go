package contract

import (
	"errors"
	"slices"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// UndeclaredQuery lists the names in the query of a request that no parameter of the
// operation takes. A malformed query, which CheckParameters tells of, has none.
func (op *Operation) UndeclaredQuery(query string) []Violation {
	pairs, err := parseRawQuery(query)
	if err != nil {
		return nil
	}
	var found []Violation
	for _, pair := range pairs {
		undeclared := Violation{In: "query", Field: clipped(pair.name), Keyword: "unknown", Message: "is not a declared parameter"}
		if !slices.ContainsFunc(op.Parameters, func(p *Parameter) bool { return p.takes(pair.name) }) && !slices.Contains(found, undeclared) {
			found = append(found, undeclared)
		}
	}
	return found
}

// takes reports whether a name in a query belongs to the parameter.
func (p *Parameter) takes(name string) bool {
	schema := p.Schema.orAny()
	switch {
	case p.In != "query":
		return false
	case p.style.json:
	case p.style.style == "deepObject":
		_, ok := p.style.deepNames(name)
		return ok
	case p.spreads():
		return describes(schema, name) || len(propertyNames(schema)) == 0
	}
	return p.Name == name
}

// spreads reports whether the members of the parameter stand in the query by their own
// names.
func (p *Parameter) spreads() bool {
	return !p.style.json && p.style.style == "form" && p.style.explode && typesAt(p.Schema.orAny()).isObject()
}

// QueryNames lists the names that the query of a request may have.
func (op *Operation) QueryNames() []string {
	var names []string
	for _, p := range op.Parameters {
		switch {
		case p.In != "query":
		case p.spreads():
			names = append(names, propertyNames(p.Schema.orAny())...)
		default:
			names = append(names, p.Name)
		}
	}
	return names
}

// UndeclaredMembers lists the members of a request body that only a strict CheckBody
// refuses. A schema that names no member at all has none.
func (op *Operation) UndeclaredMembers(contentType string, body []byte) []Violation {
	if len(op.MemberNames(contentType)) == 0 {
		return nil
	}
	var refused, broken Violations
	if _, err := op.CheckBody(contentType, body, true); !errors.As(err, &refused) {
		return nil
	}
	_, err := op.CheckBody(contentType, body, false)
	errors.As(err, &broken)
	return slices.DeleteFunc(refused, func(v Violation) bool { return v.Keyword != "unknown" || slices.Contains(broken, v) })
}

// MemberNames lists the members that the schema of a request body names, in order of
// name.
func (op *Operation) MemberNames(contentType string) []string {
	base, _, err := mediaType(contentType)
	if err != nil || op.Body == nil {
		return nil
	}
	media := op.Body.Media(base)
	if media == nil || media.Schema == nil {
		return nil
	}
	return propertyNames(media.Schema.Compiled())
}

// propertyNames lists the properties that schema names, in order of name.
func propertyNames(schema *jsonschema.Schema) []string {
	var names []string
	walk := schemaWalk{left: maxSchemaSteps}
	walk.any(schema, func(s *jsonschema.Schema) bool {
		for name := range s.Properties {
			names = append(names, name)
		}
		return false
	})
	slices.Sort(names)
	return slices.Compact(names)
}
