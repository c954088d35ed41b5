package contract

import (
	"errors"
	"net/url"
	"slices"
	"strings"
)

// pathGroup is what the paths of the document that match the same requests have to
// offer together.
type pathGroup struct {
	operations []*Operation
	allow      string
}

// template is a path as it stands in the document.
type template struct {
	name string
	text string // the name without a query and a fragment, which no path of a request has
	node Node
}

// readPaths builds every operation.
func (c *Contract) readPaths() {
	paths := c.root.Get("paths")
	for _, name := range paths.Names() {
		if strings.HasPrefix(name, "x-") {
			continue
		}
		text, _, _ := strings.Cut(name, "#")
		text, _, _ = strings.Cut(text, "?")
		t := template{name, text, paths.Get(name)}
		if !t.node.IsObject() {
			continue // nothing stands there
		}
		if p := c.route(&t, paths.Raw(name)); p != nil {
			c.readPath(p, t)
		}
	}
	c.tellApart()
}

// route makes a template known to the matcher; nil is what cannot be matched.
func (c *Contract) route(t *template, n Node) *pathGroup {
	if !strings.HasPrefix(t.text, "/") {
		c.warn(n.Fault("begin it with a slash", "path %q does not begin with a slash", t.text))
		t.text = "/" + t.text
	}
	err := c.routes.add(t.text, len(c.paths))
	var taken *takenError
	switch {
	case errors.As(err, &taken):
		return c.paths[taken.by.route]
	case err != nil:
		c.warn(n.Fault("correct it; until then it is left out", "%v", err))
		return nil
	}
	c.paths = append(c.paths, &pathGroup{})
	return c.paths[len(c.paths)-1]
}

// readPath adds the operations that stand under a template.
func (c *Contract) readPath(p *pathGroup, t template) {
	for _, method := range t.node.Names() {
		if !slices.Contains(methods(), method) || !t.node.Get(method).IsObject() {
			continue
		}
		method = strings.ToUpper(method)
		if other := p.operation(method); other != nil {
			c.warn(t.node.Get(strings.ToLower(method)).Fault("remove one of the two, or make their paths differ in a fixed segment; this one is left out",
				"%s %s matches the same requests as %s %s", method, t.name, method, other.Path))
			continue
		}
		op := c.readOperation(t, method)
		p.operations = append(p.operations, op)
		c.Operations = append(c.Operations, op)
	}
	p.allow = allow(p.operations)
}

func (p *pathGroup) operation(method string) *Operation {
	for _, op := range p.operations {
		if op.Method == method {
			return op
		}
	}
	return nil
}

// tellApart gives operations that share an operationId, all but the first, the id
// of an operation without one.
func (c *Contract) tellApart() {
	first := map[string]*Operation{}
	for _, op := range c.Operations {
		if other := first[op.ID]; other != nil {
			c.warn(op.Node.Raw("operationId").Fault("give each operation an id of its own", "operationId %q is also that of %s %s", op.ID, other.Method, other.Path))
			op.ID = op.Method + " " + op.Path
		}
		first[op.ID] = op
	}
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

// basePaths lists the paths of the document's servers, without those that say
// nothing, the longest first.
func basePaths(root Node) []string {
	var bases []string
	for _, server := range root.Get("servers").Items() {
		text := server.Get("url").Text()
		for name, variable := range server.Get("variables").members() {
			text = strings.ReplaceAll(text, "{"+name+"}", variable.Get("default").Text())
		}
		// What stands before the path is of no interest, and need be no URL.
		if _, rest, ok := strings.Cut(text, "://"); ok {
			_, text, _ = strings.Cut(rest, "/")
		}
		base := "/" + strings.Trim(text, "/")
		if parsed, err := url.Parse(base); err == nil {
			base = parsed.EscapedPath()
		}
		if base != "/" && !slices.Contains(bases, base) {
			bases = append(bases, base)
		}
	}
	slices.SortStableFunc(bases, func(a, b string) int { return len(b) - len(a) })
	return bases
}
