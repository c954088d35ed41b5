package contract

import "github.com/santhosh-tekuri/jsonschema/v6"

// maxWeight bounds how many schemas a single value is held against. A schema that
// is made of two of another one, which is made of two of a third, and so on, would
// take for ever.
const maxWeight = 20_000

// lighten walks a compiled schema with all that it refers to, and lets each one
// that has too many parts admit anything, with a warning.
func (l *library) lighten(s *jsonschema.Schema) {
	stack := []*jsonschema.Schema{s}
	for len(stack) > 0 {
		next := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if _, known := l.weights[next]; known || next == nil {
			continue
		}
		l.weigh(next)
		stack = append(stack, insideOf(next)...)
		stack = append(stack, partsOf(next)...)
	}
}

// weigh counts the schemas that a value of a schema is held against, in itself and
// without its members. What a schema has of itself does not count again.
func (l *library) weigh(s *jsonschema.Schema) int {
	if weight, known := l.weights[s]; known {
		return weight
	}
	l.weights[s] = 0
	weight := 1
	for _, part := range partsOf(s) {
		weight += l.weigh(part)
	}
	if weight > maxWeight {
		l.warn(l.locate(s.Location).Fault("simplify it", "the schema is made of more than %d parts and is not checked", maxWeight))
		*s = *anything()
		weight = 1
	}
	l.weights[s] = weight
	return weight
}

// partsOf lists the schemas that a value of a schema is held against too.
func partsOf(s *jsonschema.Schema) []*jsonschema.Schema {
	var parts []*jsonschema.Schema
	for _, part := range []*jsonschema.Schema{s.Ref, s.Not, s.If, s.Then, s.Else} {
		if part != nil {
			parts = append(parts, part)
		}
	}
	for _, several := range [][]*jsonschema.Schema{s.AllOf, s.AnyOf, s.OneOf} {
		parts = append(parts, several...)
	}
	for _, part := range s.DependentSchemas {
		parts = append(parts, part)
	}
	return parts
}

// insideOf lists the schemas of the members and items of a value.
func insideOf(s *jsonschema.Schema) []*jsonschema.Schema {
	inside := unnamedOf(s)
	for _, schema := range s.Properties {
		inside = append(inside, schema)
	}
	return inside
}

// unnamedOf lists those of items, and of members that are not known by their names.
func unnamedOf(s *jsonschema.Schema) []*jsonschema.Schema {
	var inside []*jsonschema.Schema
	additional, _ := s.AdditionalProperties.(*jsonschema.Schema)
	for _, schema := range []*jsonschema.Schema{additional, s.PropertyNames, s.UnevaluatedProperties, s.Contains, s.Items2020, s.UnevaluatedItems, s.ContentSchema} {
		if schema != nil {
			inside = append(inside, schema)
		}
	}
	for _, schema := range s.PatternProperties {
		inside = append(inside, schema)
	}
	return append(inside, s.PrefixItems...)
}
