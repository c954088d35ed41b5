package mockserver_test

import (
	"encoding/json"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"understudy/mockserver"
)

// locks is the document of the doors with a scheme more, and without keys.
var locks = strings.NewReplacer(
	"  /open:", "  /three: {get: {security: [{basic: [], header: [], query: []}], responses: {'200': {$ref: '#/components/responses/In'}}}}\n"+
		"  /digest: {get: {security: [{digest: []}], responses: {'200': {$ref: '#/components/responses/In'}}}}\n"+
		"  /bot: {get: {security: [{bot: []}], responses: {'200': {$ref: '#/components/responses/In'}}}}\n  /open:",
	"    basic:", "    digest: {type: http, scheme: digest}\n    bot: {type: apiKey, in: header, name: Authorization}\n    basic:",
).Replace(doors)

// Keys that are made up open every door, as the lines for curl show.
func TestCredentialsThatAreMadeUp(t *testing.T) {
	t.Parallel()
	api := start(t, mockserver.WithSpec("locks.yaml", []byte(locks)))
	visitor := api.anonymous()
	var shown struct{ Curl []string }
	require.NoError(t, json.Unmarshal([]byte(visitor.get(t, "/__admin/keys").body), &shown))
	require.Equal(t, shown.Curl, api.Curls(t.Context(), api.URL))

	seen := map[string]bool{}
	for _, line := range shown.Curl {
		path, changes := curl(t, api.URL, line)
		got, err := visitor.try(t.Context(), http.MethodGet, path, changes...)
		require.NoError(t, err)
		require.Equal(t, http.StatusOK, got.status, line+"\n"+got.body)
		seen[strings.TrimPrefix(strings.Split(path, "?")[0], "/")] = true
	}
	for _, door := range []string{"header", "query", "cookie", "basic", "oauth", "both", "three", "digest", "bot"} {
		require.True(t, seen[door], door)
	}
}

// word is a quoted word of a shell.
var word = regexp.MustCompile(`(?:(-[Hub]) )?'([^']*)'`)

// curl reads a line for curl.
func curl(t *testing.T, url, line string) (path string, changes []change) {
	t.Helper()
	for _, found := range word.FindAllStringSubmatch(line, -1) {
		switch text := found[2]; found[1] {
		case "-H":
			name, value, _ := strings.Cut(text, ": ")
			changes = append(changes, header(name, value))
		case "-u":
			changes = append(changes, basic(text))
		case "-b":
			changes = append(changes, header("Cookie", text))
		default:
			path = strings.TrimPrefix(text, url)
		}
	}
	require.NotEmpty(t, path, line)
	return path, changes
}

func TestCredentialsOfOneSchemeDoNotOpenAnother(t *testing.T) {
	t.Parallel()
	api := start(t, mockserver.WithSpec("locks.yaml", []byte(locks)))
	key := api.Key("write")
	require.Contains(t, key.Tokens["basic"], "write:")
	visitor := api.anonymous()
	for _, test := range []struct {
		path    string
		changes []change
		status  int
	}{
		{"/basic", []change{basic(key.Tokens["basic"])}, http.StatusOK},
		{"/basic", []change{basic(key.Token)}, http.StatusUnauthorized},
		{"/oauth", []change{header("Authorization", "Bearer "+key.Tokens["basic"])}, http.StatusUnauthorized},
		{"/oauth", []change{header("Authorization", "Bearer "+key.Token)}, http.StatusOK},
		{"/bot", []change{header("Authorization", "Bot "+key.Token)}, http.StatusOK},
		{"/bot", []change{header("Authorization", "Bot "+key.Token+"x")}, http.StatusUnauthorized},
	} {
		got, err := visitor.try(t.Context(), http.MethodGet, test.path, test.changes...)
		require.NoError(t, err)
		require.Equal(t, test.status, got.status, test.path)
	}
	require.NotContains(t, visitor.get(t, "/__admin/requests").body, key.Tokens["basic"])
}

func TestCredentialsFromData(t *testing.T) {
	t.Parallel()
	api := start(t, mockserver.WithSpec("locks.yaml", []byte(locks)), mockserver.WithData("keys.yaml", []byte(
		"keys:\n  - {name: write, token: sesame, tokens: {basic: 'ali:baba'}, scopes: [enter]}\n  - {name: user, token: cave}\n")))
	for credential, status := range map[string]int{"ali:baba": 200, "sesame:": 401, "cave:": 200, "cave:x": 401} {
		got, err := api.anonymous().try(t.Context(), http.MethodGet, "/basic", basic(credential))
		require.NoError(t, err)
		require.Equal(t, status, got.status, credential)
	}
}
