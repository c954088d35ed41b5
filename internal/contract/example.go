package contract

// Example is one example of the document.
type Example struct {
	Name  string // "" for the single unnamed one
	Value any
	// Lies is set when the value breaks its own schema. It is never served.
	Lies bool
	Node Node
}

// readExamples lists the examples of a media type, parameter or header.
func readExamples(n Node) []Example {
	var examples []Example
	if single := n.Raw("example"); single.Exists() {
		examples = append(examples, Example{Value: single.Value(), Node: single})
	}
	named := n.Get("examples")
	for _, name := range named.Names() {
		if value := named.Get(name).Raw("value"); value.Exists() {
			examples = append(examples, Example{Name: name, Value: value.Value(), Node: value})
		}
	}
	return examples
}

// Example returns the named example, or the first one for "". An example that
// lies is not returned.
func (m *Media) Example(name string) (Example, bool) { return pickExample(m.Examples, name) }

// Example returns the first example that does not lie.
func (h *Header) Example() (Example, bool) { return pickExample(h.Examples, "") }

func pickExample(examples []Example, name string) (Example, bool) {
	for _, e := range examples {
		if !e.Lies && (name == "" || e.Name == name) {
			return e, true
		}
	}
	return Example{}, false
}

// lyingExamples checks every example against its schema and marks those that
// break it.
func (c *Contract) lyingExamples() Faults {
	var faults Faults
	mark := func(schema *Schema, examples []Example) {
		for i := range examples {
			if found := judge(schema, &examples[i]); found != nil {
				faults = append(faults, found...)
			}
		}
	}
	for _, op := range c.Operations {
		for _, p := range op.Parameters {
			mark(p.Schema, readExamples(p.Node))
		}
		if op.Body != nil {
			for _, m := range op.Body.Content {
				mark(m.Schema, m.Examples)
			}
		}
		for _, r := range op.Responses {
			for _, m := range r.Content {
				mark(m.Schema, m.Examples)
			}
			for _, h := range r.Headers {
				mark(h.Schema, h.Examples)
			}
		}
	}
	schemas := c.root.Get("components").Get("schemas")
	for _, name := range schemas.Names() {
		faults = append(faults, c.lyingSchemaExamples(schemas.Get(name))...)
	}
	return faults
}

// judge checks one example.
func judge(schema *Schema, e *Example) Faults {
	if schema == nil {
		return nil
	}
	found := schema.Check(e.Value)
	if len(found) == 0 {
		return nil
	}
	e.Lies = true
	first := found[0]
	what := "the example breaks its schema: " + first.Message
	if first.Field != "" {
		what = "the example breaks its schema: " + first.Field + " " + first.Message
	}
	return Faults{e.Node.Fault("correct the example; until then it is not served", "%s", what)}
}

// lyingSchemaExamples checks the examples and defaults inside a schema.
func (c *Contract) lyingSchemaExamples(n Node) Faults {
	var faults Faults
	for _, name := range []string{"example", "default"} {
		if value := n.Raw(name); value.Exists() {
			faults = append(faults, c.judgeAt(n, value)...)
		}
	}
	for _, value := range n.Raw("examples").rawItems() {
		faults = append(faults, c.judgeAt(n, value)...)
	}
	for _, name := range n.Names() {
		switch member := n.Raw(name); {
		case schemaKeywords[name]:
			faults = append(faults, c.lyingSchemaExamples(member)...)
		case listKeywords[name]:
			for _, item := range member.rawItems() {
				faults = append(faults, c.lyingSchemaExamples(item)...)
			}
		case mapKeywords[name]:
			for _, key := range member.Names() {
				faults = append(faults, c.lyingSchemaExamples(member.Raw(key))...)
			}
		}
	}
	return faults
}

// judgeAt checks a value against the schema that it stands in.
func (c *Contract) judgeAt(schema, value Node) Faults {
	compiled, err := c.library.compileResource(resource{direction: inResponse, node: schema})
	if err != nil {
		return nil //nolint:nilerr // what is no schema was reported where it is used
	}
	return judge(compiled, &Example{Value: value.Value(), Node: value})
}
