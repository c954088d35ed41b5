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
	"content-or-schema-exactly-one", "duplicate-parameter", "operation-responses-required", "parameter-in-invalid", "parameter-name-required",
	"path-parameter-required", "paths-required", "responses-required", "security-scheme-apikey-in-invalid", "security-scheme-http-scheme-invalid",
	"security-scheme-name-required", "security-scheme-type-invalid", "serialization-method-invalid",
}

// ours are the findings that are reported elsewhere, with a better place.
var ours = []string{
	"conflicting-paths", "duplicate-operation-id", "path-must-start-with-slash", "path-parameters-mismatch", "security-requirement-scheme-undefined",
}

// wrongType is the finding of a schema whose type is none. Compiling a schema
// that is used reports it with a better place.
const wrongType = "schema-type-unsupported"

// lintResult is what kin-openapi says of a document.
type lintResult struct {
	faults, warnings Faults
	// unplaced are faults of which something better is known when the rest of
	// the loading finds a fault too.
	unplaced Faults
}

// lint asks kin-openapi what is wrong with the structure of a document.
// Examples, defaults and patterns are judged elsewhere, against the schemas
// that are really used.
func lint(root Node) (result lintResult) {
	defer func() {
		if cause := recover(); cause != nil { // a document that kin-openapi trips over
			result = lintResult{unplaced: Faults{root.Fault("correct the structure of the document", "not an OpenAPI document: %v", cause)}}
		}
	}()
	data, err := AppendJSON(nil, documentShape().value(root.value))
	if err != nil {
		return lintResult{faults: Faults{root.Fault("", "%v", err)}}
	}
	document, err := openapi3.NewLoader().LoadFromData(data)
	if err != nil {
		return lintResult{unplaced: Faults{root.Fault("correct the structure of the document", "not an OpenAPI document: %v", err)}}
	}
	err = document.Validate(context.Background(), openapi3.EnableMultiError(), openapi3.DisableExamplesValidation(),
		openapi3.DisableSchemaDefaultsValidation(), openapi3.DisableSchemaPatternValidation())
	for _, finding := range findings(err) {
		fault := place(root, finding).Fault("correct the document", "%s", reason(finding))
		switch code := code(finding); {
		case slices.Contains(ours, code):
		case code == wrongType:
			result.unplaced = append(result.unplaced, fault)
		case slices.Contains(ambiguous, code):
			result.faults = append(result.faults, fault)
		default:
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
