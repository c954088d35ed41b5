package mockserver

import (
	"encoding/json"
	"maps"
	"slices"

	"understudy/internal/contract"
)

// What requests send and what answers show may differ in shape: a request names a
// region by its slug where the item shows the whole region. Nothing is lost that
// the other shape has room for, and the rest is made up.

// fit gives a value the shape of a schema: as it is when it is valid, else as much
// of it as there is room for in a value that is made up. ok is false when no value
// can be made.
func (s *Server) fit(schema *contract.Schema, value any, key string) (fitted any, ok bool) {
	if schema == nil || len(schema.Check(value)) == 0 {
		return value, true
	}
	made, err := s.generator.Value(schema.Compiled(), key)
	if err != nil {
		return nil, false
	}
	valid := func(candidate any) bool { return len(schema.Check(candidate)) == 0 }
	switch made := made.(type) {
	case map[string]any:
		overlay(made, value, valid, func() any { return made })
		if given, isObject := value.(map[string]any); isObject {
			lessen(made, given, valid)
		}
	case []any:
		if given, isList := value.([]any); isList {
			return s.fitList(schema, given, made, key), true
		}
	}
	return made, true
}

// fitList gives the items of a list the shape of those of a list that is made up.
func (s *Server) fitList(schema *contract.Schema, given, made []any, key string) any {
	items := contract.Keyword(schema.Node(), "items")
	if len(given) == 0 || !items.Exists() || len(given) > maxFitted {
		return made
	}
	inner, err := s.contract.ResponseSchema(items)
	if err != nil {
		return made
	}
	fitted := make([]any, 0, len(given))
	for _, one := range given {
		if value, ok := s.fit(inner, one, key); ok {
			fitted = append(fitted, value)
		}
	}
	if len(schema.Check(fitted)) > 0 {
		return made
	}
	return fitted
}

// maxFitted is how many items of a list are fitted.
const maxFitted = 200

// overlay puts into an object what fits of a value: the members of another object,
// or a text or a number under the first name that an object is known by. whole is
// the value that must stay valid.
func overlay(object map[string]any, value any, valid func(any) bool, whole func() any) {
	set := func(name string, member any) bool {
		previous, had := object[name]
		object[name] = member
		if valid(whole()) {
			return true
		}
		if object[name] = previous; !had {
			delete(object, name)
		}
		return false
	}
	switch value := value.(type) {
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(value)) {
			member := value[name]
			inner, isObject := object[name].(map[string]any)
			if !set(name, member) && isObject {
				overlay(inner, member, valid, whole)
			}
		}
	case string, json.Number:
		for _, name := range knownBy() {
			if _, has := object[name]; has && set(name, value) {
				return
			}
		}
	}
}

// knownBy are the members that tell an object from others, the surest first.
func knownBy() []string { return []string{"id", "uuid", "slug", "key", "code", "name"} }

// isNamed reports whether a text or a number is what an object is known by.
func isNamed(object, value any) bool {
	members, _ := object.(map[string]any)
	return text(value) != "" && slices.ContainsFunc(knownBy(), func(name string) bool { return text(members[name]) == text(value) })
}

// lessen takes out of an object what another does not have, where it may be left
// out.
func lessen(object, given map[string]any, valid func(any) bool) {
	for _, name := range slices.Sorted(maps.Keys(object)) {
		if _, has := given[name]; has {
			continue
		}
		member := object[name]
		delete(object, name)
		if !valid(object) {
			object[name] = member
		}
	}
}

// refit gives a record the shape of another schema.
func (s *Server) refit(schema *contract.Schema, record []byte) ([]byte, bool) {
	item, err := contract.DecodeJSON(record)
	if err != nil {
		return nil, false
	}
	fitted, ok := s.fit(schema, item, string(record))
	if !ok {
		return nil, false
	}
	out, err := contract.AppendJSON(nil, fitted)
	return out, err == nil
}
