package mockserver

import (
	"maps"
	"slices"
	"strings"

	"understudy/internal/resource"
)

// edit makes listed changes to the writable members of an item, as SCIM (RFC 7644,
// section 3.5.2) means them. A path that filters the items of a list is passed over.
func (c *collection) edit(item map[string]any, list any) error {
	operations, _ := list.([]any)
	for _, listed := range operations {
		operation, _ := listed.(map[string]any)
		kind, _ := operation["op"].(string)
		path, _ := operation["path"].(string)
		removes := strings.EqualFold(kind, "remove")
		if path != "" {
			c.editAt(item, strings.Split(path, "."), operation["value"], removes)
			continue
		}
		members, _ := operation["value"].(map[string]any)
		for name, value := range members {
			c.editAt(item, strings.Split(name, "."), value, removes)
		}
	}
	return nil
}

// editAt changes what a path leads to. A value that is added to a list goes to its end.
func (c *collection) editAt(item map[string]any, path []string, value any, removes bool) {
	f := c.Field(path[0])
	if f == nil || f.Source != resource.FromClient || strings.ContainsAny(path[len(path)-1], "[]") {
		return
	}
	whole := item[f.Name]
	if held, isObject := whole.(map[string]any); isObject && len(path) > 1 {
		item[f.Name] = maps.Clone(held) // so that what there was can come back
	}
	if removes {
		value = nil
	} else if held, isList := at(item, path).([]any); isList {
		if _, list := value.([]any); !list {
			value = append(slices.Clone(held), value)
		}
	}
	put(item, path, value)
	if removes && len(path) == 1 {
		delete(item, f.Name)
	}
	if len(c.check(item)) == 0 {
		return
	}
	if item[f.Name] = whole; whole == nil {
		delete(item, f.Name)
	}
}
