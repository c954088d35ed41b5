package contract

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"understudy"
)

// load reads a document that must be good.
func load(tb testing.TB, document string) *Contract {
	tb.Helper()
	c, err := Load("api.yaml", []byte(document))
	require.NoError(tb, err)
	return c
}

// loadFaults reads a document that must be bad.
func loadFaults(tb testing.TB, document string) Faults {
	tb.Helper()
	_, err := Load("api.yaml", []byte(document))
	require.Error(tb, err)
	require.IsType(tb, Faults{}, err)
	return err.(Faults)
}

// A place is where a test expects a fault, and a part of what it expects it to
// say.
type place3 struct {
	line    int
	pointer string
	message string
}

// schemaDocument is a document in which one operation takes and gives the schema
// S; schemas, written in one line each, stand under components/schemas from line
// 16 on.
func schemaDocument(version string, schemas ...string) string {
	return `openapi: ` + version + `
info: {title: Schemas, version: "1"}
paths:
  /s:
    post:
      operationId: post
      requestBody:
        content:
          application/json: {schema: {$ref: '#/components/schemas/S'}}
      responses:
        '200':
          description: ok
          content: {application/json: {schema: {$ref: '#/components/schemas/S'}}}
components:
  schemas:
    ` + strings.Join(schemas, "\n    ") + "\n"
}
