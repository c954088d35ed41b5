package contract

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"
)

// AppendJSON appends value to dst as compact JSON: object names in the order of
// their bytes, nothing escaped that need not be. The value must be of the types
// that DecodeJSON returns; any other type, or a json.Number that is not a JSON
// number, is an error. Invalid UTF-8 becomes U+FFFD.
func AppendJSON(dst []byte, value any) ([]byte, error) {
	switch value := value.(type) {
	case nil:
		return append(dst, "null"...), nil
	case bool:
		return strconv.AppendBool(dst, value), nil
	case string:
		return AppendJSONString(dst, value), nil
	case json.Number:
		if !isJSONNumber(value.String()) {
			return nil, fmt.Errorf("%s is not a JSON number", quoteClipped(value.String()))
		}
		return append(dst, value...), nil
	case []any:
		return appendJSONArray(dst, value)
	case map[string]any:
		return appendJSONObject(dst, value)
	default:
		return nil, fmt.Errorf("a Go value of type %T is not JSON", value)
	}
}

func appendJSONArray(dst []byte, array []any) ([]byte, error) {
	dst = append(dst, '[')
	for i, item := range array {
		if i > 0 {
			dst = append(dst, ',')
		}
		var err error
		if dst, err = AppendJSON(dst, item); err != nil {
			return nil, err
		}
	}
	return append(dst, ']'), nil
}

func appendJSONObject(dst []byte, object map[string]any) ([]byte, error) {
	names := make([]string, 0, 16) // on the stack, for objects of the usual size
	for name := range object {
		names = append(names, name)
	}
	slices.Sort(names)
	dst = append(dst, '{')
	for i, name := range names {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(AppendJSONString(dst, name), ':')
		var err error
		if dst, err = AppendJSON(dst, object[name]); err != nil {
			return nil, err
		}
	}
	return append(dst, '}'), nil
}

// AppendJSONString appends s to dst as a JSON string that escapes only what JSON
// says must be. Invalid UTF-8 becomes U+FFFD.
func AppendJSONString[Text ~string | ~[]byte](dst []byte, s Text) []byte {
	// The only error there is tells of the invalid UTF-8 that was replaced.
	dst, _ = jsontext.AppendQuote(dst, s)
	return dst
}
