package cli

import (
	"slices"
	"strings"

	"understudy/conformance"
	"understudy/conformance/report"
	"understudy/internal/contract"
	"understudy/internal/resource"
)

// places are where the requirement of a check stands in the document, once for
// each collection that has such a place.
func places(check conformance.Check, model *resource.Model) []contract.Node {
	var found []contract.Node
	for _, c := range model.Collections {
		if check.At == nil {
			break
		}
		if n := check.At(c); n.Exists() {
			found = append(found, n)
		}
	}
	return found
}

// needsInWords says what must be there for a check to run.
func needsInWords(check conformance.Check) string {
	n := check.Needs
	var words []string
	add := func(needed bool, text string) {
		if needed {
			words = append(words, text)
		}
	}
	add(check.Operations, "an operation outside of collections")
	add(n.Writes, "write access")
	add(n.Secured, "operations that ask for a key")
	for _, key := range n.Keys {
		add(true, "--"+keyFlag(string(key)))
	}
	add(n.Elsewhere, "--foreign-param")
	if len(n.Roles) > 0 {
		add(true, "a collection that offers "+rolesInWords(n.Roles))
	}
	add(n.Paged, "paging")
	if len(words) == 0 {
		return "nothing but a target"
	}
	return strings.Join(words, ", ")
}

// costsInWords says what a check takes of a target.
func costsInWords(c conformance.Costs) string {
	words := "about " + report.Counted(max(c.Requests, 1), "request")
	if c.Records > 0 {
		words += ", " + report.Counted(c.Records, "record") + " of its own"
	}
	return words
}

// keyFlag is the flag that gives a key of the suite.
func keyFlag(key string) string {
	if key == "read" {
		return "token-readonly"
	}
	if flag := "token-" + key; slices.Contains(keyFlags(), flag) {
		return flag
	}
	return "token"
}

func rolesInWords(roles []resource.Role) string {
	names := make([]string, len(roles))
	for i, role := range roles {
		names[i] = string(role)
	}
	if last := len(names) - 1; last > 0 {
		return strings.Join(names[:last], ", ") + " and " + names[last]
	}
	return names[0]
}

// fact is one named line about a check.
type fact struct {
	name, text string
	code       bool // the text is no prose
}

// factsOf tells a check, but for its id, level and requirement. Where lists the
// places in the document where the requirement stands.
func factsOf(check conformance.Check, where []string) []fact {
	source := fact{"stands in", strings.Join(where, "\n"), true}
	if len(where) == 0 {
		source = fact{name: "stands in", text: check.Source}
	}
	all := []fact{
		source,
		{name: "needs", text: needsInWords(check)},
		{name: "costs", text: costsInWords(check.Costs)},
		{name: "rests on", text: strings.Join(check.Requires, ", ")},
		{name: "follows", text: strings.Join(check.Follows, ", ")},
		{name: "sends", text: check.Sends},
		{"a failure", check.Failure, true},
	}
	return slices.DeleteFunc(all, func(f fact) bool { return f.text == "" })
}

// whereInFile names a place as people look it up.
func whereInFile(n contract.Node) string {
	return n.Citation()
}
