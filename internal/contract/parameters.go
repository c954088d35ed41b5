package contract

import (
	"maps"
	"slices"
	"strings"
)

// readParameters merges the parameters of an operation and of its path item, of
// which those of the operation win by place and name. Those in the path come first,
// in its order.
func (c *Contract) readParameters(op *Operation) []*Parameter {
	known := map[parameterKey]bool{}
	parameters := c.readParameterList(op.Node.Get("parameters"), known)
	own := maps.Clone(known)
	for _, p := range c.readParameterList(op.PathNode.Get("parameters"), map[parameterKey]bool{}) {
		if !own[p.key()] {
			known[p.key()] = true
			parameters = append(parameters, p)
		}
	}
	parameters = c.matchPath(op, parameters, known)
	place := func(p *Parameter) int {
		if p.In == "path" {
			return slices.Index(op.names, p.Name)
		}
		return len(op.names)
	}
	slices.SortStableFunc(parameters, func(a, b *Parameter) int { return place(a) - place(b) })
	return parameters
}

// parameterKey is what tells one parameter from others.
type parameterKey struct{ in, name string }

func (p *Parameter) key() parameterKey { return parameterKey{p.In, p.Name} }

// readParameterList reads one list of parameters, and notes which are known then.
func (c *Contract) readParameterList(list Node, known map[parameterKey]bool) []*Parameter {
	var parameters []*Parameter
	for _, n := range list.Items() {
		p, isKnown := c.parameters[n.target()]
		if !isKnown {
			p = c.readParameter(n)
			c.parameters[n.target()] = p
		}
		switch {
		case p == nil:
		case known[p.key()]:
			c.warn(n.Fault("remove one; this one is left out", "the %s parameter %q is there already", p.In, p.Name))
		default:
			known[p.key()] = true
			parameters = append(parameters, p)
		}
	}
	return parameters
}

// matchPath holds the parameters against those in the path: one that is not
// declared may be any text, and one that is not there is left out.
func (c *Contract) matchPath(op *Operation, parameters []*Parameter, known map[parameterKey]bool) []*Parameter {
	parameters = slices.DeleteFunc(parameters, func(p *Parameter) bool {
		isLost := p.In == "path" && !slices.Contains(op.names, p.Name)
		if isLost {
			c.warn(op.Node.Fault("remove it, or put it into the path", "the path parameter %q is not in the path %s", p.Name, op.Path))
		}
		return isLost
	})
	for _, name := range op.names {
		implied := &Parameter{Name: name, In: "path", Required: true, style: parameterStyle{name: name, in: "path", style: "simple"}}
		if !known[implied.key()] {
			c.warn(op.Node.Fault("declare it under parameters; until then it may be any text", "the path parameter %q is not declared", name))
			parameters = append(parameters, implied)
		}
	}
	return parameters
}

// parameterNames lists the parameters in a path template.
func parameterNames(template string) []string {
	var names []string
	for segment := range strings.SplitSeq(template, "/") {
		if _, found, err := splitSegment(segment); err == nil {
			names = append(names, found...)
		}
	}
	return names
}

// readParameter reads one parameter; nil is one that cannot be told.
func (c *Contract) readParameter(n Node) *Parameter {
	const leftOut = "correct the parameter; until then it is left out"
	if !n.IsObject() {
		return nil // nothing stands there
	}
	p := &Parameter{
		Name:        n.Get("name").Text(),
		In:          n.Get("in").Text(),
		Description: n.Get("description").Text(),
		Required:    n.Get("required").Bool(),
		Node:        n,
	}
	switch {
	case p.Name == "":
		c.warn(n.Fault(leftOut, "a parameter has no name"))
		return nil
	case defaultStyle(p.In) == "":
		c.warn(n.Fault(leftOut, "the parameter %q is in %q, where none is", p.Name, p.In))
		return nil
	case p.In == "path" && !p.Required:
		c.warn(n.Fault("add required: true", "the path parameter %q is not required, but no request can leave it out", p.Name))
		p.Required = true
	}
	style, schema := readStyle(n, p.Name, p.In)
	if !hasStyle(p.In, style.style) {
		c.warn(n.Get("style").Fault("correct the style; until then the usual one is taken", "a parameter in %s has no style %q", p.In, style.style))
		style.style = defaultStyle(p.In)
	}
	if !schema.Exists() {
		c.warn(n.Fault("give it a schema; until then it may be any text", "the parameter %q has neither schema nor content", p.Name))
	}
	p.style = style
	p.Schema = c.compileSchema(inRequest, schema)
	return p
}

// defaultStyle is how a parameter is written unless it says otherwise, "" in a
// place that has no parameters.
func defaultStyle(in string) string {
	return map[string]string{"path": "simple", "header": "simple", "query": "form", "cookie": "form"}[in]
}

// hasStyle reports whether parameters in a place may be written in a style.
func hasStyle(in, style string) bool {
	switch in {
	case "path":
		return style == "simple" || style == "label" || style == "matrix"
	case "query":
		return style == "form" || style == "spaceDelimited" || style == "pipeDelimited" || style == "deepObject"
	}
	return style == defaultStyle(in)
}

// readStyle reads how a parameter or header is written, and finds its schema.
func readStyle(n Node, name, in string) (parameterStyle, Node) {
	style := parameterStyle{name: name, in: in, style: n.Get("style").Text()}
	if style.style == "" {
		style.style = defaultStyle(in)
	}
	style.explode = style.style == "form"
	if explode := n.Get("explode"); explode.Exists() {
		style.explode = explode.Bool()
	}
	schema := n.Raw("schema")
	content := n.Get("content")
	for _, mediaType := range content.Names() { // there is only one
		style.json = isJSON(baseType(mediaType))
		schema = content.Get(mediaType).Raw("schema")
	}
	return style, schema
}

// baseType is a media type without its parameters.
func baseType(mediaType string) string {
	base, _, _ := strings.Cut(mediaType, ";")
	return strings.ToLower(strings.TrimSpace(base))
}
