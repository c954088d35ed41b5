package contract

import (
	"fmt"
	"slices"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// decodeSplit reads a parameter that is all in one pair, with the delimiter of
// its style.
func (p parameterStyle) decodeSplit(raw string, schema *jsonschema.Schema) (any, error) {
	switch p.style {
	case "spaceDelimited": // a URL cannot hold a space as it is
		return p.decodeDelimited(strings.ReplaceAll(raw, "%20", "+"), "+", schema)
	case "pipeDelimited": // nor, strictly, a pipe
		raw = strings.ReplaceAll(raw, "%7c", "|")
		return p.decodeDelimited(strings.ReplaceAll(raw, "%7C", "|"), "|", schema)
	default:
		return p.decodeDelimited(raw, ",", schema)
	}
}

// decodeExplodedArray reads an array whose items are pairs of the same name.
func (p parameterStyle) decodeExplodedArray(pairs []textPair, schema *jsonschema.Schema) (any, error) {
	items := []any{}
	for _, pair := range pairs {
		if pair.name != p.name {
			continue
		}
		text, err := p.text(pair.raw)
		if err != nil {
			return nil, err
		}
		items = append(items, typesAt(schema, itemStep(len(items))).coerce(text))
	}
	return items, nil
}

// decodeExplodedObject reads an object whose members are pairs of their own. In
// a query or in cookies those pairs stand among the ones of other parameters, so
// only the properties that schema declares are taken.
func (p parameterStyle) decodeExplodedObject(pairs []textPair, schema *jsonschema.Schema) (any, bool, error) {
	var members []textPair
	for _, pair := range pairs {
		if p.in == "path" || declares(schema, pair.name) {
			members = append(members, pair)
		}
	}
	if len(members) == 0 && p.in != "path" {
		return nil, false, nil
	}
	value, err := p.decodeMembers(formField{}, members, schema)
	return value, true, err
}

// decodeDeepObject reads an object whose members are pairs with names such as
// "filter[a][b]". A pair that bears the parameter's bare name is a value itself.
func (p parameterStyle) decodeDeepObject(pairs []textPair, schema *jsonschema.Schema) (any, bool, error) {
	root := formField{name: p.name}
	present := false
	for _, pair := range pairs {
		names, ok := p.deepNames(pair.name)
		if !ok {
			continue
		}
		present = true
		if len(names) > maxFieldDepth {
			return nil, true, fmt.Errorf("%s is nested too deeply", quoteClipped(p.name))
		}
		text, err := p.text(pair.raw)
		if err != nil {
			return nil, true, err
		}
		root.descend(names).add(formValue{text: text})
	}
	if !present {
		return nil, false, nil
	}
	value, err := root.value(schema, nil)
	return value, true, err
}

// deepNames returns the names in brackets of a pair's name, and whether the pair
// belongs to this parameter of deepObject style at all.
func (p parameterStyle) deepNames(pairName string) ([]string, bool) {
	brackets, ok := strings.CutPrefix(pairName, p.name)
	if !ok || brackets == "" {
		return nil, ok
	}
	inner, opened := strings.CutPrefix(brackets, "[")
	inner, closed := strings.CutSuffix(inner, "]")
	if !opened || !closed {
		return nil, false
	}
	return strings.Split(inner, "]["), true
}

// decodeDelimited reads a parameter that is all in one text, with delimiter
// between the parts of an array or object.
func (p parameterStyle) decodeDelimited(raw, delimiter string, schema *jsonschema.Schema) (any, error) {
	types := typesAt(schema)
	switch {
	case types.isList(false, strings.Contains(raw, delimiter)):
		return p.decodeItems(raw, delimiter, schema)
	case types.isObject():
		return p.decodeDelimitedObject(raw, delimiter, schema)
	default:
		return p.decodeScalar(raw, types)
	}
}

// decodeScalar reads a parameter that is one text with nothing to split.
func (p parameterStyle) decodeScalar(raw string, types jsonTypes) (any, error) {
	text, err := p.text(raw)
	if err != nil {
		return nil, err
	}
	return types.coerce(text), nil
}

// decodeItems reads an array such as "blue,black"; an empty text has no items.
func (p parameterStyle) decodeItems(raw, delimiter string, schema *jsonschema.Schema) (any, error) {
	items := []any{}
	if raw == "" {
		return items, nil
	}
	for part := range strings.SplitSeq(raw, delimiter) {
		text, err := p.text(part)
		if err != nil {
			return nil, err
		}
		items = append(items, typesAt(schema, itemStep(len(items))).coerce(text))
	}
	return items, nil
}

// decodeDelimitedObject reads an object such as "R=100,G=200", or "R,100,G,200"
// without explode; an empty text has no members.
func (p parameterStyle) decodeDelimitedObject(raw, delimiter string, schema *jsonschema.Schema) (any, error) {
	var parts []string
	if raw != "" {
		parts = strings.Split(raw, delimiter)
	}
	if !p.explode && len(parts)%2 != 0 {
		return nil, fmt.Errorf("%s has an odd number of parts, %d: names and values must alternate", quoteClipped(p.name), len(parts))
	}
	members := p.pairUp(parts)
	for i, member := range members {
		name, err := p.text(member.name)
		if err != nil {
			return nil, err
		}
		members[i].name = name
	}
	return p.decodeMembers(formField{name: p.name}, members, schema)
}

// pairUp makes pairs of the parts of an object: each is a pair "R=100", or
// without explode every two are.
func (p parameterStyle) pairUp(parts []string) []textPair {
	pairs := make([]textPair, 0, len(parts))
	if !p.explode {
		for two := range slices.Chunk(parts, 2) {
			pairs = append(pairs, textPair{name: two[0], raw: two[1]})
		}
		return pairs
	}
	for _, part := range parts {
		name, raw, _ := strings.Cut(part, "=")
		pairs = append(pairs, textPair{name, raw})
	}
	return pairs
}

// decodeMembers makes an object of pairs. Its errors name a member after root.
func (p parameterStyle) decodeMembers(root formField, members []textPair, schema *jsonschema.Schema) (any, error) {
	for _, member := range members {
		text, err := p.text(member.raw)
		if err != nil {
			return nil, err
		}
		root.member(member.name).add(formValue{text: text})
	}
	return root.object(schema, nil)
}
