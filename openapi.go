// Package understudy holds the default OpenAPI document.
package understudy

import _ "embed"

// OpenAPI is the default document: openapi.yaml as it stands beside this file.
//
//go:embed openapi.yaml
var OpenAPI []byte
