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

// identified reports whether a member of an item is its id.
func (c *collection) identified() bool { return c.IDField != "" || len(c.IDPath) > 0 }

// id is the id of an item as it stands in a path, "" when it has none.
func (c *collection) id(item map[string]any) string {
	if c.IDField != "" {
		return text(item[c.IDField])
	}
	return text(at(item, c.IDPath))
}

// idMember is the member of an item that is, or holds, its id.
func (c *collection) idMember() string {
	if c.IDField == "" && len(c.IDPath) > 0 {
		return c.IDPath[0]
	}
	return c.IDField
}

// at is the value that members of members lead to, nil when they lead nowhere.
func at(item map[string]any, path []string) any {
	for i, name := range path {
		if i == len(path)-1 {
			return item[name]
		}
		item, _ = item[name].(map[string]any)
	}
	return nil
}

// put gives the value that members of members lead to another; they are made where
// they are missing.
func put(item map[string]any, path []string, value any) {
	for _, name := range path[:len(path)-1] {
		inner, ok := item[name].(map[string]any)
		if !ok {
			inner = map[string]any{}
			item[name] = inner
		}
		item = inner
	}
	item[path[len(path)-1]] = value
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
