package resource

import (
	"slices"
	"strings"
	"unicode"

	"understudy/internal/contract"
)

// maxNesting bounds how deep alternatives are followed, for schemas that are made
// of themselves.
const maxNesting = 8

// core is a schema without what stands around its meaning: a reference, an allOf
// of one part, an alternative to null.
func core(n contract.Node) contract.Node {
	for range maxNesting {
		n = n.Resolve()
		if inner := only(n); inner.Exists() {
			n = inner
			continue
		}
		break
	}
	return n
}

// core is core, remembered.
func (in *inference) core(n contract.Node) contract.Node {
	at := n.Place()
	found, ok := in.cores[at]
	if !ok {
		found = core(n)
		in.cores[at] = found
	}
	return found
}

// only is the one schema that n says to be, if it says no more than that.
func only(n contract.Node) contract.Node {
	if n.Raw("properties").Exists() || n.Raw("items").Exists() {
		return contract.Node{}
	}
	if parts := n.Raw("allOf").Items(); len(parts) == 1 {
		return parts[0]
	}
	if others := contract.Alternatives(n); len(others) == 1 {
		return others[0]
	}
	return contract.Node{}
}

// members lists the declared members of a schema, also those of its alternatives.
// A member of an alternative is not required.
func (in *inference) members(n contract.Node) []contract.Member {
	return in.membersWithin(n, maxNesting)
}

func (in *inference) membersWithin(n contract.Node, depth int) []contract.Member {
	n = in.core(n)
	if known, ok := in.known[n.Place()]; ok || depth == 0 || !n.IsObject() {
		return known
	}
	in.known[n.Place()] = nil // a schema that is made of itself has no members of its own
	found := contract.Members(n)
	declared := map[string]bool{}
	for _, m := range found {
		declared[m.Name] = true
	}
	for _, alternative := range contract.Alternatives(n) {
		for _, m := range in.membersWithin(alternative, depth-1) {
			if !declared[m.Name] {
				declared[m.Name] = true
				found = append(found, contract.Member{Name: m.Name, Node: m.Node})
			}
		}
	}
	in.known[n.Place()] = found
	return found
}

// member returns a member by name; ok is false when there is none.
func (in *inference) member(n contract.Node, name string) (m contract.Member, ok bool) {
	for _, m := range in.members(n) {
		if m.Name == name {
			return m, true
		}
	}
	return contract.Member{}, false
}

// itemsOf is the schema of the items of an array, or the zero Node.
func (in *inference) itemsOf(n contract.Node) contract.Node {
	at := n.Place()
	found, ok := in.elements[at]
	if !ok {
		found = contract.Keyword(in.core(n), "items").Resolve()
		in.elements[at] = found
	}
	return found
}

// isObject reports whether a schema describes an object with members.
func (in *inference) isObject(n contract.Node) bool {
	return n.Exists() && !in.itemsOf(n).Exists() && len(in.members(n)) > 0
}

// scalar reports whether a schema describes a text, a number or a flag.
func (in *inference) scalar(n contract.Node) bool {
	types := contract.Types(in.core(n))
	return !slices.Contains(types, "object") && !slices.Contains(types, "array") && !in.itemsOf(n).Exists() && len(in.members(n)) == 0
}

// alike reports whether two schemas describe the same thing: they are one, or most
// members of the smaller are in the larger.
func (in *inference) alike(a, b contract.Node) bool {
	if !a.Exists() || !b.Exists() {
		return false
	}
	if in.core(a).Place() == in.core(b).Place() {
		return true
	}
	few, many := in.members(a), in.members(b)
	if len(few) > len(many) {
		few, many = many, few
	}
	// A reference of an item, with its id and type, is not the item.
	common := shared(few, many)
	return common*4 >= len(few)*3 && (common > 2 || common*2 >= len(many) && common > 0)
}

// shared counts the members that two schemas have in common by name.
func shared(few, many []contract.Member) int {
	names := make(map[string]bool, len(many))
	for _, m := range many {
		names[m.Name] = true
	}
	common := 0
	for _, m := range few {
		if names[m.Name] {
			common++
		}
	}
	return common
}

// plain is a name without its case and its separators: pageSize, page_size and
// page[size] are one.
func plain(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, name)
}

// singular is the plain name of one of what a plural names.
func singular(name string) string {
	name = plain(name)
	for ending, one := range map[string]string{"ies": "y", "sses": "ss", "xes": "x", "ches": "ch", "shes": "sh"} {
		if stem, ok := strings.CutSuffix(name, ending); ok && stem != "" {
			return stem + one
		}
	}
	if strings.HasSuffix(name, "ss") {
		return name
	}
	return strings.TrimSuffix(name, "s")
}

// sameThing reports whether two names say the same, in singular or plural.
func sameThing(a, b string) bool { return a != "" && hardened(singular(a)) == hardened(singular(b)) }

// hardened is a singular with an f where the plural may have made it a v: a shelf of
// shelves, a knife of knives.
func hardened(name string) string {
	for _, soft := range []string{"ve", "fe"} {
		if stem, ok := strings.CutSuffix(name, soft); ok && stem != "" {
			return stem + "f"
		}
	}
	return name
}
