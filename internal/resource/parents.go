package resource

import (
	"strings"

	"understudy/internal/contract"
)

// findParents lists the path parameters before the collection, and before the item
// where that stands apart.
func (in *inference) findParents(c *Collection) {
	c.Parents = in.parents(c.Path, in.by[c.Path])
	if c.Apart {
		before, _ := cut(c.ItemPath)
		c.ItemParents = in.parents(before, in.by[c.ItemPath])
	}
}

// parents lists the parameters of a template with what holds their values. at is the
// path that begins with it, or nil.
func (in *inference) parents(template string, at *site) []Parent {
	var found []Parent
	prefix := ""
	for segment := range strings.SplitSeq(strings.TrimPrefix(template, "/"), "/") {
		before := prefix
		prefix += "/" + segment
		name := parameter(segment)
		if name == "" {
			continue
		}
		holder := in.holders[shapeOf(prefix)]
		if _, last := cut(before); holder == nil && len(found) == 0 && parameter(last) == "" {
			holder = in.names[singular(last)] // its items stand elsewhere, under the same name
		}
		if holder != nil && listsValues(at, name) && !listsValues(in.by[holder.ItemPath], holder.IDParam) {
			holder = nil // these are words of the document, and no ids
		}
		found = append(found, Parent{Param: name, Collection: holder})
	}
	return found
}

// listsValues reports whether the document lists the values of a path parameter.
func listsValues(at *site, param string) bool {
	if at == nil {
		return false
	}
	for _, op := range at.operations {
		for _, p := range op.Parameters {
			if p.In == "path" && p.Name == param {
				return p.Schema != nil && contract.Keyword(p.Schema.Node(), "enum").Exists()
			}
		}
	}
	return false
}

// findOrphans decides what deleting a parent does to the items under it: it is
// refused where the document says so, in words or by a 409.
func (in *inference) findOrphans() {
	for _, c := range in.model.Collections {
		if len(c.Parents) == 0 {
			continue
		}
		parent := c.Parents[len(c.Parents)-1].Collection
		if parent == nil || parent.Operations[Remove] == nil {
			continue
		}
		c.Orphans = Cascade
		because := "deleting a parent says nothing else"
		if reason := refusesOrphans(parent.Operations[Remove]); reason != "" {
			c.Orphans, because = Refuse, reason
		}
		if said := in.words(c, "orphans"); said.Exists() {
			c.Orphans, because = in.orphans(said), "the document says so"
		}
		c.decide(Decision{About: "orphans", What: string(c.Orphans), Because: because, At: in.home(c).node(), Say: say("orphans", string(c.Orphans))})
	}
}

// refusesOrphans says why deleting a parent that has items is refused, "" when it
// is not.
func refusesOrphans(remove *contract.Operation) string {
	text := strings.ToLower(remove.Summary + " " + remove.Node.Get("description").Text())
	for _, words := range []string{"must be empty", "is not empty", "cannot be deleted while", "cannot be deleted if", "only be deleted if", "cannot delete"} {
		if strings.Contains(text, words) {
			return "its description says: " + words
		}
	}
	for _, r := range remove.Responses {
		if r.Status == "409" {
			return "deleting a parent declares 409"
		}
	}
	return ""
}
