package contract

import (
	"encoding/json"
	"slices"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// jsonTypes is a set of the types a JSON value may have. The empty set stands
// for a schema that says nothing of types.
type jsonTypes uint8

const (
	mayBeNull jsonTypes = 1 << iota
	mayBeBoolean
	mayBeInteger
	mayBeFraction     // a number that is no integer
	mayBeListedString // one of a few strings, out of an enum
	mayBeString       // any string
	mayBeArray
	mayBeObject

	mayBeAnything jsonTypes = 1<<iota - 1
)

const (
	mayBeNumber = mayBeInteger | mayBeFraction
	mayBeScalar = mayBeBoolean | mayBeNumber | mayBeListedString | mayBeString
)

// isList reports whether a text is to be read as an array, told whether it is
// given repeatedly and whether it has delimiters in it. Where any string will do
// instead, a text given once stays a string.
func (t jsonTypes) isList(repeated, delimited bool) bool {
	switch {
	case t&mayBeArray == 0:
		return false
	case repeated || t&mayBeScalar == 0:
		return true
	default:
		return delimited && t&mayBeString == 0
	}
}

// isObject reports whether a text can only be read as an object.
func (t jsonTypes) isObject() bool {
	return t&mayBeObject != 0 && t&(mayBeScalar|mayBeArray) == 0
}

// coerce returns the value that a text stands for: the text itself wherever any
// string is admitted, otherwise a number or a boolean if the text is one in JSON
// and the type is admitted. An empty text or "null" is null if null is admitted
// and nothing else fits. A text that fits no type stays a string.
func (t jsonTypes) coerce(text string) any {
	switch {
	case t&mayBeString != 0:
		return text
	case t&mayBeNumber != 0 && isJSONNumber(text) && !hasHugeExponent(text):
		return json.Number(text)
	case t&mayBeBoolean != 0 && (text == "true" || text == "false"):
		return text == "true"
	case t&mayBeNull != 0 && (text == "" || text == "null"):
		return nil
	default:
		return text
	}
}

// and combines what two schemas say of a value that must satisfy both.
func (t jsonTypes) and(other jsonTypes) jsonTypes {
	if t == 0 || other == 0 {
		return t | other
	}
	return t & other
}

// A schemaStep leads from a value to one inside it.
type schemaStep struct {
	property string
	item     int // or a property, if negative
}

func propertyStep(name string) schemaStep { return schemaStep{property: name, item: -1} }

func itemStep(i int) schemaStep { return schemaStep{item: i} }

// typesAt returns the types that schema admits for the value at path. What
// conditions, negations and patternProperties say is left out of account. If the
// schema says nothing of the value, it may be anything.
func typesAt(schema *jsonschema.Schema, path ...schemaStep) jsonTypes {
	walk := schemaWalk{left: maxSchemaSteps}
	if types := walk.types(schema, path); types != 0 {
		return types
	}
	return mayBeAnything
}

// declares reports whether schema names a property.
func declares(schema *jsonschema.Schema, property string) bool {
	walk := schemaWalk{left: maxSchemaSteps}
	return walk.any(schema, func(s *jsonschema.Schema) bool { return s.Properties[property] != nil })
}

// describes reports whether schema says, by name or by a rule, what a property
// may hold.
func describes(schema *jsonschema.Schema, property string) bool {
	walk := schemaWalk{left: maxSchemaSteps}
	return walk.any(schema, func(s *jsonschema.Schema) bool {
		if additional, isFlag := s.AdditionalProperties.(bool); s.Properties[property] != nil || isFlag && additional {
			return true
		}
		for pattern := range s.PatternProperties {
			if pattern.MatchString(property) {
				return true
			}
		}
		_, isRule := s.AdditionalProperties.(*jsonschema.Schema)
		return isRule
	})
}

// maxSchemaSteps is how many schemas a look at a value's types may visit: references
// may lead in a circle.
const maxSchemaSteps = 1000

// A schemaWalk visits a schema and those it is composed of, as long as it has
// steps left.
type schemaWalk struct {
	left int
}

// enter counts a visit to schema and reports whether it may go on.
func (w *schemaWalk) enter(schema *jsonschema.Schema) bool {
	if schema == nil || w.left == 0 {
		return false
	}
	w.left--
	return true
}

// types is what schema says of the types at path.
func (w *schemaWalk) types(schema *jsonschema.Schema, path []schemaStep) jsonTypes {
	if !w.enter(schema) {
		return 0
	}
	types := w.ownTypes(schema, path).and(w.types(schema.Ref, path))
	for _, part := range schema.AllOf {
		types = types.and(w.types(part, path))
	}
	return types.and(w.eitherTypes(schema.AnyOf, path)).and(w.eitherTypes(schema.OneOf, path))
}

// eitherTypes is what schemas say of which one must hold.
func (w *schemaWalk) eitherTypes(schemas []*jsonschema.Schema, path []schemaStep) jsonTypes {
	var types jsonTypes
	for _, schema := range schemas {
		types |= w.types(schema, path)
	}
	return types
}

// ownTypes is what schema says of the types at path without the schemas it is
// composed of.
func (w *schemaWalk) ownTypes(schema *jsonschema.Schema, path []schemaStep) jsonTypes {
	if len(path) == 0 {
		return declaredTypes(schema)
	}
	step, rest := path[0], path[1:]
	if step.item < 0 {
		return w.types(propertySchema(schema, step.property), rest)
	}
	return w.types(itemSchema(schema, step.item), rest)
}

// any reports whether schema, or one that it is composed of, is such a one.
func (w *schemaWalk) any(schema *jsonschema.Schema, is func(*jsonschema.Schema) bool) bool {
	if !w.enter(schema) {
		return false
	}
	if is(schema) {
		return true
	}
	for _, parts := range [...][]*jsonschema.Schema{{schema.Ref, schema.Then, schema.Else}, schema.AllOf, schema.AnyOf, schema.OneOf} {
		if slices.ContainsFunc(parts, func(part *jsonschema.Schema) bool { return w.any(part, is) }) {
			return true
		}
	}
	return false
}

// propertySchema is the schema of a property, or nil.
func propertySchema(schema *jsonschema.Schema, name string) *jsonschema.Schema {
	if property, ok := schema.Properties[name]; ok {
		return property
	}
	additional, _ := schema.AdditionalProperties.(*jsonschema.Schema)
	return additional
}

// itemSchema is the schema of the item i of an array, or nil.
func itemSchema(schema *jsonschema.Schema, i int) *jsonschema.Schema {
	if i < len(schema.PrefixItems) {
		return schema.PrefixItems[i]
	}
	return schema.Items2020
}

// declaredTypes is the types that the keywords of one schema name, or the empty
// set. A schema that leaves its type out but describes properties or items means
// an object or an array.
func declaredTypes(schema *jsonschema.Schema) jsonTypes {
	var types jsonTypes
	switch {
	case schema.Types != nil:
		types = namedTypes(*schema.Types)
	case len(schema.Properties) > 0:
		types = mayBeObject
	case schema.Items2020 != nil || len(schema.PrefixItems) > 0:
		types = mayBeArray
	}
	if schema.Enum != nil {
		var listed jsonTypes
		for _, value := range schema.Enum.Values {
			listed |= typeOfValue(value)
		}
		types = types.and(listed)
	}
	if schema.Const != nil {
		types = types.and(typeOfValue(*schema.Const))
	}
	return types
}

// namedTypes translates the schema package's set of types, which that package
// lets one fill but not query.
func namedTypes(types jsonschema.Types) jsonTypes {
	var set jsonTypes
	for _, known := range [...]struct {
		name  string
		types jsonTypes
	}{
		{"null", mayBeNull},
		{"boolean", mayBeBoolean},
		{"integer", mayBeInteger},
		{"number", mayBeNumber},
		{"string", mayBeListedString | mayBeString},
		{"array", mayBeArray},
		{"object", mayBeObject},
	} {
		var named jsonschema.Types
		named.Add(known.name)
		if types&named != 0 {
			set |= known.types
		}
	}
	return set
}

// typeOfValue is the type of a value that an enum or const lists.
func typeOfValue(value any) jsonTypes {
	switch value.(type) {
	case nil:
		return mayBeNull
	case bool:
		return mayBeBoolean
	case string:
		return mayBeListedString
	case []any:
		return mayBeArray
	case map[string]any:
		return mayBeObject
	default:
		return mayBeNumber
	}
}

// namedType is the type of a name, 0 for a name that is none.
func namedType(name string) jsonTypes {
	var types jsonschema.Types
	types.Add(name)
	return namedTypes(types)
}
