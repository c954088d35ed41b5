package drift

import (
	"testing"

	"github.com/stretchr/testify/require"

	"understudy/internal/contract"
)

// Refusals of one status that have two forms are both as the overlay declares.
func TestASchemaAllowsEveryFormOfARefusal(t *testing.T) {
	for _, test := range []struct{ one, other, want string }{
		{`{"detail":"a"}`, `{"name":["b"]}`, `{"properties":{"detail":{"type":["string","null"]},"name":{"items":{"type":"string"},"type":"array"}},"required":[],"type":"object"}`},
		{`{"code":1,"detail":"a"}`, `{"code":2,"detail":["b"]}`, `{"properties":{"code":{"type":"integer"},"detail":{}},"required":["code","detail"],"type":"object"}`},
		{`{"detail":"a"}`, `["b"]`, `{}`},
		{`"a"`, `"b"`, `{"type":["string","null"]}`},
	} {
		one, err := contract.DecodeJSON([]byte(test.one))
		require.NoError(t, err)
		other, err := contract.DecodeJSON([]byte(test.other))
		require.NoError(t, err)
		schema := loose(one)
		widen(schema, loose(other))
		require.JSONEq(t, test.want, written(schema))
	}
}

// A field that is a member of the body has two names for one value: the template takes
// the same one each time.
func TestOneValueOfTwoNamesIsFilledAlike(t *testing.T) {
	for range 50 {
		require.Equal(t, "{field} is wrong", filled("size is wrong", map[string]string{"field": "size", "member": "size"}))
	}
}
