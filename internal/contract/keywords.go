package contract

import (
	"encoding/json"
	"math/big"
	"slices"
)

// Keywords by what stands under them: one schema, a list of schemas, schemas by
// name. Schemas that are only there to be referred to are among none of them.
var (
	schemaKeywords = map[string]bool{"not": true, "if": true, "then": true, "else": true, "items": true, "contains": true, "additionalProperties": true, "propertyNames": true, "unevaluatedItems": true, "unevaluatedProperties": true, "contentSchema": true}
	listKeywords   = map[string]bool{"allOf": true, "anyOf": true, "oneOf": true, "prefixItems": true}
	mapKeywords    = map[string]bool{"properties": true, "patternProperties": true, "dependentSchemas": true}
	storeKeywords  = map[string]bool{"$defs": true, "definitions": true}
)

// plainKeywords are the keywords that hold data, each with what tells whether a
// value makes sense there.
var plainKeywords = map[string]rule{
	"type": isType, "enum": isList, "const": isAnything, "default": isAnything, "examples": isAnything,
	"required": isNames, "dependentRequired": isNamesByName,
	"multipleOf": isPositive, "minimum": isNumber, "maximum": isNumber, "exclusiveMinimum": isBound, "exclusiveMaximum": isBound,
	"minLength": isCount, "maxLength": isCount, "minItems": isCount, "maxItems": isCount, "minContains": isCount, "maxContains": isCount,
	"minProperties": isCount, "maxProperties": isCount, "uniqueItems": isFlag,
	"pattern": isText, "format": isText, "contentEncoding": isText, "contentMediaType": isText, "$dynamicRef": isText,
	"readOnly": isFlag, "writeOnly": isFlag, "deprecated": isFlag,
}

// rule says what is wrong with a value, "" for nothing.
type rule func(Node) string

// misuse says what is wrong with the value of a keyword, "" for nothing.
func misuse(keyword string, value Node) string {
	switch {
	case plainKeywords[keyword] != nil:
		return plainKeywords[keyword](value)
	case listKeywords[keyword] && (!value.IsArray() || len(value.rawItems()) == 0):
		return "is no list of schemas"
	case mapKeywords[keyword] && !value.IsObject():
		return "is no object of schemas"
	}
	return ""
}

// unless gives the problem when something does not hold.
func unless(holds bool, problem string) string {
	if holds {
		return ""
	}
	return problem
}

func isAnything(Node) string { return "" }

func isList(n Node) string { return unless(n.IsArray(), "is no list") }

func isFlag(n Node) string { return unless(kindOf(n) == flagKind, "is neither true nor false") }

func isText(n Node) string { return unless(kindOf(n) == textKind, "is no text") }

func isNames(n Node) string {
	return unless(n.IsArray() && !slices.ContainsFunc(n.rawItems(), func(item Node) bool { return isText(item) != "" }), "is no list of names")
}

func isNamesByName(n Node) string {
	isSound := n.IsObject()
	for _, member := range n.members() {
		isSound = isSound && isNames(member) == ""
	}
	return unless(isSound, "is no object of lists of names")
}

// isType is the rule of the one keyword that real documents make up values for.
func isType(n Node) string {
	types := n.Texts()
	for _, name := range types {
		if namedType(name) == 0 {
			return "names a type that is none"
		}
	}
	return unless(len(types) > 0, "names no type")
}

func isNumber(n Node) string {
	_, isNumber := numberAt(n)
	return unless(isNumber, "is no number")
}

func isPositive(n Node) string {
	number, isNumber := numberAt(n)
	return unless(isNumber && number.Sign() > 0, "is no number above 0")
}

// isBound allows the flags of OpenAPI 3.0.
func isBound(n Node) string {
	if kindOf(n) == flagKind {
		return ""
	}
	return isNumber(n)
}

func isCount(n Node) string {
	number, isNumber := numberAt(n)
	return unless(isNumber && number.IsInt() && number.Sign() >= 0 && number.Num().IsInt64(), "is no whole number of at least 0")
}

func numberAt(n Node) (*big.Rat, bool) {
	text, ok := n.Value().(json.Number)
	if !ok {
		return nil, false
	}
	return new(big.Rat).SetString(string(text))
}
