package mockserver

import (
	"net/http"
	"slices"
	"strings"
	"unicode"

	"understudy/fixtures"
	"understudy/internal/contract"
)

// reads reports whether an operation only reads.
func reads(op *contract.Operation) bool {
	return op.Method == http.MethodGet || op.Method == http.MethodHead
}

// requiredScopes are what one alternative of an operation's security asks for.
func requiredScopes(requirement contract.Requirement) []string {
	var scopes []string
	for _, required := range requirement {
		scopes = append(scopes, required.Scopes...)
	}
	return scopes
}

// admits reports whether a key of some scopes may do what an operation does.
func admits(scopes []string, op *contract.Operation) bool {
	k := &key{Key: fixtures.Key{Scopes: scopes}}
	return slices.ContainsFunc(op.Security, func(r contract.Requirement) bool { return grants(k, requiredScopes(r)) })
}

// scopes lists every scope that the document asks for, and those of a key that may
// read.
func (s *Server) scopes() (all, reading []string) {
	for _, op := range s.contract.Operations {
		for _, requirement := range op.Security {
			scopes := requiredScopes(requirement)
			all = append(all, scopes...)
			if reads(op) {
				reading = append(reading, scopes...)
			}
		}
	}
	slices.Sort(all)
	slices.Sort(reading)
	return slices.Compact(all), s.withoutWriting(slices.Compact(reading))
}

// withoutWriting leaves out of the scopes that reading asks for those that are rather
// there to write: one operation shows what may be deleted, and asks who is to see it
// for the scope to delete. Where most of what can be read is open to nobody then, the
// document does not tell reading from writing, and all stay.
func (s *Server) withoutWriting(reading []string) []string {
	asked := map[string]int{} // how many more operations of those that read ask for it
	for _, op := range s.contract.Operations {
		for _, requirement := range op.Security {
			scopes := requiredScopes(requirement)
			for _, scope := range scopes {
				switch {
				case reads(op):
					asked[scope]++
				case saysItWrites(scope), grants(&key{Key: fixtures.Key{Scopes: reading}}, scopes): // with no other scope
					asked[scope]--
				}
			}
		}
	}
	kept := slices.DeleteFunc(slices.Clone(reading), func(scope string) bool { return asked[scope] <= 0 })
	open, shut := 0, 0
	for _, op := range s.contract.Operations {
		switch {
		case !reads(op) || len(op.Security) == 0:
		case admits(kept, op):
			open++
		default:
			shut++
		}
	}
	if open < shut {
		return reading
	}
	return kept
}

// saysItWrites reports whether the name of a scope says that it is there to write.
func saysItWrites(scope string) bool {
	words := strings.FieldsFunc(strings.ToLower(scope), func(r rune) bool { return !unicode.IsLetter(r) })
	return slices.ContainsFunc(words, func(word string) bool {
		return slices.Contains([]string{"write", "create", "update", "delete", "remove", "edit", "modify", "manage", "admin"}, word)
	})
}

// readingIsLess reports whether the scopes of the operations that read do not admit
// to one that writes.
func (s *Server) readingIsLess(reading []string) bool {
	return slices.ContainsFunc(s.contract.Operations, func(op *contract.Operation) bool {
		return !reads(op) && len(op.Security) > 0 && !admits(reading, op)
	})
}
