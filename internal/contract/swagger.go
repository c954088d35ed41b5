package contract

import (
	"strings"

	"go.yaml.in/yaml/v3"
)

// swagger makes OpenAPI 3.0 of a Swagger 2.0 document, on the tree itself, so that
// every value keeps its line. Pointers are those of what it becomes.
type swagger struct {
	root               Node
	consumes, produces Node // of operations that do not say
	seen               map[*yaml.Node]bool
	warnings           Faults
}

// convertSwagger converts a document in place. What OpenAPI 3 cannot say is a
// warning.
func convertSwagger(root Node) Faults {
	c := &swagger{root: root, consumes: root.Get("consumes"), produces: root.Get("produces"), seen: map[*yaml.Node]bool{}}
	for _, item := range root.Get("paths").members() {
		c.pathItem(item)
	}
	for _, response := range root.Get("responses").members() {
		c.response(response, c.produces)
	}
	for _, schema := range root.Get("definitions").members() {
		c.schema(schema)
	}
	for _, scheme := range root.Get("securityDefinitions").members() {
		c.securityScheme(scheme)
	}
	c.rearrange()
	renameReferences(root.target(), map[*yaml.Node]bool{})
	return c.warnings
}

// rearrange moves the sections of the document to where OpenAPI 3 has them.
func (c *swagger) rearrange() {
	top := c.root.target()
	parameters := object(top.Line)
	for name, n := range c.root.Get("parameters").members() {
		if place := n.Get("in").Text(); place != "body" && place != "formData" {
			set(parameters, name, c.parameter(n))
		}
	}
	components := object(top.Line)
	for from, to := range map[string]string{"definitions": "schemas", "responses": "responses", "securityDefinitions": "securitySchemes"} {
		if section := take(top, from); section != nil {
			set(components, to, section)
		}
	}
	set(components, "parameters", parameters)
	set(top, "components", components)
	if servers := c.servers(); servers != nil {
		set(top, "servers", servers)
	}
	for _, gone := range []string{"swagger", "parameters", "host", "basePath", "schemes", "consumes", "produces"} {
		take(top, gone)
	}
	set(top, "openapi", text("3.0.3", top.Line))
}

// servers are where the document says that the API is, nil for nowhere.
func (c *swagger) servers() *yaml.Node {
	host, base := c.root.Get("host").Text(), c.root.Get("basePath").Text()
	urls := []string{base}
	if host != "" {
		urls = nil
		schemes := c.root.Get("schemes").Texts()
		if len(schemes) == 0 {
			schemes = []string{"https"}
		}
		for _, scheme := range schemes {
			urls = append(urls, scheme+"://"+host+base)
		}
	}
	servers := list(c.root.Line())
	for _, url := range urls {
		if url != "" {
			server := object(c.root.Line())
			set(server, "url", text(url, c.root.Line()))
			servers.Content = append(servers.Content, server)
		}
	}
	if len(servers.Content) == 0 {
		return nil
	}
	return servers
}

// securityScheme converts one scheme.
func (c *swagger) securityScheme(n Node) {
	scheme, kind := n.target(), n.Get("type").Text()
	switch {
	case kind == "basic":
		set(scheme, "type", text("http", n.Line()))
		set(scheme, "scheme", text("basic", n.Line()))
	case kind == "oauth2" && n.IsObject():
		name := n.Get("flow").Text()
		if renamed, ok := map[string]string{"application": "clientCredentials", "accessCode": "authorizationCode"}[name]; ok {
			name = renamed
		}
		flow, flows := object(n.Line()), object(n.Line())
		for _, member := range []string{"authorizationUrl", "tokenUrl", "scopes"} {
			if value := take(scheme, member); value != nil {
				set(flow, member, value)
			}
		}
		take(scheme, "flow")
		set(flows, name, flow)
		set(scheme, "flows", flows)
	}
}

// schema converts a schema with all that is in it.
func (c *swagger) schema(n Node) {
	schema := n.target()
	if !n.IsObject() || c.seen[schema] {
		return
	}
	c.seen[schema] = true
	if property := n.Raw("discriminator"); property.Text() != "" {
		holder := object(property.Line())
		set(holder, "propertyName", property.value)
		set(schema, "discriminator", holder)
	}
	if nullable := n.Raw("x-nullable"); nullable.Bool() {
		set(schema, "nullable", nullable.value)
	}
	if kind := n.Raw("type"); kind.Text() == "file" {
		set(schema, "type", text("string", kind.Line()))
		set(schema, "format", text("binary", kind.Line()))
	}
	for name, member := range n.members() {
		switch {
		case schemaKeywords[name]:
			c.schema(member)
		case listKeywords[name]:
			for _, part := range member.rawItems() {
				c.schema(part)
			}
		case mapKeywords[name]:
			for _, part := range member.members() {
				c.schema(part)
			}
		}
	}
}

// renameReferences lets references lead to where things have been moved.
func renameReferences(value *yaml.Node, seen map[*yaml.Node]bool) {
	if value = unalias(value); seen[value] {
		return
	}
	seen[value] = true
	for i, content := range value.Content {
		if value.Kind == yaml.MappingNode && i%2 == 1 && value.Content[i-1].Value == "$ref" && content.Kind == yaml.ScalarNode {
			for from, to := range map[string]string{"#/definitions/": "#/components/schemas/", "#/parameters/": "#/components/parameters/", "#/responses/": "#/components/responses/"} {
				if rest, ok := strings.CutPrefix(content.Value, from); ok {
					content.Value = to + rest
				}
			}
			continue
		}
		renameReferences(content, seen)
	}
}

func object(line int) *yaml.Node {
	return &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map", Line: line}
}

func list(line int) *yaml.Node {
	return &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq", Line: line}
}

func text(value string, line int) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: value, Line: line}
}

// set gives an object a member, in the place of the one with its name.
func set(object *yaml.Node, name string, value *yaml.Node) {
	for i := 0; i+1 < len(object.Content); i += 2 {
		if object.Content[i].Value == name {
			object.Content[i+1] = value
			return
		}
	}
	object.Content = append(object.Content, text(name, value.Line), value)
}

// take removes a member of an object and gives its value, nil when there is none.
func take(object *yaml.Node, name string) *yaml.Node {
	for i := 0; i+1 < len(object.Content); i += 2 {
		if object.Content[i].Value == name {
			value := object.Content[i+1]
			object.Content = append(object.Content[:i:i], object.Content[i+2:]...)
			return value
		}
	}
	return nil
}
