package contract

import (
	"encoding/json"

	"go.yaml.in/yaml/v3"
)

// Value is the value as JSON has it: nil, bool, string, json.Number, []any,
// map[string]any. References stay as they are.
func (n Node) Value() any { return jsonValue(n.value) }

func jsonValue(value *yaml.Node) any {
	value = unalias(value)
	if value == nil {
		return nil
	}
	switch value.Kind {
	case yaml.MappingNode:
		object := make(map[string]any, len(value.Content)/2)
		for i := 0; i+1 < len(value.Content); i += 2 {
			object[value.Content[i].Value] = jsonValue(value.Content[i+1])
		}
		return object
	case yaml.SequenceNode:
		array := make([]any, len(value.Content))
		for i, item := range value.Content {
			array[i] = jsonValue(item)
		}
		return array
	default:
		return jsonScalar(value)
	}
}

// AppendJSON writes the value as compact JSON, its members in their order.
func (n Node) AppendJSON(dst []byte) []byte { return appendYAML(dst, n.value) }

func appendYAML(dst []byte, value *yaml.Node) []byte {
	value = unalias(value)
	if value == nil {
		return append(dst, "null"...)
	}
	switch value.Kind {
	case yaml.MappingNode:
		dst = append(dst, '{')
		for i := 0; i+1 < len(value.Content); i += 2 {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = append(AppendJSONString(dst, value.Content[i].Value), ':')
			dst = appendYAML(dst, value.Content[i+1])
		}
		return append(dst, '}')
	case yaml.SequenceNode:
		dst = append(dst, '[')
		for i, item := range value.Content {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = appendYAML(dst, item)
		}
		return append(dst, ']')
	}
	written, err := AppendJSON(dst, jsonScalar(value))
	if err != nil {
		return append(dst, "null"...) // a scalar always encodes
	}
	return written
}

// jsonScalar is the JSON value of a YAML scalar. What JSON cannot say (a date, an
// infinity) stays the text that was written.
func jsonScalar(n *yaml.Node) any {
	switch n.ShortTag() {
	case "!!null":
		return nil
	case "!!bool":
		var value bool
		if n.Decode(&value) == nil {
			return value
		}
	case "!!int", "!!float":
		if number, ok := number(n); ok && !hasHugeExponent(string(number)) {
			return number
		}
	}
	return n.Value
}

// number is the JSON number of a YAML one, which may be written 0x10 or 1_000;
// ok is false for what is none in JSON, such as an infinity.
func number(n *yaml.Node) (number json.Number, ok bool) {
	if isJSONNumber(n.Value) {
		return json.Number(n.Value), true
	}
	var value any
	if n.Decode(&value) != nil {
		return "", false
	}
	text, err := json.Marshal(value)
	return json.Number(text), err == nil && isJSONNumber(string(text))
}
