package conformance

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"

	"understudy/conformance/report"
	"understudy/internal/contract"
	"understudy/internal/resource"
)

// Check is one requirement with the way to find out whether it is kept. It is
// data: nothing runs until a Suite plans it.
type Check struct {
	// ID is group/case, for ever.
	ID    string
	Level report.Level
	// Requirement is one sentence.
	Requirement string
	// Source is where the requirement stands when that is not the document: an
	// RFC and its section. For the document, At finds the place.
	Source string
	// At is the place in the document that the requirement comes from, for one
	// collection; nil when Source tells.
	At func(*resource.Collection) contract.Node
	// Operations says that the check is about each operation outside of collections,
	// instead of each collection. AtOperation then finds its place.
	Operations  bool
	AtOperation func(*contract.Operation) contract.Node
	// Needs is what must be there for the check to run.
	Needs Needs
	// Costs is what the check takes, about.
	Costs Costs
	// Requires lists the checks of what this one does to prepare and to compare, and without
	// which it would tell nothing: when one of them fails, this one does not run.
	Requires []string
	// Follows lists the checks whose failure shows here too. When one of them fails, this
	// one runs all the same; when it fails as well, it is blocked by that one, so that one
	// fault is one failure.
	Follows []string
	// Sends says what is sent, in words.
	Sends string
	// Failure is an example of what a failure says.
	Failure string

	// last says that the check looks back at the whole run, after all others.
	last bool
	// picks chooses the operations outside of collections that the check is about; nil
	// takes all.
	picks func(*suite, *contract.Operation) bool
	// unfit says why the check is not about an operation, "" when it is; nil is about
	// all.
	unfit func(*suite, *contract.Operation) string
	run   func(ctx context.Context, e *env) error
}

// Needs is what a check cannot do without.
type Needs struct {
	// Roles are the operations that the collection must offer.
	Roles []resource.Role
	// Writes says that the check changes the target.
	Writes bool
	// Paged says that lists must be paged.
	Paged bool
	// Offers says what a collection lacks that the check is about, "" when it lacks
	// nothing; nil asks for no more than the rest. It is asked last.
	Offers func(*resource.Collection) string
	// Keys are the keys, beside the one that may do all, that must be given.
	Keys []who
	// Elsewhere says that a place must be given that only the foreign key may
	// enter.
	Elsewhere bool
	// Secured says that the operations must ask for a credential.
	Secured bool
}

// lacking says what a list lacks that a check needs, "" when it lacks nothing.
func (n Needs) lacking(c *resource.Collection) string {
	switch {
	case n.Paged && c.Page == nil:
		return "the document does not page " + c.Name
	case n.Offers != nil:
		return n.Offers(c)
	}
	return ""
}

// Costs is what a check takes of a target, as seen with the default document. The
// zero value is one request and no record.
type Costs struct {
	// Requests is how many are sent, cleaning up included.
	Requests int
	// Records is how many of its own are there at the same time, beside those that
	// checks look at in turn.
	Records int
}

// guarded runs the check. One that panics has met what nobody thought of, which
// says nothing against the target.
func (c Check) guarded(ctx context.Context, e *env) (err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = &blockedError{reason: fmt.Sprintf("the check itself failed: %v", cause)}
		}
	}()
	return c.run(ctx, e)
}

// Group is the part of the id before the slash.
func (c Check) Group() string {
	group, _, _ := strings.Cut(c.ID, "/")
	return group
}

// matches reports whether a pattern names the check: its id, its group, or a
// path.Match pattern of ids.
func (c Check) matches(pattern string) bool {
	if pattern == c.ID || pattern == c.Group() {
		return true
	}
	ok, err := path.Match(pattern, c.ID)
	return err == nil && ok
}

// Catalogue lists every check, in the order in which they run.
func Catalogue() []Check {
	return slices.Concat(crudChecks(), styleChecks(), singletonChecks(), actionChecks(), schemaChecks(), paginationChecks(), authChecks(), isolationChecks(), nestingChecks(), validationChecks(), httpChecks(), withReplacements(timeChecks()), raceChecks(), lifecycleChecks(), operationChecks(), viewChecks(), lastChecks())
}

// Find returns a check by id.
func Find(id string) (Check, bool) {
	for _, c := range Catalogue() {
		if c.ID == id {
			return c, true
		}
	}
	return Check{}, false
}

// at finds the place of a role's operation in the document.
func at(role resource.Role) func(*resource.Collection) contract.Node {
	return func(c *resource.Collection) contract.Node {
		if op := offered(c, role); op != nil {
			return op.Node
		}
		return contract.Node{}
	}
}

// needs is the usual need: the operations of some roles.
func needs(roles ...resource.Role) Needs {
	n := Needs{Roles: roles}
	for _, role := range roles {
		n.Writes = n.Writes || role != resource.List && role != resource.Retrieve
	}
	return n
}
