package conformance

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"understudy/internal/resource"
)

// replacementIDs are the checks about changes that go for replacements too, and what
// they are called then.
var replacementIDs = map[string]string{
	"crud/update":                  "crud/replace",
	"crud/update-stored":           "crud/replace-stored",
	"crud/update-listed":           "crud/replace-listed",
	"crud/update-adds-nothing":     "crud/replace-adds-nothing",
	"crud/update-only-this-record": "crud/replace-only-this-record",
	"crud/read-only-on-update":     "crud/read-only-on-replace",
	"time/moves-on-change":         "time/moves-on-replacement",
	"time/created-stays-on-change": "time/created-stays-on-replacement",
	"validation/update-members":    "validation/replace-members",
	"validation/update-bodies":     "validation/replace-bodies",
}

// replacementWords turn what is said of a change into what is said of a replacement.
var replacementWords = strings.NewReplacer("a changed", "a replaced", "A valid change", "A valid replacement", "A change", "A replacement", "a change", "a replacement", "changed record", "replaced record", "the change", "the replacement", "PATCH", "PUT")

// withReplacements adds to checks about changes those about replacements, for documents
// that offer both.
func withReplacements(checks []Check) []Check {
	var added []Check
	for _, c := range checks {
		if id, ok := replacementIDs[c.ID]; ok {
			added = append(added, replacing(c, id))
		}
	}
	return append(checks, added...)
}

// replacing is a check about changes as one about replacements.
func replacing(c Check, id string) Check {
	run := c.run
	c.ID = id
	c.Requirement, c.Sends, c.Failure = replacementWords.Replace(c.Requirement), replacementWords.Replace(c.Sends), replacementWords.Replace(c.Failure)
	c.Needs.Roles = append(slices.Clone(c.Needs.Roles), resource.Replace)
	c.Needs.Offers = bothWays
	c.Requires, c.Follows = ofReplacements(c.Requires), ofReplacements(c.Follows)
	c.run = func(ctx context.Context, e *env) error {
		e.replaces = true
		return run(ctx, e)
	}
	return c
}

// ofReplacements are some checks with those about replacements in place of those about
// changes.
func ofReplacements(ids []string) []string {
	ids = slices.Clone(ids)
	for i, id := range ids {
		ids[i] = cmp.Or(replacementIDs[id], id)
	}
	return ids
}

// bothWays says that a collection does not offer changes and replacements, each by an
// operation of its own.
func bothWays(c *resource.Collection) string {
	if c.Operations[resource.Update] == nil || c.Operations[resource.Replace] == nil {
		return "the document has one way to change an item of " + c.Name
	}
	return ""
}
