package contract

import "slices"

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
// $ref and allOf.
func Members(schema Node) []Member {
	var members []Member
	collectMembers(schema, &members, 0)
	return members
}

func collectMembers(schema Node, members *[]Member, depth int) {
	schema = schema.Resolve()
	if depth > maxDepth || !schema.IsObject() {
		return
	}
	for _, part := range schema.Get("allOf").rawItems() {
		collectMembers(part, members, depth+1)
	}
	properties := schema.Get("properties")
	for _, name := range properties.Names() {
		member := Member{Name: name, Node: properties.Raw(name)}
		if i := slices.IndexFunc(*members, func(m Member) bool { return m.Name == name }); i >= 0 {
			member.Required = (*members)[i].Required
			(*members)[i] = member
			continue
		}
		*members = append(*members, member)
	}
	for _, required := range schema.Get("required").Texts() {
		if i := slices.IndexFunc(*members, func(m Member) bool { return m.Name == required }); i >= 0 {
			(*members)[i].Required = true
		}
	}
}

// Keyword finds a keyword of a schema: beside its $ref, in what it refers to,
// or in a part of its allOf. The zero Node means that there is none.
func Keyword(schema Node, name string) Node { return keywordAt(schema, name, 0) }

func keywordAt(schema Node, name string, depth int) Node {
	if found := schema.Raw(name); found.Exists() || depth > maxDepth {
		return found
	}
	resolved := schema.Resolve()
	if found := resolved.Raw(name); found.Exists() {
		return found
	}
	for _, part := range resolved.Get("allOf").rawItems() {
		if found := keywordAt(part, name, depth+1); found.Exists() {
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
