package contract

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"go.yaml.in/yaml/v3"
)

// ours are the findings, by kin-openapi's stable code, that are reported elsewhere,
// with a better place.
var ours = []string{
	"conflicting-paths", "content-or-schema-exactly-one", "duplicate-operation-id", "duplicate-parameter", "parameter-in-invalid",
	"parameter-name-required", "path-must-start-with-slash", "path-parameter-required", "path-parameters-mismatch",
	"security-requirement-scheme-undefined", "serialization-method-invalid",
}

// lint asks kin-openapi what is wrong with the structure of a document around its
// schemas. What is in them is judged elsewhere, as they are really used. Whatever it
// finds, the rest of the document is still worth serving.
func lint(shapes *shape, root Node) (warnings Faults) {
	const hint = "correct the document"
	defer func() {
		if cause := recover(); cause != nil { // a document that kin-openapi trips over
			warnings = Faults{root.Fault(hint, "%v", cause)}
		}
	}()
	o := outliner{root: root, seen: map[*yaml.Node]bool{}}
	outline, _ := o.value(shapes, root)
	data, err := AppendJSON(nil, outline)
	if err != nil {
		return Faults{root.Fault(hint, "%v", err)}
	}
	document, err := openapi3.NewLoader().LoadFromData(data)
	if err != nil {
		return Faults{root.Fault(hint, "%v", err)}
	}
	err = document.Validate(context.Background(), openapi3.EnableMultiError(), openapi3.DisableExamplesValidation(),
		openapi3.DisableSchemaDefaultsValidation(), openapi3.DisableSchemaPatternValidation())
	for _, finding := range findings(err) {
		if !slices.Contains(ours, code(finding)) {
			warnings = append(warnings, placeOf(root, finding).Fault(hint, "%s", reason(finding)))
		}
	}
	return warnings
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

// placeOf finds where in the document a finding stands, as near as its context
// tells.
func placeOf(root Node, finding error) Node {
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
