// Package understudy holds the default OpenAPI document.
package understudy

import _ "embed"

// OpenAPI is the default document: openapi.yaml as it stands beside this file.
//
//go:embed openapi.yaml
var OpenAPI []byte

// OpenAPIJSON is the same document in JSON, which is read in a third of the time. Each
// value stands in the line where it stands in openapi.yaml, so that messages name that.
//
//go:embed openapi.json
var OpenAPIJSON []byte
