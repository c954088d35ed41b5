package subject

import (
	"slices"
	"strings"
)

// Bug is one mistake that a server can make.
type Bug struct {
	ID string // group/slug
	// Group is what the mistake is about: the first part of the ID.
	Group string
	// Summary says in one sentence what the server does wrong.
	Summary string
	// Needs says what the server must be configured with for the mistake to
	// show: one of the Needs constants, or "" for a key with both scopes alone.
	Needs string
}

// What a mistake may need to show.
const (
	NeedsReadKey     = "a key with the read scope alone"
	NeedsUnscopedKey = "a key without scopes"
	NeedsForeignKey  = "a second organization and a key for it"
	NeedsShortDelays = "status delays that a client can wait for"
)

// Bugs is the catalogue of all mistakes, group by group.
func Bugs() []Bug {
	all := slices.Concat(
		crudBugs(), paginationBugs(), schemaBugs(), authBugs(), isolationBugs(),
		validationBugs(), httpBugs(), timeBugs(), raceBugs(), lifecycleBugs(),
	)
	for i := range all {
		all[i].Group, _, _ = strings.Cut(all[i].ID, "/")
	}
	return all
}
