package contract

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A violation tells the keyword that it breaks, wherever the translation has put that.
func TestConstraintIsWhereTheDocumentSaysIt(t *testing.T) {
	t.Parallel()
	const s = "/components/schemas/S"
	for _, test := range []struct{ version, schemas, body, want string }{
		{"3.1.0", `S: {type: object, properties: {a: {type: string, minLength: 2}}}`, `{"a": ""}`, s + "/properties/a/minLength"},
		{"3.1.0", `S: {type: object, properties: {a/b: {type: string}}}`, `{"a/b": null}`, s + "/properties/a~1b/type"},
		{"3.1.0", `S: {required: [a]}`, `{}`, s + "/required"},
		{"3.1.0", `S: {dependentRequired: {a: [b]}}`, `{"a": 1}`, s},
		{"3.1.0", `S: {additionalProperties: false}`, `{"a": 1}`, s + "/additionalProperties"},
		{"3.1.0", `S: {properties: {a: false}}`, `{"a": 1}`, s + "/properties/a"},
		{"3.1.0", `S: {allOf: [{}, {$ref: '#/components/schemas/T'}]}; T: {maxProperties: 0}`, `{"a": 1}`, "/components/schemas/T/maxProperties"},
		{"3.1.0", `S: {$ref: '#/components/schemas/T', description: x}; T: {maxProperties: 0}`, `{"a": 1}`, "/components/schemas/T/maxProperties"},
		{"3.1.0", `S: {anyOf: [{type: string}, {properties: {a: {enum: [1]}}}]}`, `{"a": 2}`, s + "/anyOf/1/properties/a/enum"},
		{"3.0.3", `S: {properties: {a: {type: integer, minimum: 1, exclusiveMinimum: true}}}`, `{"a": 1}`, s + "/properties/a/exclusiveMinimum"},
		{"3.0.3", `S: {properties: {a: {type: string, nullable: true, maxLength: 1}}}`, `{"a": "xy"}`, s + "/properties/a/maxLength"},
		{"3.0.3", `S: {properties: {a: {nullable: true, allOf: [{type: string, maxLength: 1}]}}}`, `{"a": "xy"}`, s + "/properties/a/allOf/0/maxLength"},
		{"3.0.3", `S: {properties: {a: {nullable: true, anyOf: [{type: string, maxLength: 1}, {type: integer, maximum: 9}]}}}`, `{"a": "xy"}`, s + "/properties/a/anyOf/0/maxLength"},
		{"3.0.3", `S: {properties: {a: {nullable: true, anyOf: [{type: string}, {type: integer}]}}}`, `{"a": []}`, s + "/properties/a"},
	} {
		t.Run(test.version+" "+test.schemas, func(t *testing.T) {
			t.Parallel()
			op := load(t, schemaDocument(test.version, strings.Split(test.schemas, "; ")...)).Operations[0]
			_, err := op.CheckBody("application/json", []byte(test.body), false)
			var found Violations
			require.ErrorAs(t, err, &found)
			assert.Equal(t, test.want, op.Constraint(found[0]).Pointer(), found)
		})
	}
}

func TestConstraintOfWhatTheSchemasDoNotSay(t *testing.T) {
	t.Parallel()
	assert.False(t, load(t, requestDocument).Operation("POST", "/things").Constraint(Violation{In: "status", Keyword: "declared"}).Exists())
	assert.False(t, (*Operation)(nil).Constraint(Violation{In: "header"}).Exists())
	closed := load(t, schemaDocument("3.1.0", `S: {properties: {a: {type: string}}}`)).Operations[0]
	_, err := closed.CheckBody("application/json", []byte(`{"b": 1}`), true)
	var found Violations
	require.ErrorAs(t, err, &found)
	assert.Equal(t, "/components/schemas/S", closed.Constraint(found[0]).Pointer(), "which strictness closes")
}
