package conformance

import (
	"slices"

	"understudy/conformance/report"
	"understudy/internal/resource"
)

// roleCheck is the check of what an operation does for who uses it as it is meant.
func roleCheck(role resource.Role) string {
	return map[resource.Role]string{
		resource.List: "crud/list", resource.Create: "crud/create", resource.Retrieve: "crud/retrieve",
		resource.Update: "crud/update", resource.Replace: "crud/replace", resource.Remove: "crud/delete",
	}[role]
}

// inOrder reports whether an operation does what it is there for. Where it does not, or
// nobody knows, a check of several operations does without it, as what it answers to other
// requests would tell nothing.
func (e *env) inOrder(role resource.Role) bool {
	id := roleCheck(role)
	if role == resource.Replace && bothWays(e.collection) != "" {
		id = roleCheck(resource.Update) // it is the one way to change an item
	}
	status := e.results[id+" "+e.subjectOf(e.collection)]
	if status != report.Fail && status != report.Blocked {
		return true
	}
	if !slices.Contains(e.without, id) {
		e.without = append(e.without, id)
	}
	return false
}
