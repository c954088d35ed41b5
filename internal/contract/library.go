package contract

import (
	"fmt"
	"strconv"
	"strings"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"
)

// library compiles the schemas of one document. Each schema that a reference
// can name is a resource of its own, so that compiling one costs no more than
// what it refers to.
type library struct {
	mu        sync.Mutex
	legacy    bool
	compiler  *jsonschema.Compiler
	patterns  patterns
	resources []resource
	numbers   map[resourceKey]int
	compiled  map[int]*Schema
	quick     quickCompiler
	weights   map[*jsonschema.Schema]int
	staying   map[stayingKey][]string
	warned    map[Fault]bool
	warnings  Faults
}

// resource is a schema by direction and place.
type resource struct {
	direction direction
	node      Node
	around    Node // the schema that this one is a part of, if that makes a difference
	closed    bool // unknown members are refused

	made *translation // nil until it is needed
	done bool         // it is compiled, with all that it refers to
}

// resourceKey names a resource.
type resourceKey struct {
	direction     direction
	value, around *yaml.Node
	closed        bool
}

// stayingKey names the members of a schema that do not travel in a direction.
type stayingKey struct {
	direction direction
	schema    *yaml.Node
}

func (r resource) key() resourceKey {
	return resourceKey{r.direction, r.node.target(), r.around.target(), r.closed}
}

// resourcePrefix starts the URL of every resource; its number follows. The schema
// engine does not judge what is below it, which the translation has done already.
const resourcePrefix = "https://json-schema.org/understudy/"

// address is the URL of a resource.
func address(number int) string { return resourcePrefix + strconv.Itoa(number) }

// newLibrary makes the library of a document; legacy means OpenAPI 3.0.
func newLibrary(legacy bool) *library {
	l := &library{
		legacy: legacy, compiler: jsonschema.NewCompiler(), numbers: map[resourceKey]int{}, compiled: map[int]*Schema{},
		quick: quickCompiler{done: map[*jsonschema.Schema]*quick{}}, weights: map[*jsonschema.Schema]int{},
		staying: map[stayingKey][]string{}, warned: map[Fault]bool{},
	}
	l.compiler.DefaultDraft(jsonschema.Draft2020)
	l.compiler.AssertFormat()
	l.compiler.UseRegexpEngine(l.patterns.engine)
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
	return l.translate(number).schema, nil
}

// translate gives a resource in the words of JSON Schema.
func (l *library) translate(number int) *translation {
	r := l.resources[number]
	if r.made != nil {
		return r.made
	}
	made := &translation{}
	if r.closed {
		open := l.number(resource{direction: r.direction, node: r.node})
		made.schema, made.schemas, made.references = strict(address(open)), 1, []int{open}
	} else {
		made.schema = translator{library: l, direction: r.direction, legacy: l.legacy, around: r.around, out: made}.schema(r.node)
	}
	l.resources[number].made = made
	return made
}

func (l *library) number(r resource) int {
	number, ok := l.numbers[r.key()]
	if !ok {
		number = len(l.resources)
		l.numbers[r.key()] = number
		l.resources = append(l.resources, r)
	}
	return number
}

// compile returns the schema at n for one direction.
func (l *library) compile(d direction, n Node) *Schema {
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

func (l *library) compileResource(r resource) *Schema {
	l.mu.Lock()
	defer l.mu.Unlock()
	number := l.number(r)
	if schema, ok := l.compiled[number]; ok {
		return schema
	}
	schema := &Schema{node: r.node, compiled: l.build(number)}
	schema.quick = l.quick.compile(schema.compiled, nil)
	l.compiled[number] = schema
	return schema
}

// maxSchemas bounds the schemas that hang together: the engine takes the square of
// their number.
const maxSchemas = 40_000

// build compiles a resource, after what it refers to. One that cannot be compiled
// admits anything.
func (l *library) build(number int) *jsonschema.Schema {
	order, schemas := l.pending(number)
	if schemas > maxSchemas {
		l.warn(l.resources[number].node.Fault("simplify it", "the schema refers to more than %d schemas and is not checked", maxSchemas))
		return anything()
	}
	for _, next := range order {
		if _, err := l.compiler.Compile(address(next)); err != nil {
			l.warn(l.resources[next].node.Fault("correct the schema; until then it is not checked", "schema: %v", err))
			return anything()
		}
		l.resources[next].done = true
	}
	compiled, err := l.compiler.Compile(address(number))
	if err != nil {
		return anything() // each of them compiled alone
	}
	l.lighten(compiled)
	return compiled
}

// anything is a schema that admits anything.
func anything() *jsonschema.Schema {
	yes := true
	return &jsonschema.Schema{DraftVersion: 2020, Bool: &yes}
}

// pending lists the resources that must be compiled before one is, and that one,
// those without references first, and counts the schemas in them.
func (l *library) pending(number int) (order []int, schemas int) {
	type step struct{ number, next int }
	seen := map[int]bool{number: true}
	for stack := []step{{number: number}}; len(stack) > 0; {
		top := &stack[len(stack)-1]
		made := l.translate(top.number)
		if top.next == 0 {
			schemas += made.schemas
		}
		if schemas > maxSchemas {
			return nil, schemas
		}
		if top.next == len(made.references) {
			order = append(order, top.number)
			stack = stack[:len(stack)-1]
			continue
		}
		reference := made.references[top.next]
		top.next++
		if !seen[reference] && !l.resources[reference].done {
			seen[reference] = true
			stack = append(stack, step{number: reference})
		}
	}
	return order, schemas
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

// written finds the place in the document of a compiled schema's location, or the
// nearest around it where the translation has added a level.
func (l *library) written(location string) Node {
	base, fragment, _ := strings.Cut(location, "#")
	n := l.locate(base)
	tokens := strings.Split(strings.TrimPrefix(unescapeFragment(fragment), "/"), "/")
	for len(tokens) > 0 {
		if l.legacy && tokens[0] == "anyOf" && wrapsNull(n) {
			if len(tokens) < 3 || tokens[1] != "1" {
				return n
			}
			tokens = tokens[2:] // from the wrapping to the schema in it
		}
		next := n.inside(unescapeToken(tokens[0]))
		if !next.Exists() {
			return n
		}
		n, tokens = next, tokens[1:]
	}
	return n
}

// warn keeps a warning once: a schema is read for requests and for responses.
func (l *library) warn(f Fault) {
	if !l.warned[f] {
		l.warned[f] = true
		l.warnings = append(l.warnings, f)
	}
}
