package mockserver

import (
	"maps"
	"slices"
	"strings"

	"understudy/internal/resource"
)

// edit makes listed changes to the writable members of an item, as SCIM (RFC 7644,
// section 3.5.2) means them. A path that filters the items of a list is passed over, and
// so is what would break the item.
func (c *collection) edit(item map[string]any, list any) {
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
		for _, name := range slices.Sorted(maps.Keys(members)) {
			c.editAt(item, strings.Split(name, "."), members[name], removes)
		}
	}
}

// editAt changes what a path leads to. A value that is added to a list goes to its end.
func (c *collection) editAt(item map[string]any, path []string, value any, removes bool) {
	f := c.Field(path[0])
	if f == nil || f.Source != resource.FromClient || strings.ContainsAny(path[len(path)-1], "[]") {
		return
	}
	whole := item[f.Name]
	copyAlong(item, path) // so that what there was can come back
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

// copyAlong puts copies in place of the objects that a path leads through.
func copyAlong(object map[string]any, path []string) {
	for _, name := range path[:len(path)-1] {
		inner, isObject := object[name].(map[string]any)
		if !isObject {
			return
		}
		copied := maps.Clone(inner)
		object[name], object = copied, copied
	}
}
