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
	// Method is in capitals; Path is the template as the document has it, without
	// a query or fragment.
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
	names    []string // of the parameters in the path, in its order
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

// Declares reports whether the document declares a status by its code.
func (op *Operation) Declares(status int) bool {
	code := strconv.Itoa(status)
	return slices.ContainsFunc(op.Responses, func(r *Response) bool { return r.Status == code })
}

// Response returns what the document declares for a status: the code itself,
// its range, or the default. It is nil when there is none of them.
func (op *Operation) Response(status int) *Response {
	code := strconv.Itoa(status)
	for _, r := range op.Responses {
		if r.Status == code {
			return r
		}
	}
	var fallback *Response
	for _, r := range op.Responses {
		switch {
		case strings.EqualFold(r.Status, code[:1]+"XX"):
			return r
		case r.Status == "default":
			fallback = r
		}
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
func (c *Contract) readOperation(t template, method string) *Operation {
	n := t.node.Get(strings.ToLower(method))
	op := &Operation{
		ID:         n.Get("operationId").Text(),
		Method:     method,
		Path:       t.text,
		Summary:    n.Get("summary").Text(),
		Tags:       n.Get("tags").Texts(),
		Deprecated: n.Get("deprecated").Bool(),
		Node:       n,
		PathNode:   t.node,
		library:    c.library,
		names:      parameterNames(t.text),
	}
	if op.ID == "" {
		op.ID = method + " " + t.text
	}
	op.Parameters = c.readParameters(op)
	op.Body = c.readBody(n.Get("requestBody"))
	op.Responses = c.readResponses(n.Get("responses"))
	op.Security = c.readSecurity(n)
	op.produces = produces(op.Responses)
	return op
}

// compileSchema compiles a schema; nil is that of no schema at all.
func (c *Contract) compileSchema(d direction, n Node) *Schema {
	if !n.Exists() {
		return nil
	}
	return c.library.compile(d, n)
}

func (c *Contract) readBody(n Node) *Body {
	if !n.IsObject() {
		return nil
	}
	if known := c.bodies[n.target()]; known != nil {
		return known
	}
	body := &Body{Required: n.Get("required").Bool(), Content: c.readContent(inRequest, n.Get("content")), Node: n}
	c.bodies[n.target()] = body
	return body
}

func (c *Contract) readContent(d direction, n Node) []*Media {
	var content []*Media
	for _, mediaType := range n.Names() {
		media := n.Get(mediaType)
		schema := media.Raw("schema")
		if types := Types(schema.Resolve()); baseType(mediaType) == "application/json-patch+json" && len(types) > 0 && !slices.Contains(types, "array") {
			schema = Node{} // documents describe the patched there, and RFC 6902 has a list
		}
		content = append(content, &Media{
			Type:     baseType(mediaType),
			Schema:   c.compileSchema(d, schema),
			Examples: readExamples(media),
			Node:     media,
		})
	}
	return content
}

func (c *Contract) readResponses(n Node) []*Response {
	var responses []*Response
	for _, status := range n.Names() {
		if strings.HasPrefix(status, "x-") {
			continue
		}
		response := c.readResponse(n.Get(status))
		response.Status = status
		responses = append(responses, &response)
	}
	return responses
}

// readResponse reads an answer without its status.
func (c *Contract) readResponse(n Node) Response {
	if known := c.responses[n.target()]; known != nil {
		return *known
	}
	response := &Response{
		Description: n.Get("description").Text(),
		Headers:     c.readHeaders(n.Get("headers")),
		Content:     c.readContent(inResponse, n.Get("content")),
		Node:        n,
	}
	c.responses[n.target()] = response
	return *response
}

func (c *Contract) readHeaders(n Node) []*Header {
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
			Schema:   c.compileSchema(inResponse, schema),
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
