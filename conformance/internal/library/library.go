// Package library is a second thing to prove the conformance suite on: an API of
// another style than the default document's, with items that are wrapped, pages that
// are numbered and linked in a header, ids that are integers, and Basic
// authentication. Its document is beside it. It is written by hand on net/http and a
// map with a mutex, and shares no code with the rest of this module.
//
// Without bugs it is correct, in every variation that a Config permits. With one of
// the catalogued Bugs it makes one mistake, such as programmers make, that a client
// can see.
//
// A file x.go holds what is right; x_bugs.go beside it holds what a bug does instead,
// at the places where x.go asks.
package library

import (
	_ "embed" // for the document
	"fmt"
	"net/http"
)

//go:embed library.yaml
var document string

// Document is the OpenAPI document of the API.
func Document() []byte { return []byte(document) }

// New returns the API that a Config describes. It panics when the Config names a bug
// or a choice that does not exist: a typing error must not pass for a correct server.
func New(config Config) http.Handler {
	config = config.withDefaults()
	if err := config.check(); err != nil {
		panic(fmt.Sprintf("library: %v", err))
	}
	return newServer(config)
}
