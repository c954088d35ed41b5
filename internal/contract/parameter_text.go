package contract

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
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
// the same as one with their values joined by commas (RFC 9110, 5.3); a number or a
// word out of a few is no list, so that it cannot be given in several.
func (p parameterStyle) decodeHeader(values []string, schema *jsonschema.Schema) (any, bool, error) {
	if len(values) == 0 {
		return nil, false, nil
	}
	if len(values) > 1 && !p.json {
		types := typesAt(schema)
		if !types.isObject() && !types.isList(true, false) && types&mayBeString == 0 {
			return nil, true, errRepeated(p.name, len(values))
		}
	}
	raw := strings.Join(values, ", ")
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
