// Package contract turns an OpenAPI document into something that can be asked:
// which operation is this request, what is wrong with it, what is wrong with
// this response. It is the only package that knows kin-openapi.
package contract

import (
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
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
	paths   []*pathGroup
	bases   []string // of the servers, the longest first

	// What several operations refer to is read once.
	parameters map[*yaml.Node]*Parameter
	bodies     map[*yaml.Node]*Body
	responses  map[*yaml.Node]*Response
}

// Root is the whole document.
func (c *Contract) Root() Node { return c.root }

// IsSwagger reports whether the document is Swagger 2.0, of which OpenAPI 3 was made. An
// overlay changes it as it was written.
func (c *Contract) IsSwagger() bool { return c.root.file.swagger }

// Locate returns the place in the document of a compiled schema, by its
// Location.
func (c *Contract) Locate(location string) Node {
	c.library.mu.Lock()
	defer c.library.mu.Unlock()
	return c.library.locate(location)
}

// Constraint returns what of the document a violation breaks: the keyword, as far as the
// schema says it there, or the schema. It does not exist where no schema is broken.
func (op *Operation) Constraint(v Violation) Node {
	if op == nil || v.schema == "" {
		return Node{}
	}
	op.library.mu.Lock()
	defer op.library.mu.Unlock()
	schema := op.library.written(v.schema)
	for _, keyword := range []string{v.Keyword, map[string]string{"null": "type", "unknown": "additionalProperties"}[v.Keyword]} {
		if said := schema.Raw(keyword); said.Exists() {
			return said
		}
	}
	return schema
}

// ResponseSchema compiles the schema at n as it applies to responses. What makes
// no sense in it is left out. The error is a Faults: there is no schema at all.
func (c *Contract) ResponseSchema(n Node) (*Schema, error) { return c.schemaAt(inResponse, n) }

// RequestSchema compiles the schema at n as it applies to requests. What makes no
// sense in it is left out. The error is a Faults: there is no schema at all.
func (c *Contract) RequestSchema(n Node) (*Schema, error) { return c.schemaAt(inRequest, n) }

func (c *Contract) schemaAt(d direction, n Node) (*Schema, error) {
	switch kind := kindOf(n); {
	case !n.Exists():
		return nil, Faults{n.Fault("", "there is no schema here")}
	case kind != objectKind && kind != flagKind:
		return nil, Faults{n.Fault("correct the schema", "not a schema: %s", kind.withArticle())}
	}
	return c.library.compile(d, n), nil
}

// Operation returns the operation of a path template and method, or nil.
func (c *Contract) Operation(method, template string) *Operation {
	for _, op := range c.Operations {
		if op.Method == method && op.Path == template {
			return op
		}
	}
	return nil
}

// Bases lists the paths of the document's servers, without those that say nothing,
// the longest first.
func (c *Contract) Bases() []string { return slices.Clone(c.bases) }

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
	// Base is the path of a server that stands before the document's own; "" when none
	// does.
	Base string
}

// Match finds the operation of a method and an escaped URL path, as the document
// has it or with the path of one of its servers before it. A trailing slash makes
// no difference. HEAD is answered by GET when it has no operation of its own.
func (c *Contract) Match(method, escapedPath string) Match {
	var m Match
	route, ok := c.routes.match(escapedPath, &m.Params)
	for _, base := range c.bases {
		if ok {
			break
		}
		if rest, isBelow := strings.CutPrefix(escapedPath, base); isBelow && strings.HasPrefix(rest, "/") {
			route, ok = c.routes.match(rest, &m.Params)
			m.Base = base
		}
	}
	if !ok {
		m.Base = ""
		return m
	}
	p := c.paths[route]
	m.Allow = p.allow
	m.Operation = p.operation(method)
	if m.Operation == nil && method == "HEAD" {
		m.Operation = p.operation("GET")
	}
	switch {
	case m.Operation != nil:
		m.Params.names = m.Operation.names
	case len(p.operations) > 0:
		m.Sibling = p.operations[0]
	}
	return m
}

// String names the document.
func (c *Contract) String() string { return fmt.Sprintf("%s %s", c.Title, c.Version) }
