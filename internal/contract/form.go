package contract

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/url"
	"strconv"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// maxBoundary is how long the boundary of a multipart body may be. RFC 2046 says
// 70, but clients and servers go beyond that.
const maxBoundary = 200

// A formError says why a body is no form.
type formError struct {
	Reason string // what is wrong, in one phrase
}

func (e *formError) Error() string { return e.Reason }

// decodeForm returns the object that an application/x-www-form-urlencoded body
// stands for. The values become the types that schema admits for the property of
// their name, as with parameters; the values of a repeated name, or of one that
// ends in "[]", become an array. It refuses what is not percent-encoded UTF-8, a
// value that is no array but given more than once, and more than 1000 pairs.
func decodeForm(body []byte, schema *jsonschema.Schema) (any, error) {
	pairs, err := parsePairs(string(body), "&", url.QueryUnescape)
	if err != nil {
		return nil, err
	}
	var root formField
	for _, pair := range pairs {
		text, err := decodeText(pair.name, pair.raw, url.QueryUnescape)
		if err != nil {
			return nil, err
		}
		root.property(pair.name, schema).add(formValue{text: text})
	}
	return root.object(schema, nil)
}

// decodeMultipart returns the object that a multipart/form-data body stands for.
// A part that says it is application/json is decoded as such, a file is the
// string of its content, and any other part is a text as in decodeForm. It
// refuses a body that boundary does not divide as RFC 2046 says, a part without
// a name, text that is not UTF-8, a value that is no array but given more than
// once, and more than 1000 parts. An empty body is an empty object.
func decodeMultipart(body []byte, boundary string, schema *jsonschema.Schema) (any, error) {
	if err := checkBoundary(boundary); err != nil {
		return nil, err
	}
	var root formField
	if len(body) == 0 {
		return root.object(schema, nil)
	}
	reader := multipart.NewReader(bytes.NewReader(body), boundary)
	for count := 0; ; count++ {
		part, err := reader.NextPart()
		switch {
		case errors.Is(err, io.EOF) && isClosed(body, boundary):
			return root.object(schema, nil)
		case err != nil:
			return nil, newMultipartError(err)
		case count == maxFormFields:
			return nil, &formError{Reason: fmt.Sprintf("More than %d parts in multipart", maxFormFields)}
		}
		value, err := readPart(part)
		if err != nil {
			return nil, err
		}
		root.property(part.FormName(), schema).add(value)
	}
}

// checkBoundary refuses a boundary that cannot be one.
func checkBoundary(boundary string) error {
	if boundary == "" {
		return &formError{Reason: "Invalid boundary in multipart: None"}
	}
	isPrintable := func(r rune) bool { return ' ' <= r && r <= '~' }
	if len(boundary) > maxBoundary || strings.HasSuffix(boundary, " ") ||
		strings.ContainsFunc(boundary, func(r rune) bool { return !isPrintable(r) }) {
		return &formError{Reason: "Invalid boundary in multipart: " + quoteClipped(boundary)}
	}
	return nil
}

// isClosed reports whether the closing boundary stands in a multipart body. The
// multipart package ends without an error at a body cut short in a part's header.
func isClosed(body []byte, boundary string) bool {
	closing := []byte("\n--" + boundary + "--")
	return bytes.Contains(body, closing) || bytes.HasPrefix(body, closing[1:])
}

// readPart reads the value of one part.
func readPart(part *multipart.Part) (formValue, error) {
	name := part.FormName()
	if name == "" {
		return formValue{}, &formError{Reason: "Part without a name in multipart"}
	}
	content, err := io.ReadAll(part)
	if err != nil {
		return formValue{}, newMultipartError(err)
	}
	if base, _, _ := mediaType(part.Header.Get("Content-Type")); base == jsonMediaType {
		value, err := parseNamedJSON(name, content)
		return formValue{json: value, isJSON: true}, err
	}
	if part.FileName() != "" {
		return formValue{text: string(content)}, nil
	}
	text, err := decodeText(name, string(content), unescapeNothing)
	return formValue{text: text}, err
}

// newMultipartError says what is wrong with a body that cannot be divided.
func newMultipartError(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return &formError{Reason: "Invalid multipart: the closing boundary is missing"}
	}
	// The words of the multipart package may quote any length of the body.
	return &formError{Reason: "Invalid multipart: " + clip(strings.TrimPrefix(err.Error(), "multipart: "), 2*maxQuoted)}
}

// A formField is what a form or a parameter gives under one name: values, fields
// of its own, or both by mistake.
type formField struct {
	name    string     // empty for a whole form
	parent  *formField // that it is a member of, if any
	values  []formValue
	isList  bool                  // its values are items even if there is only one
	order   []string              // the names of its members, in the order of the text
	members map[string]*formField // by name
}

// A formValue is a text that is yet to get a type, or a value that has its own.
type formValue struct {
	text   string
	json   any
	isJSON bool
}

// add adds a value.
func (f *formField) add(value formValue) { f.values = append(f.values, value) }

// member returns the member of a name, a new one if there was none.
func (f *formField) member(name string) *formField {
	if member, ok := f.members[name]; ok {
		return member
	}
	if f.members == nil {
		f.members = map[string]*formField{}
	}
	member := &formField{name: name, parent: f}
	f.members[name] = member
	f.order = append(f.order, name)
	return member
}

// fullName is the name as the client wrote it, such as "filter[a]".
func (f *formField) fullName() string {
	isTop := f.parent == nil || f.parent.parent == nil && f.parent.name == ""
	if isTop {
		return f.name
	}
	return f.parent.fullName() + "[" + f.name + "]"
}

// descend returns the field that names lead to. A last name that is empty, as in
// "filter[tags][]", makes the field before it a list.
func (f *formField) descend(names []string) *formField {
	for i, name := range names {
		if name == "" && i == len(names)-1 {
			f.isList = true
			break
		}
		f = f.member(name)
	}
	return f
}

// property returns the member that a form's name stands for. A name that ends in
// "[]" stands for an array without these brackets, and one like "a[b]" for the member
// b of a, unless schema has a property of just that name.
func (f *formField) property(name string, schema *jsonschema.Schema) *formField {
	if names := bracketed(name); len(names) > 1 && !declares(schema, name) && declares(schema, names[0]) &&
		typesAt(schema, propertyStep(names[0]))&(mayBeObject|mayBeArray) != 0 {
		return f.descend(names)
	}
	base, ok := strings.CutSuffix(name, "[]")
	if !ok || declares(schema, name) || typesAt(schema, propertyStep(base))&mayBeArray == 0 {
		return f.member(name)
	}
	member := f.member(base)
	member.isList = true
	return member
}

// bracketed splits a name like "a[b][]" into a, b and nothing; it is nil for a name
// without brackets, and for one that nests too deep.
func bracketed(name string) []string {
	base, rest, ok := strings.Cut(name, "[")
	inner, closed := strings.CutSuffix(rest, "]")
	if !ok || !closed || base == "" || inner == "" {
		return nil
	}
	names := append([]string{base}, strings.Split(inner, "][")...)
	if len(names) > maxFieldDepth {
		return nil
	}
	return names
}

// object returns the members as an object whose own place in schema is path.
func (f *formField) object(schema *jsonschema.Schema, path []schemaStep) (any, error) {
	object := make(map[string]any, len(f.order))
	for _, name := range f.order {
		value, err := f.members[name].value(schema, append(path, propertyStep(name)))
		if err != nil {
			return nil, err
		}
		object[name] = value
	}
	return object, nil
}

// value returns the field's value, whose place in schema is path.
func (f *formField) value(schema *jsonschema.Schema, path []schemaStep) (any, error) {
	if len(f.order) > 0 {
		if len(f.values) > 0 {
			return nil, fmt.Errorf("%s is given both as a value and as an object", quoteClipped(f.fullName()))
		}
		if types := typesAt(schema, path...); types&mayBeObject == 0 && types&mayBeArray != 0 {
			return f.numbered(schema, path)
		}
		return f.object(schema, path)
	}
	types := typesAt(schema, path...)
	only := f.values[0]
	switch _, isArray := only.json.([]any); {
	case isArray && len(f.values) == 1:
		return only.json, nil
	case f.isList || types.isList(len(f.values) > 1, false):
		return f.items(schema, path), nil
	case len(f.values) > 1:
		return nil, errRepeated(f.fullName(), len(f.values))
	default:
		return only.coerce(types), nil
	}
}

// numbered returns the members, which are named by numbers, as an array.
func (f *formField) numbered(schema *jsonschema.Schema, path []schemaStep) (any, error) {
	items := make([]any, 0, len(f.order))
	for i, name := range f.order {
		if _, err := strconv.Atoi(name); err != nil {
			return nil, fmt.Errorf("%s is a list: its items are named by numbers, not by %s", quoteClipped(f.fullName()), quoteClipped(name))
		}
		item, err := f.members[name].value(schema, append(path, itemStep(i)))
		if err != nil {
			return nil, err
		}
		items = append(items, item)
	}
	return items, nil
}

// items returns the values as an array whose own place in schema is path.
func (f *formField) items(schema *jsonschema.Schema, path []schemaStep) []any {
	items := make([]any, len(f.values))
	for i, value := range f.values {
		items[i] = value.coerce(typesAt(schema, append(path, itemStep(i))...))
	}
	return items
}

// coerce returns the value; a text gets the type it has among types.
func (v formValue) coerce(types jsonTypes) any {
	if v.isJSON {
		return v.json
	}
	return types.coerce(v.text)
}
