package contract

import (
	"slices"

	"go.yaml.in/yaml/v3"
)

// Extension is the name of our vocabulary in a document.
const Extension = "x-understudy"

// Member is one declared member of an object schema.
type Member struct {
	Name     string
	Required bool
	// Node is the member's schema as it stands, which may be a $ref with
	// siblings.
	Node Node
}

// Members lists the declared members of an object schema in order, through
// $ref and allOf. Of a member that is declared more than once the last
// declaration counts, the schema's own going after those of its parts.
func Members(schema Node) []Member {
	var c memberCollector
	c.collect(schema)
	for _, name := range c.required {
		if i, known := c.places[name]; known {
			c.members[i].Required = true
		}
	}
	return c.members
}

// requiredMembers lists the members that an object schema requires, whether it
// declares them or not.
func requiredMembers(schema Node) []string {
	var c memberCollector
	c.collect(schema)
	return c.required
}

type memberCollector struct {
	members  []Member
	places   map[string]int // of the members, by name
	required []string
	seen     map[*yaml.Node]bool
}

// maxParts bounds the parts of one schema that are looked into.
const maxParts = 100

func (c *memberCollector) collect(schema Node) {
	if !schema.IsObject() || c.seen[schema.target()] || len(c.seen) == maxParts {
		return
	}
	if c.seen == nil {
		c.seen, c.places = map[*yaml.Node]bool{}, map[string]int{}
	}
	c.seen[schema.target()] = true
	for _, part := range parts(schema) {
		c.collect(part)
	}
	for name, n := range schema.Get("properties").members() {
		member := Member{Name: name, Node: n}
		if i, known := c.places[name]; known {
			c.members[i] = member
			continue
		}
		c.places[name] = len(c.members)
		c.members = append(c.members, member)
	}
	c.required = append(c.required, schema.Get("required").Texts()...)
}

// parts lists the schemas that a schema is composed of through $ref and allOf.
func parts(schema Node) []Node {
	parts := schema.Get("allOf").rawItems()
	if ref, ok := schema.reference(); ok {
		parts = append([]Node{schema.Follow(ref.Text())}, parts...)
	}
	return parts
}

// Alternatives lists the schemas of which a value may follow one, by oneOf or anyOf,
// without those that only admit null.
func Alternatives(schema Node) []Node {
	var found []Node
	for _, word := range []string{"oneOf", "anyOf"} {
		for _, item := range Keyword(schema, word).Items() {
			if types := Types(item); len(types) != 1 || types[0] != "null" {
				found = append(found, item)
			}
		}
	}
	return found
}

// Keyword finds a keyword of a schema: beside its $ref, in what it refers to,
// or in a part of its allOf. The zero Node means that there is none.
func Keyword(schema Node, name string) Node {
	var seen []*yaml.Node
	return keywordIn(schema, name, &seen)
}

func keywordIn(schema Node, name string, seen *[]*yaml.Node) Node {
	if found := schema.Raw(name); found.Exists() {
		return found
	}
	parts := parts(schema)
	if len(parts) == 0 || len(*seen) == maxParts || slices.Contains(*seen, schema.target()) {
		return Node{}
	}
	*seen = append(*seen, schema.target())
	for _, part := range parts {
		if found := keywordIn(part, name, seen); found.Exists() {
			return found
		}
	}
	return Node{}
}

// Types lists the JSON types that a schema names; none means any.
func Types(schema Node) []string {
	types := Keyword(schema, "type").Texts()
	if Keyword(schema, "nullable").Bool() {
		types = append(types, "null")
	}
	return types
}

// Nullable reports whether a schema's types include null.
func Nullable(schema Node) bool { return slices.Contains(Types(schema), "null") }
