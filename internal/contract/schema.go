package contract

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"net/url"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// Schema is one schema of the document, compiled once. It is safe for
// concurrent use.
type Schema struct {
	node     Node
	compiled *jsonschema.Schema
	quick    *quick // nil when the schema is beyond it

	deepest sync.Once
	depth   int // of the deepest value that can be checked, once asked for
}

// Node is where the schema stands in the document.
func (s *Schema) Node() Node { return s.node }

// Compiled is the schema as JSON Schema 2020-12.
func (s *Schema) Compiled() *jsonschema.Schema { return s.compiled }

// orAny is the compiled schema, or one that admits anything when there is none.
func (s *Schema) orAny() *jsonschema.Schema {
	if s == nil {
		return &jsonschema.Schema{}
	}
	return s.compiled
}

// Check returns what is wrong with a value; nothing when it is valid. The
// value is as DecodeJSON gives it.
func (s *Schema) Check(value any) []Violation {
	if s.quick.admits(value) {
		return nil
	}
	if deep := s.tooDeep(value); deep != nil {
		return deep
	}
	if err := s.compiled.Validate(value); err != nil {
		return violations(err)
	}
	return nil
}

// openAPIFormats are the formats of the OpenAPI format registry that JSON
// Schema does not know (https://spec.openapis.org/registry/format).
func openAPIFormats() map[string]func(any) error {
	return map[string]func(any) error{
		"int32":   wholeNumber(32),
		"int64":   wholeNumber(64),
		"byte":    base64Text,
		"url":     absoluteURL,
		"decimal": asWritten,
	}
}

// asWritten is the check of a format that says what a value is for, and not how it is
// written: a decimal number may be a number or a text.
func asWritten(any) error { return nil }

// wholeNumber checks that a number fits a signed integer of that many bits.
func wholeNumber(bits uint) func(any) error {
	return func(value any) error {
		text, ok := value.(json.Number)
		if !ok {
			return nil
		}
		number, ok := new(big.Rat).SetString(string(text))
		if !ok || !number.IsInt() {
			return errors.New("not a whole number")
		}
		if limit := new(big.Int).Lsh(big.NewInt(1), bits-1); number.Num().CmpAbs(limit) > 0 || number.Num().Cmp(limit) == 0 {
			return fmt.Errorf("does not fit %d bits", bits)
		}
		return nil
	}
}

// base64Text checks RFC 4648 text.
func base64Text(value any) error {
	text, ok := value.(string)
	if !ok {
		return nil
	}
	_, err := base64.StdEncoding.DecodeString(text)
	return err
}

// absoluteURL checks that a text is a URL with a scheme.
func absoluteURL(value any) error {
	text, ok := value.(string)
	if !ok {
		return nil
	}
	parsed, err := url.Parse(text)
	if err == nil && !parsed.IsAbs() {
		err = errors.New("no scheme")
	}
	return err
}
