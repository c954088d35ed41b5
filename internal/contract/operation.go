package contract

import (
	"slices"
	"strconv"
	"strings"
)

// Operation is one method of one path.
type Operation struct {
	// ID is the operationId, or the method and path when there is none.
	ID string
	// Method is in capitals; Path is the template as the document has it.
	Method, Path string
	Summary      string
	Tags         []string
	Deprecated   bool
	// Parameters are the operation's own and its path's, path parameters first
	// in the order of the path.
	Parameters []*Parameter
	// Body is nil when the operation takes none.
	Body *Body
	// Responses stand in the order of the document.
	Responses []*Response
	// Security lists the alternatives, any of which admits a request. None at
	// all: the operation is open.
	Security []Requirement
	// Node is where the operation stands, PathNode the path item around it.
	Node, PathNode Node

	library  *library
	produces []string
}

// Parameter is one path, query, header or cookie parameter.
type Parameter struct {
	Name, In    string
	Description string
	Required    bool
	Schema      *Schema
	Node        Node

	style parameterStyle
}

// Body is what an operation accepts.
type Body struct {
	Required bool
	Content  []*Media
	Node     Node
}

// Response is one declared answer.
type Response struct {
	// Status is a code, a range like 4XX, or "default".
	Status      string
	Description string
	Headers     []*Header
	Content     []*Media
	Node        Node
}

// Header is one declared response header.
type Header struct {
	Name     string
	Required bool
	Schema   *Schema
	Examples []Example
	Node     Node

	style parameterStyle
}

// Media is one content type of a body.
type Media struct {
	Type string
	// Schema is nil when the document gives none.
	Schema   *Schema
	Examples []Example
	Node     Node
}

// Media returns the declared content type that a media type fits: the same, or
// else the narrowest range like text/* that it is in. It is nil when none does.
func (b *Body) Media(mediaType string) *Media { return pickMedia(b.Content, mediaType) }

// Media returns the declared content type that a media type fits, or nil.
func (r *Response) Media(mediaType string) *Media { return pickMedia(r.Content, mediaType) }

func pickMedia(content []*Media, mediaType string) *Media {
	var picked *Media
	best := noMatch
	for _, m := range content {
		if m.Type == mediaType {
			return m
		}
		declared, _ := parseMediaRange(m.Type)
		if match := declared.match(mediaType); match > best {
			best, picked = match, m
		}
	}
	return picked
}

// JSON returns the first content type that is JSON, or nil.
func (r *Response) JSON() *Media {
	for _, m := range r.Content {
		if isJSON(m.Type) {
			return m
		}
	}
	return nil
}

// isJSON reports whether a media type is JSON by name or suffix.
func isJSON(mediaType string) bool {
	return mediaType == "application/json" || strings.HasSuffix(mediaType, "+json") || mediaType == "*/*" || mediaType == "application/*"
}

// Response returns what the document declares for a status: the code itself,
// its range, or the default. It is nil when there is none of them.
func (op *Operation) Response(status int) *Response {
	code := strconv.Itoa(status)
	var ranged, fallback *Response
	for _, r := range op.Responses {
		switch {
		case r.Status == code:
			return r
		case strings.EqualFold(r.Status, code[:1]+"XX"):
			ranged = r
		case r.Status == "default":
			fallback = r
		}
	}
	if ranged != nil {
		return ranged
	}
	return fallback
}

// Success returns the first declared 2xx answer and its code, or nil and 0.
func (op *Operation) Success() (*Response, int) {
	for _, r := range op.Responses {
		switch {
		case strings.EqualFold(r.Status, "2XX"):
			return r, 200
		case strings.HasPrefix(r.Status, "2"):
			code, _ := strconv.Atoi(r.Status)
			return r, code
		}
	}
	return nil, 0
}

// Parameter returns a parameter by place and name, or nil.
func (op *Operation) Parameter(in, name string) *Parameter {
	for _, p := range op.Parameters {
		if p.In == in && p.Name == name {
			return p
		}
	}
	return nil
}

// readOperation builds one operation of a path.
func (c *Contract) readOperation(p *path, method string) (*Operation, Faults) {
	n := p.node.Get(strings.ToLower(method))
	op := &Operation{
		ID:         n.Get("operationId").Text(),
		Method:     method,
		Path:       p.template,
		Summary:    n.Get("summary").Text(),
		Tags:       n.Get("tags").Texts(),
		Deprecated: n.Get("deprecated").Bool(),
		Node:       n,
		PathNode:   p.node,
		library:    c.library,
	}
	if op.ID == "" {
		op.ID = method + " " + p.template
	}
	var faults Faults
	op.Parameters = c.readParameters(p, n, &faults)
	faults = append(faults, undeclared(p, op)...)
	op.Body = c.readBody(n.Get("requestBody"), &faults)
	op.Responses = c.readResponses(n.Get("responses"), &faults)
	op.Security = c.readSecurity(n, &faults)
	op.produces = produces(op.Responses)
	return op, faults
}

// readParameters merges the parameters of a path item and of an operation,
// which win by place and name. Those of the path come first, in its order.
func (c *Contract) readParameters(p *path, operation Node, faults *Faults) []*Parameter {
	var parameters []*Parameter
	for _, n := range append(operation.Get("parameters").Items(), p.node.Get("parameters").Items()...) {
		parameter := c.readParameter(n, faults)
		if !hasParameter(parameters, parameter) {
			parameters = append(parameters, parameter)
		}
	}
	named := parameterNames(p.template)
	place := func(p *Parameter) int {
		if i := slices.Index(named, p.Name); p.In == "path" && i >= 0 {
			return i
		}
		return len(named)
	}
	slices.SortStableFunc(parameters, func(a, b *Parameter) int { return place(a) - place(b) })
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

// undeclared reports where the parameters in a path are not those that are
// declared.
func undeclared(p *path, op *Operation) Faults {
	var faults Faults
	named := parameterNames(p.template)
	for _, name := range named {
		if op.Parameter("path", name) == nil {
			faults = append(faults, op.Node.Fault("declare it under parameters", "the path parameter %q is not declared", name))
		}
	}
	for _, parameter := range op.Parameters {
		if parameter.In == "path" && !slices.Contains(named, parameter.Name) {
			faults = append(faults, op.Node.Fault("remove it, or put it into the path", "the path parameter %q is not in the path %s", parameter.Name, p.template))
		}
	}
	return faults
}

func hasParameter(parameters []*Parameter, wanted *Parameter) bool {
	for _, p := range parameters {
		if p.Name == wanted.Name && p.In == wanted.In {
			return true
		}
	}
	return false
}

func (c *Contract) readParameter(n Node, faults *Faults) *Parameter {
	p := &Parameter{
		Name:        n.Get("name").Text(),
		In:          n.Get("in").Text(),
		Description: n.Get("description").Text(),
		Required:    n.Get("required").Bool(),
		Node:        n,
	}
	style, schema := readStyle(n, p.Name, p.In)
	p.style = style
	p.Schema = c.compileInto(inRequest, schema, faults)
	return p
}

// readStyle reads how a parameter or header is written, and finds its schema.
func readStyle(n Node, name, in string) (parameterStyle, Node) {
	style := parameterStyle{name: name, in: in, style: n.Get("style").Text()}
	if style.style == "" {
		style.style = map[string]string{"path": "simple", "header": "simple", "query": "form", "cookie": "form"}[in]
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

// compileInto compiles a schema and collects what is wrong with it.
func (c *Contract) compileInto(d direction, n Node, faults *Faults) *Schema {
	if !n.Exists() {
		return nil
	}
	schema, err := c.library.compile(d, n)
	if found, ok := err.(Faults); ok { //nolint:errorlint // compile returns Faults itself, never wrapped
		*faults = append(*faults, found...)
	}
	return schema
}

func (c *Contract) readBody(n Node, faults *Faults) *Body {
	if !n.IsObject() {
		return nil
	}
	return &Body{Required: n.Get("required").Bool(), Content: c.readContent(inRequest, n.Get("content"), faults), Node: n}
}

func (c *Contract) readContent(d direction, n Node, faults *Faults) []*Media {
	var content []*Media
	for _, mediaType := range n.Names() {
		media := n.Get(mediaType)
		content = append(content, &Media{
			Type:     baseType(mediaType),
			Schema:   c.compileInto(d, media.Raw("schema"), faults),
			Examples: readExamples(media),
			Node:     media,
		})
	}
	return content
}

func (c *Contract) readResponses(n Node, faults *Faults) []*Response {
	var responses []*Response
	for _, status := range n.Names() {
		if strings.HasPrefix(status, "x-") {
			continue
		}
		response := n.Get(status)
		responses = append(responses, &Response{
			Status:      status,
			Description: response.Get("description").Text(),
			Headers:     c.readHeaders(response.Get("headers"), faults),
			Content:     c.readContent(inResponse, response.Get("content"), faults),
			Node:        response,
		})
	}
	return responses
}

func (c *Contract) readHeaders(n Node, faults *Faults) []*Header {
	var headers []*Header
	for _, name := range n.Names() {
		if strings.EqualFold(name, "content-type") {
			continue // OpenAPI says to ignore it
		}
		header := n.Get(name)
		style, schema := readStyle(header, name, "header")
		headers = append(headers, &Header{
			Name:     name,
			Required: header.Get("required").Bool(),
			Schema:   c.compileInto(inResponse, schema, faults),
			Examples: readExamples(header),
			Node:     header,
			style:    style,
		})
	}
	return headers
}

// produces lists the content types that an operation may answer with: those of
// its successes, or of its errors when no success has a body.
func produces(responses []*Response) []string {
	var success, all []string
	for _, r := range responses {
		for _, m := range r.Content {
			all = append(all, m.Type)
			if strings.HasPrefix(r.Status, "2") {
				success = append(success, m.Type)
			}
		}
	}
	if success != nil {
		return success
	}
	return all
}
