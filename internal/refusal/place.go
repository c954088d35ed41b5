package refusal

import "understudy/internal/contract"

// place is where a value of an error body stands: its schema, and the values that the
// examples of the answer have there.
type place struct {
	schema   contract.Node
	examples []contract.Node
}

// placeOf is the place of a whole body. Only examples of its own status are of use:
// those of other errors tell of them.
func placeOf(media *contract.Media, isItsOwn bool) place {
	at := place{schema: media.Schema.Node()}
	if isItsOwn {
		for _, example := range media.Examples {
			if !example.Lies {
				at.examples = append(at.examples, example.Node)
			}
		}
	}
	return at
}

// member is the place of a member.
func (p place) member(name string) place {
	inner := place{schema: memberNode(p.schema, name)}
	for _, example := range p.examples {
		if value := example.Raw(name); value.Exists() {
			inner.examples = append(inner.examples, value)
		}
	}
	return inner
}

// item is the place of the items of a list.
func (p place) item() place {
	inner := place{schema: contract.Keyword(p.schema, "items")}
	for _, example := range p.examples {
		inner.examples = append(inner.examples, example.Items()...)
	}
	return inner
}

// shown are the texts that the examples have here.
func (p place) shown() []string {
	var texts []string
	for _, example := range p.examples {
		if text, ok := example.Value().(string); ok {
			texts = append(texts, text)
		}
	}
	return texts
}

// memberNode is the schema of a member, the zero Node when it is not declared.
func memberNode(schema contract.Node, name string) contract.Node {
	for _, m := range contract.Members(schema) {
		if m.Name == name {
			return m.Node
		}
	}
	for _, alternatives := range []string{"oneOf", "anyOf"} {
		for _, alternative := range contract.Keyword(schema, alternatives).Items() {
			for _, m := range contract.Members(alternative) {
				if m.Name == name {
					return m.Node
				}
			}
		}
	}
	return contract.Node{}
}
