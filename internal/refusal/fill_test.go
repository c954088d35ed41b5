package refusal

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"understudy/internal/contract"
)

// Only what is written like a placeholder is one: the texts of some APIs show JSON.
func TestTemplatesAreFilled(t *testing.T) {
	values := map[string]string{"field": "size", "limit": "5"}
	for template, want := range map[string]string{
		`"{field} is over {limit}"`:           `"size is over 5"`,
		`"{field}"`:                           `"size"`,
		`"{value}"`:                           `null`,
		`"no {value}"`:                        `"no "`,
		`"{value}{value}"`:                    `""`,
		`"send {\"size\": {limit}}, {} or {"`: `"send {\"size\": 5}, {} or {"`,
		`"}{field}{"`:                         `"}size{"`,
		`{"a": ["{field}", 1, null, {"b": "{value}"}]}`: `{"a":["size",1,null,{"b":null}]}`,
	} {
		n, err := contract.ParseFile("template.json", []byte(template))
		require.NoError(t, err)
		assert.Equal(t, want, string(appendFilled(nil, n, values)), template)
	}
}
