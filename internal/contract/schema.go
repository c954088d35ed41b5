package contract

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"net/url"
	"strconv"
	"strings"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// Schema is one schema of the document, compiled once. It is safe for
// concurrent use.
type Schema struct {
	node     Node
	compiled *jsonschema.Schema
	quick    *quick // nil when the schema is beyond it
}

// Node is where the schema stands in the document.
func (s *Schema) Node() Node { return s.node }

// Compiled is the schema as JSON Schema 2020-12.
func (s *Schema) Compiled() *jsonschema.Schema { return s.compiled }

// orAny is the compiled schema, or one that admits anything when there is none.
func (s *Schema) orAny() *jsonschema.Schema {
	if s == nil {
		return &jsonschema.Schema{}
	}
	return s.compiled
}

// Check returns what is wrong with a value; nothing when it is valid. The
// value is as DecodeJSON gives it.
func (s *Schema) Check(value any) []Violation {
	if s.quick.admits(value) {
		return nil
	}
	if err := s.compiled.Validate(value); err != nil {
		return violations(err)
	}
	return nil
}

// library compiles the schemas of one document. Each schema that a reference
// can name is a resource of its own, so that compiling one costs no more than
// what it refers to.
type library struct {
	mu        sync.Mutex
	legacy    bool
	compiler  *jsonschema.Compiler
	resources []resource
	numbers   map[resourceKey]int
	compiled  map[resourceKey]*Schema
	warned    map[string]bool
	warnings  Faults
}

// resource is a schema by direction and place.
type resource struct {
	direction direction
	node      Node
	around    Node // the schema that this one is a part of, if that makes a difference
	closed    bool // unknown members are refused
}

// resourceKey names a resource.
type resourceKey struct {
	direction       direction
	pointer, around string
	closed          bool
}

func (r resource) key() resourceKey {
	return resourceKey{r.direction, r.node.Pointer(), r.around.Pointer(), r.closed}
}

// resourcePrefix starts the URL of every resource; its number follows.
const resourcePrefix = "schema:///"

// newLibrary makes the library of a document; legacy means OpenAPI 3.0.
func newLibrary(legacy bool) *library {
	l := &library{legacy: legacy, compiler: jsonschema.NewCompiler(), numbers: map[resourceKey]int{}, compiled: map[resourceKey]*Schema{}, warned: map[string]bool{}}
	l.compiler.DefaultDraft(jsonschema.Draft2020)
	l.compiler.AssertFormat()
	for name, check := range openAPIFormats() {
		l.compiler.RegisterFormat(&jsonschema.Format{Name: name, Validate: check})
	}
	l.compiler.UseLoader(l)
	return l
}

// Load gives the compiler a resource by URL (jsonschema.URLLoader).
func (l *library) Load(location string) (any, error) {
	number, err := strconv.Atoi(strings.TrimPrefix(location, resourcePrefix))
	if err != nil || number >= len(l.resources) {
		return nil, fmt.Errorf("no schema at %s", location)
	}
	r := l.resources[number]
	if r.closed {
		return strict(l.location(r.direction, r.node)), nil
	}
	return translator{library: l, direction: r.direction, legacy: l.legacy, around: r.around}.schema(r.node), nil
}

// location is the URL of the resource for the schema at n.
func (l *library) location(d direction, n Node) string {
	return l.number(resource{direction: d, node: n})
}

func (l *library) number(r resource) string {
	number, ok := l.numbers[r.key()]
	if !ok {
		number = len(l.resources)
		l.numbers[r.key()] = number
		l.resources = append(l.resources, r)
	}
	return resourcePrefix + strconv.Itoa(number)
}

// compile returns the schema at n for one direction. The error is a Faults.
func (l *library) compile(d direction, n Node) (*Schema, error) {
	return l.compileResource(resource{direction: d, node: l.plain(n)})
}

// plain follows a reference that says nothing beside it, so that a schema is
// compiled once however it is reached.
func (l *library) plain(n Node) Node {
	for range maxDepth {
		ref, ok := n.reference()
		if !ok || !l.legacy && len(n.Names()) > 1 {
			return n
		}
		n = n.Follow(ref.Text())
	}
	return Node{}
}

func (l *library) compileResource(r resource) (*Schema, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if schema, ok := l.compiled[r.key()]; ok {
		return schema, nil
	}
	compiled, err := l.compiler.Compile(l.number(r))
	if err != nil {
		return nil, l.compileFaults(r.node, err)
	}
	schema := &Schema{node: r.node, compiled: compiled, quick: newQuick(compiled)}
	l.compiled[r.key()] = schema
	return schema, nil
}

// compileFaults says where in the document a schema is no schema.
func (l *library) compileFaults(n Node, err error) Faults {
	var invalid *jsonschema.SchemaValidationError
	if !errors.As(err, &invalid) {
		return Faults{n.Fault("correct the schema", "schema: %v", err)}
	}
	place := l.locate(invalid.URL)
	if !place.Exists() {
		place = n
	}
	var faults Faults
	for _, v := range violations(invalid.Err) {
		at := place.At(v.Pointer)
		if !at.Exists() {
			at = place
		}
		faults = append(faults, at.Fault("correct the schema", "not a schema: %s", v.Message))
	}
	return faults
}

// locate finds the place in the document of a compiled schema's location.
func (l *library) locate(location string) Node {
	base, fragment, _ := strings.Cut(location, "#")
	number, err := strconv.Atoi(strings.TrimPrefix(base, resourcePrefix))
	if err != nil || number >= len(l.resources) {
		return Node{}
	}
	return l.resources[number].node.At(unescapeFragment(fragment))
}

// warn keeps a warning once for each place.
func (l *library) warn(f Fault) {
	if !l.warned[f.Pointer] {
		l.warned[f.Pointer] = true
		l.warnings = append(l.warnings, f)
	}
}

// openAPIFormats are the formats of the OpenAPI format registry that JSON
// Schema does not know (https://spec.openapis.org/registry/format).
func openAPIFormats() map[string]func(any) error {
	return map[string]func(any) error{
		"int32": wholeNumber(32),
		"int64": wholeNumber(64),
		"byte":  base64Text,
		"url":   absoluteURL,
	}
}

// wholeNumber checks that a number fits a signed integer of that many bits.
func wholeNumber(bits uint) func(any) error {
	return func(value any) error {
		text, ok := value.(json.Number)
		if !ok {
			return nil
		}
		number, ok := new(big.Rat).SetString(string(text))
		if !ok || !number.IsInt() {
			return errors.New("not a whole number")
		}
		if limit := new(big.Int).Lsh(big.NewInt(1), bits-1); number.Num().CmpAbs(limit) > 0 || number.Num().Cmp(limit) == 0 {
			return fmt.Errorf("does not fit %d bits", bits)
		}
		return nil
	}
}

// base64Text checks RFC 4648 text.
func base64Text(value any) error {
	text, ok := value.(string)
	if !ok {
		return nil
	}
	_, err := base64.StdEncoding.DecodeString(text)
	return err
}

// absoluteURL checks that a text is a URL with a scheme.
func absoluteURL(value any) error {
	text, ok := value.(string)
	if !ok {
		return nil
	}
	parsed, err := url.Parse(text)
	if err == nil && !parsed.IsAbs() {
		err = errors.New("no scheme")
	}
	return err
}
