package contract

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// pathItem converts a path with its operations. One in another file is taken over.
func (c *swagger) pathItem(n Node) {
	if _, isReference := n.reference(); isReference {
		end := n.Resolve()
		if !end.IsObject() {
			return // it is reported as a reference that leads nowhere
		}
		c.inline(n, end)
	}
	item := n.target()
	if !n.IsObject() || c.seen[item] {
		return
	}
	c.seen[item] = true
	shared, bodies := c.split(n.Get("parameters"))
	for name, operation := range n.members() {
		if slices.Contains(methods(), name) && operation.IsObject() {
			c.operation(operation, bodies)
		}
	}
	if take(item, "parameters") != nil {
		set(item, "parameters", shared)
	}
}

// inline puts a copy of what a reference leads to in its place.
func (c *swagger) inline(n, end Node) {
	copied := *end.target()
	copied.Content = slices.Clone(copied.Content)
	*n.value = copied
	if end.File() != n.File() {
		if n.file.grafts == nil {
			n.file.grafts = map[*yaml.Node]*graft{}
		}
		n.file.grafts[n.value] = &graft{end.File()}
	}
}

// split converts a list of parameters and takes those out of it that make up the
// body.
func (c *swagger) split(n Node) (parameters *yaml.Node, bodies []Node) {
	parameters = list(n.Line())
	for _, item := range n.rawItems() {
		end := item.Resolve()
		ref, isReference := item.reference()
		switch place := end.Get("in").Text(); {
		case place == "body", place == "formData":
			bodies = append(bodies, end)
		case isReference && (strings.HasPrefix(ref.Text(), "#/parameters/") || !end.Exists()):
			parameters.Content = append(parameters.Content, item.value)
		default:
			parameters.Content = append(parameters.Content, c.parameter(end))
		}
	}
	return parameters, bodies
}

// operation converts an operation; shared are the parameters of its path that make
// up a body.
func (c *swagger) operation(n Node, shared []Node) {
	operation := n.target()
	if c.seen[operation] {
		return
	}
	c.seen[operation] = true
	consumes, produces := c.consumes, c.produces
	if own := n.Get("consumes"); own.Exists() {
		consumes = own
	}
	if own := n.Get("produces"); own.Exists() {
		produces = own
	}
	parameters, bodies := c.split(n.Get("parameters"))
	if take(operation, "parameters") != nil {
		set(operation, "parameters", parameters)
	}
	if bodies == nil {
		bodies = shared
	}
	if len(bodies) > 0 {
		set(operation, "requestBody", c.body(n, bodies, consumes.Texts()))
	}
	for _, response := range n.Get("responses").members() {
		c.response(response, produces)
	}
	for _, gone := range []string{"consumes", "produces", "schemes"} {
		take(operation, gone)
	}
}

// ofParameter are the members of a parameter that are not of its schema.
var ofParameter = []string{"name", "in", "description", "required", "allowEmptyValue"}

// parameter converts a parameter that is no body, or a header: what it says of its
// values becomes a schema.
func (c *swagger) parameter(n Node) *yaml.Node {
	if !n.IsObject() {
		return n.value
	}
	parameter, schema := object(n.Line()), object(n.Line())
	content := n.target().Content
	for i := 0; i+1 < len(content); i += 2 {
		into := schema
		switch name := content[i].Value; {
		case name == "collectionFormat":
			continue
		case slices.Contains(ofParameter, name), strings.HasPrefix(name, "x-") && name != "x-nullable":
			into = parameter
		}
		into.Content = append(into.Content, content[i:i+2]...)
	}
	c.schema(Node{file: n.file, trail: n.trail, line: n.line, value: schema})
	set(parameter, "schema", schema)
	if n.Get("type").Text() == "array" {
		c.collect(n, parameter)
	}
	return parameter
}

// collect says how the items of an array are written.
func (c *swagger) collect(n Node, parameter *yaml.Node) {
	format := n.Get("collectionFormat")
	style, explode := "", "false"
	switch format.Text() {
	case "multi":
		explode = "true"
	case "ssv":
		style = "spaceDelimited"
	case "pipes":
		style = "pipeDelimited"
	case "tsv":
		c.warnings = append(c.warnings, format.Fault("use another collectionFormat; csv is taken", "OpenAPI 3 has no tab-separated values"))
	}
	if style != "" && n.Get("in").Text() == "query" {
		set(parameter, "style", text(style, n.Line()))
	}
	flag := text(explode, n.Line())
	flag.Tag = "!!bool"
	set(parameter, "explode", flag)
}

// body makes a request body of the parameters that make it up: a single one, or the
// fields of a form.
func (c *swagger) body(operation Node, parts []Node, consumes []string) *yaml.Node {
	body, content := object(operation.Line()), object(operation.Line())
	media := object(operation.Line())
	if at := slices.IndexFunc(parts, func(p Node) bool { return p.Get("in").Text() == "body" }); at >= 0 {
		part := parts[at]
		for _, name := range []string{"description", "required"} {
			if member := part.Raw(name); member.Exists() {
				set(body, name, member.value)
			}
		}
		if schema := part.Raw("schema"); schema.Exists() {
			c.schema(schema)
			set(media, "schema", schema.value)
		}
		if len(consumes) == 0 {
			consumes = []string{"application/json"}
		}
	} else {
		schema, required, hasFile := c.form(operation, parts)
		set(media, "schema", schema)
		flag := text("false", operation.Line())
		if flag.Tag = "!!bool"; required {
			flag.Value = "true"
		}
		set(body, "required", flag)
		consumes = formTypes(consumes, hasFile)
	}
	for _, mediaType := range consumes {
		set(content, mediaType, media)
	}
	set(body, "content", content)
	return body
}

// form makes a schema of the fields of a form.
func (c *swagger) form(operation Node, fields []Node) (schema *yaml.Node, isRequired, hasFile bool) {
	schema, properties, required := object(operation.Line()), object(operation.Line()), list(operation.Line())
	for _, field := range fields {
		hasFile = hasFile || field.Get("type").Text() == "file"
		converted := Node{file: field.file, value: c.parameter(field)}
		if property := converted.Raw("schema").value; property != nil {
			set(properties, field.Get("name").Text(), property)
		}
		if field.Get("required").Bool() {
			required.Content = append(required.Content, text(field.Get("name").Text(), field.Line()))
		}
	}
	set(schema, "type", text("object", operation.Line()))
	set(schema, "properties", properties)
	if len(required.Content) > 0 {
		set(schema, "required", required)
	}
	return schema, len(required.Content) > 0, hasFile
}

// formTypes are the content types of a form among those that an operation consumes.
func formTypes(consumes []string, hasFile bool) []string {
	const urlencoded, multipart = "application/x-www-form-urlencoded", "multipart/form-data"
	var types []string
	for _, mediaType := range consumes {
		if base := baseType(mediaType); base == multipart || base == urlencoded && !hasFile {
			types = append(types, mediaType)
		}
	}
	switch {
	case types != nil:
		return types
	case hasFile:
		return []string{multipart}
	}
	return []string{urlencoded}
}

// response converts an answer. One in another file is taken over.
func (c *swagger) response(n Node, produces Node) {
	if ref, isReference := n.reference(); isReference {
		end := n.Resolve()
		if strings.HasPrefix(ref.Text(), "#/responses/") || !end.IsObject() {
			return
		}
		c.inline(n, end)
	}
	response := n.target()
	if !n.IsObject() || c.seen[response] {
		return
	}
	c.seen[response] = true
	headers := n.Get("headers")
	for _, header := range headers.members() {
		if header.IsObject() {
			*header.value = *c.parameter(header)
		}
	}
	schema, examples := n.Raw("schema"), n.Get("examples")
	types := produces.Texts()
	if len(types) == 0 {
		types = []string{"application/json"}
	}
	content := object(n.Line())
	if schema.Exists() {
		c.schema(schema)
		for _, mediaType := range types {
			media := object(schema.Line())
			set(media, "schema", schema.value)
			set(content, mediaType, media)
		}
	}
	for mediaType, example := range examples.members() {
		media := Node{file: n.file, value: content}.Raw(mediaType).value
		if media == nil {
			media = object(example.Line()) // which the schema need not describe
			set(content, mediaType, media)
		}
		set(media, "example", example.value)
	}
	take(response, "schema")
	take(response, "examples")
	if len(content.Content) > 0 {
		set(response, "content", content)
	}
}
