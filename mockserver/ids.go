package mockserver

import (
	"strings"

	"understudy/internal/contract"
	"understudy/internal/resource"
)

// spelling is how ids of one kind may be written differently and mean the same.
type spelling string

// The spellings.
const (
	exact    spelling = ""       // every byte counts
	anyCase  spelling = "uuid"   // a UUID, in which case does not count (RFC 9562, 4)
	unpadded spelling = "number" // a whole number, before which zeros do not count
)

// spellingOf reads from a schema how the ids that it admits may be written.
func spellingOf(schema *contract.Schema) spelling {
	if schema == nil {
		return exact
	}
	if contract.Keyword(schema.Node(), "format").Text() == "uuid" {
		return anyCase
	}
	if types := contract.Types(schema.Node()); len(types) > 0 && types[0] == "integer" {
		return unpadded
	}
	return exact
}

// key is an id in the one way that it is stored under.
func (s spelling) key(id string) string {
	switch s {
	case anyCase:
		return strings.ToLower(id)
	case unpadded:
		if len(id) > 1 && id[0] == '0' {
			if trimmed := strings.TrimLeft(id, "0"); isDigits(trimmed) {
				return trimmed
			}
			if strings.Trim(id, "0") == "" {
				return "0"
			}
		}
	}
	return id
}

func isDigits(text string) bool {
	return text != "" && strings.Trim(text, "0123456789") == ""
}

// idSpelling is how the ids of a collection may be written.
func idSpelling(c *resource.Collection) spelling {
	if id := c.Field(c.IDField); id != nil {
		return spellingOf(id.Schema)
	}
	return exact
}

// parentSpelling is how the values of a parent may be written: as the ids of its
// collection, or as the parameter of the path says.
func parentSpelling(c *resource.Collection, p resource.Parent) spelling {
	if p.Collection != nil {
		return idSpelling(p.Collection)
	}
	for _, op := range c.Operations {
		if parameter := op.Parameter("path", p.Param); parameter != nil {
			return spellingOf(parameter.Schema)
		}
	}
	return exact
}
