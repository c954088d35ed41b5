package cli

import (
	"net/http"
	"regexp"
	"slices"
	"strings"

	"understudy/conformance"
	"understudy/internal/resource"
)

// namedChanges finds the methods by which the catalogue says that a record is changed,
// alone or beside those that replace it. A PUT before a PATCH is none of these: both are
// sent to where the document has neither.
var namedChanges = regexp.MustCompile(`PUT and PATCH|\bPATCH(, | or )PUT\b|\bPATCH\b`)

// asDocumented tells a check with the methods that a document changes records by, where
// these are others than those that the catalogue names.
func asDocumented(check conformance.Check, model *resource.Model) conformance.Check {
	changes, both := changeMethods(model)
	if check.Operations || len(changes) == 0 {
		return check
	}
	reword := func(text string) string {
		return namedChanges.ReplaceAllStringFunc(text, func(named string) string {
			switch {
			case strings.HasPrefix(named, http.MethodPut):
				return named
			case strings.Contains(named, ", "):
				return strings.Join(both, ", ")
			case strings.Contains(named, " or "):
				return strings.Join(both, " or ")
			}
			return strings.Join(changes, " or ")
		})
	}
	check.Sends, check.Failure = reword(check.Sends), reword(check.Failure)
	return check
}

// changeMethods are the methods by which the records of a document are changed, as the
// judge does it: by what replaces them only where nothing else changes them. both are
// these and those by which they are replaced.
func changeMethods(model *resource.Model) (changes, both []string) {
	add := func(methods []string, method string) []string {
		if slices.Contains(methods, method) {
			return methods
		}
		return append(methods, method)
	}
	for _, c := range model.Collections {
		replace := c.Operations[resource.Replace]
		switch update := c.Operations[resource.Update]; {
		case update != nil:
			changes = add(changes, update.Method)
		case replace != nil:
			changes = add(changes, replace.Method)
		}
	}
	both = slices.Clone(changes)
	for _, c := range model.Collections {
		if replace := c.Operations[resource.Replace]; replace != nil {
			both = add(both, replace.Method)
		}
	}
	return changes, both
}
