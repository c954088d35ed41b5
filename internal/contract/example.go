package contract

import "strings"

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
	l := &liars{contract: c, judged: map[any]bool{}}
	for _, op := range c.Operations {
		for _, p := range op.Parameters {
			if !l.first(p) {
				continue
			}
			l.examples(p.Schema, readExamples(p.Node))
			content := p.Node.Get("content")
			for _, mediaType := range content.Names() {
				l.examples(p.Schema, readExamples(content.Get(mediaType)))
			}
		}
		if op.Body != nil {
			l.content(op.Body.Content)
		}
		for _, r := range op.Responses {
			if !l.first(r.Node.target()) {
				continue
			}
			l.content(r.Content)
			for _, h := range r.Headers {
				if !l.first(h) {
					continue
				}
				l.examples(h.Schema, h.Examples)
			}
		}
	}
	schemas := c.root.Get("components").Get("schemas")
	for _, name := range schemas.Names() {
		l.schema(schemas.Raw(name))
	}
	return l.faults
}

// liars collects the examples that break their schema.
type liars struct {
	contract *Contract
	faults   Faults
	judged   map[any]bool // what was judged already, by its place
}

// first reports whether something is judged for the first time.
func (l *liars) first(place any) bool {
	known := l.judged[place]
	l.judged[place] = true
	return !known
}

func (l *liars) content(content []*Media) {
	for _, m := range content {
		if l.first(m) && !strings.Contains(m.Type, "xml") { // whose text is not what the schema describes
			l.examples(m.Schema, m.Examples)
		}
	}
}

// examples judges the examples beside a schema, and those in it when it stands
// nowhere else.
func (l *liars) examples(schema *Schema, examples []Example) {
	if schema == nil {
		return
	}
	for i := range examples {
		if fault := judge(&examples[i], func() *Schema { return schema }); fault != nil {
			examples[i].Lies = true
			l.faults = append(l.faults, *fault)
		}
	}
	if _, isReference := schema.Node().reference(); !isReference {
		l.schema(schema.Node())
	}
}

// judge checks one example against the schemas that it may be for; it lies when
// it breaks all of them.
func judge(e *Example, schemas ...func() *Schema) *Fault {
	var first Violation
	for _, schema := range schemas {
		found := schema().Check(e.Value)
		if len(found) == 0 {
			return nil
		}
		first = found[0]
	}
	what := strings.TrimSpace(first.Field + " " + first.Message)
	fault := e.Node.Fault("correct the example; until then it is not served", "the example breaks its schema: %s", what)
	if strings.HasSuffix(e.Node.Pointer(), "/default") {
		fault = e.Node.Fault("correct the default; until then there is none", "the default breaks its schema: %s", what)
	}
	return &fault
}

// schema judges the examples and defaults inside a schema.
func (l *liars) schema(n Node) {
	if !n.IsObject() || !l.first(n.target()) {
		return
	}
	if value := n.Raw("example"); value.Exists() {
		l.inside(n, value)
	}
	if value := n.Raw("default"); value.Exists() && l.inside(n, value) {
		n.hide("default") // or a server would set it
	}
	for _, value := range n.Raw("examples").rawItems() {
		l.inside(n, value)
	}
	for name, member := range n.members() {
		switch {
		case schemaKeywords[name]:
			l.schema(member)
		case listKeywords[name]:
			for _, item := range member.rawItems() {
				l.schema(item)
			}
		case mapKeywords[name], storeKeywords[name]:
			for _, inside := range member.members() {
				l.schema(inside)
			}
		}
	}
}

// inside judges a value against the schema that it stands in, which may describe
// a request or a response, and reports whether it lies.
func (l *liars) inside(schema, value Node) bool {
	if plainlyFits(schema, value) {
		return false
	}
	library := l.contract.library
	in := func(d direction) func() *Schema { return func() *Schema { return library.compile(d, schema) } }
	if fault := judge(&Example{Value: value.Value(), Node: value}, in(inResponse), in(inRequest)); fault != nil {
		l.faults = append(l.faults, *fault)
		return true
	}
	return false
}

// plainlyFits reports that a schema asks for a type and for nothing else, and that the
// value is of that type. So it is with most examples, and nothing has to be compiled.
func plainlyFits(schema, value Node) bool {
	var want string
	for name, member := range schema.members() {
		switch name {
		case "type":
			want = member.Text()
		case "title", "description", "example", "default":
		default:
			return false
		}
	}
	switch kindOf(value) {
	case textKind:
		return want == "string"
	case flagKind:
		return want == "boolean"
	case numberKind:
		return want == "number" || want == "integer" && !strings.ContainsAny(value.Text(), ".eE")
	}
	return false
}
