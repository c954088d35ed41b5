package contract

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// ambiguous are the findings, by kin-openapi's stable code, that leave the
// meaning of a document open. Any other finding is a warning: real documents
// are full of small lies, and the rest of them is still worth serving.
var ambiguous = []string{
	"conflicting-paths", "content-or-schema-exactly-one", "duplicate-operation-id", "duplicate-parameter",
	"operation-responses-required", "parameter-in-invalid", "parameter-name-required", "path-must-start-with-slash",
	"path-parameter-required", "path-parameters-mismatch", "paths-required", "responses-required", "schema-type-unsupported",
	"security-requirement-scheme-undefined", "security-scheme-apikey-in-invalid", "security-scheme-http-scheme-invalid",
	"security-scheme-name-required", "security-scheme-type-invalid", "serialization-method-invalid",
}

// lintResult is what kin-openapi says of a document.
type lintResult struct{ faults, warnings Faults }

// lint asks kin-openapi what is wrong with the structure of a document.
// Examples, defaults and patterns are judged elsewhere, against the schemas
// that are really used.
func lint(root Node) (result lintResult) {
	defer func() {
		if cause := recover(); cause != nil { // a document that kin-openapi trips over
			result = lintResult{faults: Faults{root.Fault("correct the structure of the document", "not an OpenAPI document: %v", cause)}}
		}
	}()
	data, err := AppendJSON(nil, root.Value())
	if err != nil {
		return lintResult{faults: Faults{root.Fault("", "%v", err)}}
	}
	document, err := openapi3.NewLoader().LoadFromData(data)
	if err != nil {
		return lintResult{faults: Faults{root.Fault("correct the structure of the document", "not an OpenAPI document: %v", err)}}
	}
	err = document.Validate(context.Background(), openapi3.EnableMultiError(), openapi3.DisableExamplesValidation(),
		openapi3.DisableSchemaDefaultsValidation(), openapi3.DisableSchemaPatternValidation())
	for _, finding := range findings(err) {
		fault := place(root, finding).Fault("correct the document", "%s", reason(finding))
		if slices.Contains(ambiguous, code(finding)) {
			result.faults = append(result.faults, fault)
		} else {
			result.warnings = append(result.warnings, fault)
		}
	}
	return result
}

// findings lists the errors of one validation.
func findings(err error) []error {
	var many openapi3.MultiError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &many):
		return many
	}
	return []error{err}
}

// code is the stable name of a finding, "" when it has none.
func code(finding error) string {
	var coded openapi3.CodedError
	if errors.As(finding, &coded) {
		return coded.Code()
	}
	return ""
}

// place finds where in the document a finding stands, as near as its context
// tells.
func place(root Node, finding error) Node {
	at := root
	enter := func(names ...string) {
		for _, name := range names {
			if next := at.Raw(name); next.Exists() {
				at = next
			}
		}
	}
	for err := finding; err != nil; err = errors.Unwrap(err) {
		switch e := err.(type) { //nolint:errorlint // the chain is walked link by link
		case *openapi3.SectionValidationError:
			enter(e.Section)
		case *openapi3.PathValidationError:
			enter(e.Path)
		case *openapi3.OperationValidationError:
			enter(strings.ToLower(e.Method))
		case *openapi3.ComponentValidationError:
			enter(componentSection(e.Section), e.Name)
		}
	}
	return at
}

// componentSection is the member of components for the singular that
// kin-openapi uses.
func componentSection(singular string) string {
	words := strings.Fields(singular)
	for i := range words[1:] {
		words[i+1] = strings.ToUpper(words[i+1][:1]) + words[i+1][1:]
	}
	plural := strings.Join(words, "") + "s"
	return strings.Replace(plural, "Bodys", "Bodies", 1)
}

// reason is the finding in words, without the context that the place tells.
func reason(finding error) string {
	text := finding.Error()
	for err := finding; err != nil; err = errors.Unwrap(err) {
		switch err.(type) { //nolint:errorlint // the chain is walked link by link
		case *openapi3.SectionValidationError, *openapi3.PathValidationError, *openapi3.OperationValidationError, *openapi3.ComponentValidationError:
			if inner := errors.Unwrap(err); inner != nil {
				text = inner.Error()
			}
		}
	}
	return text
}
