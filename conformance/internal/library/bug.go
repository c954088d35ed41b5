package library

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
}

// Bugs is the catalogue of all mistakes, group by group.
func Bugs() []Bug {
	all := slices.Concat(
		crudBugs(), paginationBugs(), schemaBugs(), authBugs(), isolationBugs(),
		validationBugs(), httpBugs(), timeBugs(), raceBugs(),
	)
	for i := range all {
		all[i].Group, _, _ = strings.Cut(all[i].ID, "/")
	}
	return all
}
