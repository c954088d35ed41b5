// Package contract turns an OpenAPI document into something that can be asked:
// which operation is this request, what is wrong with it, what is wrong with
// this response. It is the only package that knows kin-openapi.
package contract

import (
	"fmt"
	"slices"
	"strings"
)

// Contract is one OpenAPI document, read and compiled. It does not change and
// is safe for concurrent use.
type Contract struct {
	// Title and Version are the document's own.
	Title, Version string
	// Operations stand in the order of the document.
	Operations []*Operation
	// Warnings are faults that leave the rest of the document usable.
	Warnings Faults

	root    Node
	library *library
	routes  matcher
	paths   []*path
}

// path is one entry of the document's paths.
type path struct {
	template   string
	node       Node
	operations []*Operation
	allow      string
}

// Root is the whole document.
func (c *Contract) Root() Node { return c.root }

// Locate returns the place in the document of a compiled schema, by its
// Location.
func (c *Contract) Locate(location string) Node {
	c.library.mu.Lock()
	defer c.library.mu.Unlock()
	return c.library.locate(location)
}

// ResponseSchema compiles the schema at n as it applies to responses. The
// error is a Faults.
func (c *Contract) ResponseSchema(n Node) (*Schema, error) { return c.library.compile(inResponse, n) }

// RequestSchema compiles the schema at n as it applies to requests. The error
// is a Faults.
func (c *Contract) RequestSchema(n Node) (*Schema, error) { return c.library.compile(inRequest, n) }

// Operation returns the operation of a path template and method, or nil.
func (c *Contract) Operation(method, template string) *Operation {
	for _, op := range c.Operations {
		if op.Method == method && op.Path == template {
			return op
		}
	}
	return nil
}

// Load reads an OpenAPI 3.0 or 3.1 document in YAML or JSON; name stands in
// faults. The error is a Faults with everything that keeps the document from
// having one meaning.
func Load(name string, data []byte) (*Contract, error) {
	root, err := ParseFile(name, data)
	if err != nil {
		return nil, err
	}
	if faults := recognise(root); faults != nil {
		return nil, faults
	}
	if faults := structureFaults(root); faults != nil {
		return nil, sorted(faults)
	}
	linted := make(chan lintResult, 1)
	go func() { linted <- lint(root) }() // most of the time that loading takes
	c := newContract(root)
	faults := c.readPaths()
	warnings := append(c.lyingExamples(), c.library.warnings...)
	found := <-linted
	if faults = append(faults, found.faults...); faults != nil {
		return nil, sorted(faults)
	}
	if found.unplaced != nil {
		return nil, sorted(found.unplaced) // nothing better was found
	}
	c.Warnings = sorted(append(warnings, found.warnings...))
	return c, nil
}

// LoadProven reads a document that Load has read before without a fault or a
// warning, such as one that is part of the program and of its tests. It leaves
// out the judging, which is most of the time that loading takes.
func LoadProven(name string, data []byte) (*Contract, error) {
	root, err := ParseFile(name, data)
	if err != nil {
		return nil, err
	}
	c := newContract(root)
	return c, c.readPaths().Err()
}

func newContract(root Node) *Contract {
	return &Contract{
		Title:   root.Get("info").Get("title").Text(),
		Version: root.Get("info").Get("version").Text(),
		root:    root,
		library: newLibrary(strings.HasPrefix(root.Get("openapi").Text(), "3.0")),
	}
}

// sorted orders faults by line and drops repetitions.
func sorted(faults Faults) Faults {
	slices.SortStableFunc(faults, func(a, b Fault) int { return a.Line - b.Line })
	said := map[Fault]bool{}
	return slices.DeleteFunc(faults, func(f Fault) bool {
		repeated := said[f]
		said[f] = true
		return repeated
	})
}

// recognise refuses what is no OpenAPI document that can be read.
func recognise(root Node) Faults {
	const hint = "give an OpenAPI 3.0 or 3.1 document"
	if !root.IsObject() {
		return Faults{root.Fault(hint, "not an OpenAPI document")}
	}
	version := root.Get("openapi")
	switch text := version.Text(); {
	case root.Get("swagger").Exists():
		return Faults{root.Get("swagger").Fault(hint, "Swagger %s is not supported", root.Get("swagger").Text())}
	case !version.Exists():
		return Faults{root.Fault(hint, `there is no "openapi" version`)}
	case !strings.HasPrefix(text, "3.0.") && !strings.HasPrefix(text, "3.1.") && text != "3.0" && text != "3.1":
		return Faults{version.Fault(hint, "OpenAPI %s is not supported", text)}
	}
	return nil
}

// readPaths builds every operation. It reports all faults, not the first.
func (c *Contract) readPaths() Faults {
	var faults Faults
	paths := c.root.Get("paths")
	for _, template := range paths.Names() {
		if strings.HasPrefix(template, "x-") {
			continue
		}
		p := &path{template: template, node: paths.Get(template)}
		if !p.node.IsObject() {
			continue // nothing stands there
		}
		if fault := c.route(p, paths.Raw(template)); fault != nil {
			faults = append(faults, *fault)
			continue
		}
		for _, method := range p.node.Names() {
			if !slices.Contains(methods(), method) {
				continue
			}
			op, found := c.readOperation(p, strings.ToUpper(method))
			faults = append(faults, found...)
			p.operations = append(p.operations, op)
			c.Operations = append(c.Operations, op)
		}
		p.allow = allow(p.operations)
	}
	faults = append(faults, c.repeatedIDs()...)
	if len(c.Operations) == 0 && len(faults) == 0 {
		faults = append(faults, c.root.Fault("add a path with an operation", "the document has no operation"))
	}
	return faults
}

// route makes a path known to the matcher.
func (c *Contract) route(p *path, n Node) *Fault {
	var fault Fault
	switch err := c.routes.add(p.template, len(c.paths)); {
	case !strings.HasPrefix(p.template, "/"):
		fault = n.Fault("begin it with a slash", "path %q does not begin with a slash", p.template)
	case err != nil:
		fault = n.Fault("remove one of the two, or make them differ in a fixed segment", "%v", err)
	default:
		c.paths = append(c.paths, p)
		return nil
	}
	return &fault
}

// repeatedIDs reports operations that share an operationId.
func (c *Contract) repeatedIDs() Faults {
	var faults Faults
	first := map[string]*Operation{}
	for _, op := range c.Operations {
		id := op.Node.Raw("operationId")
		if other := first[id.Text()]; other != nil && id.Text() != "" {
			faults = append(faults, id.Fault("give each operation an id of its own", "operationId %q is also that of %s %s", id.Text(), other.Method, other.Path))
			continue
		}
		first[id.Text()] = op
	}
	return faults
}

// methods lists the members of a path item that are operations.
func methods() []string {
	return []string{"get", "put", "post", "delete", "options", "head", "patch", "trace"}
}

// allow is the value of Allow for a path: HEAD comes with GET, and OPTIONS is
// always answered.
func allow(operations []*Operation) string {
	var methods []string
	for _, op := range operations {
		methods = append(methods, op.Method)
	}
	for _, implied := range []string{"HEAD", "OPTIONS"} {
		if slices.Contains(methods, implied) || implied == "HEAD" && !slices.Contains(methods, "GET") {
			continue
		}
		methods = append(methods, implied)
	}
	return strings.Join(methods, ", ")
}

// Match is the answer to: which operation is this request.
type Match struct {
	// Operation is nil when no path matches, or none of the path's operations
	// has the method.
	Operation *Operation
	// Allow is the path's value for the Allow header; "" when no path matches.
	Allow string
	// Sibling is an operation of the path when the method has none; its error
	// schema describes the refusal.
	Sibling *Operation
	// Params are the path parameters.
	Params Params
}

// Match finds the operation of a method and an escaped URL path. A trailing
// slash makes no difference. HEAD is answered by GET when it has no operation
// of its own.
func (c *Contract) Match(method, escapedPath string) Match {
	var m Match
	route, ok := c.routes.match(escapedPath, &m.Params)
	if !ok {
		return m
	}
	p := c.paths[route]
	m.Allow = p.allow
	m.Operation = p.operation(method)
	if m.Operation == nil && method == "HEAD" {
		m.Operation = p.operation("GET")
	}
	if m.Operation == nil && len(p.operations) > 0 {
		m.Sibling = p.operations[0]
	}
	return m
}

func (p *path) operation(method string) *Operation {
	for _, op := range p.operations {
		if op.Method == method {
			return op
		}
	}
	return nil
}

// String names the document.
func (c *Contract) String() string { return fmt.Sprintf("%s %s", c.Title, c.Version) }
