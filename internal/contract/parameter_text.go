package contract

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

const (
	// maxFormFields is how many names and values a query or a form may hold.
	maxFormFields = 1000
	// maxFieldDepth is how deep the brackets of a deepObject may nest.
	maxFieldDepth = 100
	// maxSchemaSteps is how many schemas a look at a value's types may visit:
	// references may lead in a circle.
	maxSchemaSteps = 1000
)

// A parameterStyle is what an OpenAPI document says of how a parameter is
// written into a request. The fields are those of the Parameter Object, with the
// defaults of style and explode filled in.
type parameterStyle struct {
	name, in, style string
	explode         bool
	json            bool // the parameter is described by content of application/json
}

// A textSource holds the texts of a request that a parameter is read from. Only
// the field of the parameter's own place is looked at.
type textSource struct {
	path    string     // what stands for the parameter in the path, still percent-encoded
	query   rawQuery   // the whole query
	header  []string   // the values of the parameter's header field
	cookies []textPair // all cookies
}

// A textPair is a name and the text given for it.
type textPair struct {
	name string
	raw  string // as it stands in the request, since delimiters are split before decoding
}

// A rawQuery is the pairs of a query in their order. The names are decoded, the
// values are not, but they are known to decode.
type rawQuery []textPair

// parseRawQuery splits the query of a URL, without its question mark. It refuses
// what is not percent-encoded UTF-8, and more than 1000 pairs.
func parseRawQuery(query string) (rawQuery, error) {
	return parsePairs(query, "&", url.QueryUnescape)
}

// parsePairs splits name=value pairs as parseRawQuery does. A pair without "="
// has an empty value, and an empty pair is skipped.
func parsePairs(text, separator string, unescape func(string) (string, error)) ([]textPair, error) {
	if text == "" {
		return nil, nil
	}
	count := strings.Count(text, separator) + 1
	pairs := make([]textPair, 0, min(count, maxFormFields))
	for pair := range strings.SplitSeq(text, separator) {
		if pair == "" {
			continue
		}
		if len(pairs) == maxFormFields {
			return nil, fmt.Errorf("more than %d name=value pairs", maxFormFields)
		}
		rawName, raw, _ := strings.Cut(pair, "=")
		name, err := decodeText(rawName, rawName, unescape)
		if err != nil {
			return nil, err
		}
		if _, err := decodeText(name, raw, unescape); err != nil {
			return nil, err
		}
		pairs = append(pairs, textPair{name, raw})
	}
	return pairs, nil
}

// parseCookies splits the values of Cookie header fields into pairs. It refuses
// nothing: what other cookies hold is not the document's business.
func parseCookies(header []string) []textPair {
	var pairs []textPair
	for _, line := range header {
		for pair := range strings.SplitSeq(line, ";") {
			name, raw, ok := strings.Cut(trimBlanks(pair), "=")
			if !ok {
				continue
			}
			if len(raw) >= 2 && raw[0] == '"' && raw[len(raw)-1] == '"' {
				raw = raw[1 : len(raw)-1]
			}
			pairs = append(pairs, textPair{name, raw})
		}
	}
	return pairs
}

// decodeText decodes the text of one value. Its errors call the value name.
func decodeText(name, raw string, unescape func(string) (string, error)) (string, error) {
	text, err := unescape(raw)
	if err != nil {
		return "", fmt.Errorf("%s has an %w", quoteClipped(name), err)
	}
	if !utf8.ValidString(text) {
		return "", fmt.Errorf("%s is not valid UTF-8", quoteClipped(name))
	}
	return text, nil
}

// decode reads the parameter from a request and reports whether the request has
// it. The texts become the JSON types that schema admits; a text that fits none
// of them stays a string, for the validation to name what is wrong with it. An
// error is only what is no value at all: broken percent-encoding or UTF-8,
// broken JSON, one value given more than once, names without values, and a path
// that lacks the marks of its style.
func (p parameterStyle) decode(src textSource, schema *jsonschema.Schema) (value any, present bool, err error) {
	switch p.in {
	case "path":
		value, err = p.decodePath(src.path, schema)
		return value, true, err
	case "query":
		return p.decodePairs(src.query, schema)
	case "header":
		return p.decodeHeader(src.header, schema)
	default:
		return p.decodePairs(src.cookies, schema)
	}
}

// reads reports whether a query parameter takes a value from the pairs of a name.
func (p parameterStyle) reads(queryName string, schema *jsonschema.Schema) bool {
	switch {
	case p.in != "query":
		return false
	case p.style == "deepObject":
		_, ok := p.deepNames(queryName)
		return ok
	case p.explode && !p.json && typesAt(schema).isObject():
		return declares(schema, queryName)
	default:
		return queryName == p.name
	}
}

// decodePath reads a path parameter.
func (p parameterStyle) decodePath(raw string, schema *jsonschema.Schema) (any, error) {
	switch {
	case p.json:
		return p.decodeJSON(raw)
	case p.style == "label":
		return p.decodeLabel(raw, schema)
	case p.style == "matrix":
		return p.decodeMatrix(raw, schema)
	default:
		return p.decodeDelimited(raw, ",", schema)
	}
}

// decodeLabel reads a path parameter such as ".blue,black".
func (p parameterStyle) decodeLabel(raw string, schema *jsonschema.Schema) (any, error) {
	body, ok := strings.CutPrefix(raw, ".")
	if !ok {
		return nil, fmt.Errorf(`%s must start with "."`, quoteClipped(p.name))
	}
	// Without explode, RFC 6570 and OpenAPI from 3.0.4 and 3.1.1 on separate with
	// commas, the OpenAPI versions before them with dots.
	if !p.explode && strings.Contains(body, ",") {
		return p.decodeDelimited(body, ",", schema)
	}
	return p.decodeDelimited(body, ".", schema)
}

// decodeMatrix reads a path parameter such as ";color=blue".
func (p parameterStyle) decodeMatrix(raw string, schema *jsonschema.Schema) (any, error) {
	body, ok := strings.CutPrefix(raw, ";")
	if !ok {
		return nil, fmt.Errorf(`%s must start with ";"`, quoteClipped(p.name))
	}
	pairs, err := parsePairs(body, ";", url.PathUnescape)
	if err != nil {
		return nil, err
	}
	value, present, err := p.decodePairs(pairs, schema)
	if err == nil && !present {
		return nil, fmt.Errorf("%s must be written as %s", quoteClipped(p.name), quoteClipped(";"+p.name+"=value"))
	}
	return value, err
}

// decodeHeader reads a header parameter. Several header fields of one name mean
// the same as one with their values joined by commas.
func (p parameterStyle) decodeHeader(values []string, schema *jsonschema.Schema) (any, bool, error) {
	if len(values) == 0 {
		return nil, false, nil
	}
	if len(values) > 1 && !p.json {
		if types := typesAt(schema); !types.isObject() && !types.isList(true, false) {
			return nil, true, errRepeated(p.name, len(values))
		}
	}
	raw := strings.Join(values, ",")
	var value any
	var err error
	if p.json {
		value, err = p.decodeJSON(raw)
	} else {
		value, err = p.decodeDelimited(raw, ",", schema)
	}
	return value, true, err
}

// decodePairs reads a parameter out of the pairs of a query, of cookies or of a
// path in matrix style.
func (p parameterStyle) decodePairs(pairs []textPair, schema *jsonschema.Schema) (any, bool, error) {
	types := typesAt(schema)
	switch {
	case p.json:
		// Its name counts, and nothing else.
	case p.style == "deepObject":
		return p.decodeDeepObject(pairs, schema)
	case p.explode && types.isObject():
		return p.decodeExplodedObject(pairs, schema)
	}
	raw, count := "", 0
	for _, pair := range pairs {
		if pair.name == p.name {
			raw = pair.raw
			count++
		}
	}
	var value any
	var err error
	switch {
	case count == 0:
		return nil, false, nil
	case p.explode && !p.json && types.isList(count > 1, false):
		value, err = p.decodeExplodedArray(pairs, schema)
	case count > 1:
		err = errRepeated(p.name, count)
	case p.json:
		value, err = p.decodeJSON(raw)
	case p.explode:
		value, err = p.decodeScalar(raw, types)
	default:
		value, err = p.decodeSplit(raw, schema)
	}
	return value, true, err
}

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

// decodeJSON reads a parameter that is a JSON text.
func (p parameterStyle) decodeJSON(raw string) (any, error) {
	text, err := p.text(raw)
	if err != nil {
		return nil, err
	}
	return parseNamedJSON(p.name, []byte(text))
}

// parseNamedJSON is parseJSON with errors that say which part of the request is
// not JSON. They wrap the *SyntaxError.
func parseNamedJSON(name string, data []byte) (any, error) {
	value, fault := parseJSON(data)
	if fault != nil {
		return nil, fmt.Errorf("%s is not JSON: %w", quoteClipped(name), fault)
	}
	return value, nil
}

// text decodes a piece of the parameter's text in the way of its place: only a
// query writes a space as "+", and a header encodes nothing.
func (p parameterStyle) text(raw string) (string, error) {
	switch p.in {
	case "query":
		return decodeText(p.name, raw, url.QueryUnescape)
	case "header":
		return decodeText(p.name, trimBlanks(raw), unescapeNothing)
	default:
		return decodeText(p.name, raw, url.PathUnescape)
	}
}

func unescapeNothing(text string) (string, error) { return text, nil }

// errRepeated says that one value is given more than once.
func errRepeated(name string, count int) error {
	return fmt.Errorf("%s is given %d times", quoteClipped(name), count)
}
