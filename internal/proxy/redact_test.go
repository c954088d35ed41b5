package proxy

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"

	"understudy/internal/contract"
)

// A secret stands in no output, wherever its name stands before it.
func TestSecretsAreHiddenByTheirNames(t *testing.T) {
	document, err := contract.Load("secrets.yaml", []byte(`
openapi: 3.1.0
info: {title: Secrets, version: '1'}
paths: {/kept: {get: {responses: {'204': {description: Kept.}}}}}
components: {securitySchemes: {key: {type: apiKey, in: query, name: api_key}}}
`))
	require.NoError(t, err)
	r := newRedactor(document, []string{"pin"})
	rest := r.replacer(&Exchange{URL: &url.URL{}, Header: http.Header{}})
	for contentType, text := range map[string]string{
		"multipart/form-data; boundary=x":   "--x\r\nContent-Disposition: form-data; name=\"pin\"\r\n\r\nSECRET\r\n--x\r\nContent-Disposition: form-data; name=\"kept\"\r\n\r\nkept\r\n--x--",
		"multipart/form-data; boundary=y":   "kept\r\n--y\r\nContent-Disposition: form-data; name=\"password\"; filename=\"a\"\r\nContent-Type: text/plain\r\n\r\nSECRET\r\nSECRET",
		"text/xml":                          `<a><s:pin kind="x">SECRET</s:pin><kept>kept</kept></a>`,
		"application/json":                  `{"next":"https://api.example.com/?api_key=SECRET\u0026kept=1","pin":"SECRET"}`,
		"text/html":                         `<a href="/?kept=1&amp;access_token=SECRET">kept</a>`,
		"application/x-www-form-urlencoded": "kept=1&PIN=SECRET",
	} {
		got := r.body([]byte(text), contentType, rest)
		require.NotContains(t, got, "SECRET", contentType)
		require.Contains(t, got, "kept", contentType)
	}
	header := r.header(http.Header{
		"Location": {"https://app.example.com/?kept=1&access_token=SECRET#id_token=SECRET"}, "Referer": {"https://app.example.com/?api_key=SECRET"},
		"Link": {`</things?pin=SECRET&page=2>; rel="next"`},
	}, rest)
	for name, values := range header {
		require.NotContains(t, values[0], "SECRET", name)
	}
	require.Contains(t, header.Get("Location"), "kept=1")
	require.Contains(t, header.Get("Link"), `&page=2>; rel="next"`)
}
