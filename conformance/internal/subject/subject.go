// Package subject is what the conformance suite is proven on: an ordinary
// implementation of the default document's API, written by hand on net/http and
// a map with a mutex. It shares no code with the rest of this module.
//
// Without bugs it is correct, in every variation that a Config permits. With
// one of the catalogued Bugs it makes one mistake, such as programmers make,
// that a client can see.
//
// A file x.go holds what is right; x_bugs.go beside it holds what a bug does
// instead, at the places where x.go asks.
package subject

import (
	"fmt"
	"net/http"
)

// New returns the API that a Config describes. It panics when the Config names
// a bug or a choice that does not exist: a typing error must not pass for a
// correct server.
func New(config Config) http.Handler {
	config = config.withDefaults()
	if err := config.check(); err != nil {
		panic(fmt.Sprintf("subject: %v", err))
	}
	return newServer(config)
}
