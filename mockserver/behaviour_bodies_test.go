package mockserver_test

import (
	"bytes"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"understudy/mockserver"
)

// What can be wrong with the one member that a request may set.
var (
	missing    = invalid("required", "This field is required.", "domain")
	blank      = invalid("blank", "This field may not be blank.", "domain")
	isNull     = invalid("null", "This field may not be null.", "domain")
	tooLong    = invalid("max_length", "Ensure this field has no more than 64 characters.", "domain")
	notAString = invalid("invalid_input", "Not a valid string.", "domain")
)

// notAnObject is what is wrong with a body that is another value.
func notAnObject(kind string) string {
	return invalid("invalid_input", "Invalid data. Expected a dictionary, but got "+kind+".", "")
}

// A write is an operation that takes a body.
type write struct{ name, method, path string }

// writes are the two operations that take a body.
func writes(t *testing.T, api *standIn) []write {
	t.Helper()
	return []write{
		{"create", http.MethodPost, listPath(home)},
		{"update", http.MethodPatch, itemPath(home, firstRecord(t, api))},
	}
}

// multipartBody is a form with one field, and the boundary that divides it.
func multipartBody(t *testing.T, name, value string) change {
	t.Helper()
	var form bytes.Buffer
	writer := multipart.NewWriter(&form)
	require.NoError(t, writer.WriteField(name, value))
	require.NoError(t, writer.Close())
	return body(writer.FormDataContentType(), form.String())
}

func TestBodiesThatAreInvalid(t *testing.T) {
	t.Parallel()
	api := start(t)
	writer := api.as("write")
	before := api.state(t)

	for _, test := range []struct {
		name, body string
		want       string
		violation  violation
	}{
		{"null", `{"domain":null}`, isNull, violation{"body", "domain", "null"}},
		{"empty", `{"domain":""}`, blank, violation{"body", "domain", "minLength"}},
		{"65 characters", `{"domain":"` + strings.Repeat("a", 65) + `"}`, tooLong, violation{"body", "domain", "maxLength"}},
		{"65 characters of three bytes", `{"domain":"` + strings.Repeat("€", 65) + `"}`, tooLong, violation{"body", "domain", "maxLength"}},
		{"a whole number", `{"domain":1}`, notAString, violation{"body", "domain", "type"}},
		{"a number", `{"domain":1.5e3}`, notAString, violation{"body", "domain", "type"}},
		{"true", `{"domain":true}`, notAString, violation{"body", "domain", "type"}},
		{"a list", `{"domain":["a"]}`, notAString, violation{"body", "domain", "type"}},
		{"an object", `{"domain":{"a":"b"}}`, notAString, violation{"body", "domain", "type"}},
		{"the body is a list", `[{"domain":"a"}]`, notAnObject("array"), violation{"body", "", "type"}},
		{"the body is a string", `"domain"`, notAnObject("string"), violation{"body", "", "type"}},
		{"the body is a number", `1`, notAnObject("number"), violation{"body", "", "type"}},
		{"the body is true", `true`, notAnObject("boolean"), violation{"body", "", "type"}},
		{"the body is null", `null`, notAnObject("null"), violation{"body", "", "null"}},
	} {
		for _, write := range writes(t, api) {
			t.Run(test.name+": "+write.name, func(t *testing.T) {
				got := writer.send(t, write.method, write.path, jsonBody(test.body))
				got.refused(t, http.StatusBadRequest, test.want)
				require.Equal(t, []violation{test.violation}, got.violations(t))
			})
		}
	}
	for name, change := range map[string]change{
		"missing in an object":        jsonBody(`{}`),
		"missing beside another":      jsonBody(`{"Domain":"a.example"}`),
		"missing in an empty body":    jsonBody(""),
		"missing in no body":          func(*http.Request) {},
		"missing in an empty form":    body("application/x-www-form-urlencoded", ""),
		"missing in a form":           body("application/x-www-form-urlencoded", "name=a.example"),
		"missing in a multipart form": multipartBody(t, "name", "a.example"),
	} {
		t.Run(name, func(t *testing.T) {
			got := writer.send(t, http.MethodPost, listPath(home), change)
			got.refused(t, http.StatusBadRequest, missing)
			require.Equal(t, []violation{{"body", "domain", "required"}}, got.violations(t))
		})
	}
	t.Run("empty in a form", func(t *testing.T) {
		writer.send(t, http.MethodPost, listPath(home), body("application/x-www-form-urlencoded", "domain=")).refused(t, http.StatusBadRequest, blank)
	})
	t.Run("empty in a multipart form", func(t *testing.T) {
		writer.send(t, http.MethodPost, listPath(home), multipartBody(t, "domain", "")).refused(t, http.StatusBadRequest, blank)
	})
	t.Run("none of this changed anything", func(t *testing.T) {
		require.Equal(t, before, api.state(t))
	})
}

func TestBodiesThatAreMalformed(t *testing.T) {
	t.Parallel()
	api := start(t)
	writer := api.as("write")
	before := api.state(t)

	for _, test := range []struct{ name, body, reason string }{
		{"no JSON at all", `nonsense`, "Expecting value: line 1 column 1 (char 0)"},
		{"only white space", " \n ", "Expecting value: line 2 column 2 (char 3)"},
		{"cut off in an object", `{"domain":"a.example"`, "Expecting ',' delimiter: line 1 column 22 (char 21)"},
		{"cut off in a string", `{"domain":"a.exam`, "Unterminated string starting at: line 1 column 11 (char 10)"},
		{"a value is missing", `{"domain":}`, "Expecting value: line 1 column 11 (char 10)"},
		{"a colon is missing", `{"domain" "a.example"}`, "Expecting ':' delimiter: line 1 column 11 (char 10)"},
		{"a comma too many", `{"domain":"a.example",}`, "Illegal trailing comma before end of object: line 1 column 22 (char 21)"},
		{"single quotes", `{'domain':'a.example'}`, "Expecting property name enclosed in double quotes: line 1 column 2 (char 1)"},
		{"a comment", `{"domain":"a.example"} // mine`, "Extra data: line 1 column 24 (char 23)"},
		{"something behind it", `{"domain":"a.example"}x`, "Extra data: line 1 column 23 (char 22)"},
		{"two values", `{"domain":"a.example"}{"domain":"b.example"}`, "Extra data: line 1 column 23 (char 22)"},
		{"NaN", `{"domain":NaN}`, "NaN is not JSON: line 1 column 11 (char 10)"},
		{"infinity", `{"domain":-Infinity}`, "-Infinity is not JSON: line 1 column 11 (char 10)"},
		{"a number with a leading zero", `{"domain":01}`, "Expecting ',' delimiter: line 1 column 12 (char 11)"},
		{"invalid UTF-8", "{\"domain\":\"a\xff.example\"}", "Invalid UTF-8: line 1 column 13 (char 12)"},
		{"half of a surrogate pair", `{"domain":"\ud800.example"}`, "Unpaired surrogate: line 1 column 12 (char 11)"},
		{"a control character", "{\"domain\":\"a\x01.example\"}", "Invalid control character at: line 1 column 13 (char 12)"},
		{"a byte order mark", "\ufeff{}", "Unexpected byte order mark: line 1 column 1 (char 0)"},
		{"a name twice", `{"domain":"a.example","domain":"b.example"}`, `Duplicate name "domain": line 1 column 23 (char 22)`},
		{"a name twice, once escaped", `{"domain":"a.example","\u0064omain":"b.example"}`, `Duplicate name "domain": line 1 column 23 (char 22)`},
		{"nested without end", strings.Repeat("[", 100_000), "Nested too deeply: line 1 column 1001 (char 1000)"},
		{"nested too deeply", `{"domain":` + strings.Repeat("[", 1000) + strings.Repeat("]", 1000) + `}`, "Nested too deeply: line 1 column 1010 (char 1009)"},
		{"a number beyond reckoning", `{"domain":1e999999999}`, "Number out of range: line 1 column 11 (char 10)"},
	} {
		for _, write := range writes(t, api) {
			t.Run(test.name+": "+write.name, func(t *testing.T) {
				got := writer.send(t, write.method, write.path, jsonBody(test.body))
				got.refused(t, http.StatusBadRequest, malformed("JSON parse error - "+test.reason))
				require.Equal(t, []violation{{"body", "", "malformed"}}, got.violations(t))
			})
		}
	}
	// The documentation of the real API shows just this call.
	t.Run("a form that says it is JSON", func(t *testing.T) {
		got := writer.send(t, http.MethodPost, listPath(home), jsonBody("domain=string"))
		got.refused(t, http.StatusBadRequest, malformed(
			`JSON parse error - Expecting value: line 1 column 1 (char 0); the body looks like a form, send it as application/x-www-form-urlencoded or as {"domain": "string"}`,
		))
	})
	for _, test := range []struct{ name, contentType, body, detail string }{
		{"a form with half an escape", "application/x-www-form-urlencoded", "domain=%z", `Form parse error - "domain" has an invalid URL escape "%z"`},
		{"a form that gives one twice", "application/x-www-form-urlencoded", "domain=a&domain=b", `Form parse error - "domain" is given 2 times`},
		{"a multipart form without a boundary", "multipart/form-data", "--x--", "Multipart form parse error - Invalid boundary in multipart: None"},
		{"a multipart form with another boundary", "multipart/form-data; boundary=y", "--x--", "Multipart form parse error - Invalid multipart: the closing boundary is missing"},
		{"a multipart form that is cut off", "multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=domain\r\n\r\na.exa", "Multipart form parse error - Invalid multipart: the closing boundary is missing"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := writer.send(t, http.MethodPost, listPath(home), body(test.contentType, test.body))
			got.refused(t, http.StatusBadRequest, malformed(test.detail))
		})
	}
	t.Run("none of this changed anything", func(t *testing.T) {
		require.Equal(t, before, api.state(t))
	})
}

func TestBodiesThatAreAccepted(t *testing.T) {
	t.Parallel()
	api := start(t)
	writer := api.as("write")

	for name, want := range map[string]string{
		"one character":                    "a",
		"64 characters":                    strings.Repeat("a", 64),
		"64 characters of four bytes":      strings.Repeat("🦔", 64),
		"what JSON and HTML must escape":   "a\"\\/<b>&\u2028\u007f\t",
		"spaces, which stay as they are":   "  a  ",
		"what looks like another type":     "null",
		"what looks like a number":         "0012",
		"signs that mean something in URL": "a+b%20c&d=e",
	} {
		for _, write := range writes(t, api) {
			t.Run(name+": "+write.name, func(t *testing.T) {
				for format, change := range map[string]change{
					"JSON":           domain(want),
					"form":           body("application/x-www-form-urlencoded", url.Values{"domain": {want}}.Encode()),
					"multipart form": multipartBody(t, "domain", want),
				} {
					got := writer.send(t, write.method, write.path, change)
					require.Contains(t, []int{http.StatusOK, http.StatusCreated}, got.status, got.body)
					require.Equal(t, want, decoded[record](t, got.body).Domain, format)
				}
			})
		}
	}
	for _, contentType := range []string{
		"application/json; charset=utf-8", "application/json;charset=UTF-8", "Application/JSON", "application/json; x=y",
	} {
		t.Run("as "+contentType, func(t *testing.T) {
			got := writer.send(t, http.MethodPost, listPath(home), body(contentType, `{"domain":"a.example"}`))
			require.Equal(t, "a.example", got.record(t, http.StatusCreated).Domain)
		})
	}
	t.Run("in chunks", func(t *testing.T) {
		chunked := func(r *http.Request) {
			r.Header.Set("Content-Type", "application/json")
			r.Body, r.ContentLength = io.NopCloser(strings.NewReader(`{"domain":"a.example"}`)), -1
		}
		got := writer.send(t, http.MethodPost, listPath(home), chunked)
		require.Equal(t, "a.example", got.record(t, http.StatusCreated).Domain)
	})
	t.Run("an operation that takes no body ignores one", func(t *testing.T) {
		path := itemPath(home, writer.create(t, home, "a.example").ID)
		writer.get(t, path, body("text/plain", "x")).record(t, http.StatusOK)
		require.Equal(t, http.StatusNoContent, writer.send(t, http.MethodDelete, path, jsonBody(`{`)).status)
	})
}

func TestBodiesOfAnUnsupportedType(t *testing.T) {
	t.Parallel()
	api := start(t)
	writer := api.as("write")
	before := api.state(t)

	for contentType, named := range map[string]string{
		"text/plain":                       "text/plain",
		"text/plain; charset=utf-8":        "text/plain",
		"text/json":                        "text/json",
		"application/xml":                  "application/xml",
		"application/vnd.api+json":         "application/vnd.api+json",
		"application/merge-patch+json":     "application/merge-patch+json",
		"application/jsonlines":            "application/jsonlines",
		"multipart/mixed; boundary=x":      "multipart/mixed",
		"application/json, text/plain":     "application/json, text/plain",
		"not a media type":                 "not a media type",
		"":                                 "",
		"application/x-www-form-urlencode": "application/x-www-form-urlencode",
	} {
		for _, write := range writes(t, api) {
			t.Run(quoted(contentType)+": "+write.name, func(t *testing.T) {
				got := writer.send(t, write.method, write.path, body(contentType, `{"domain":"a.example"}`))
				got.refused(t, http.StatusUnsupportedMediaType, unsupportedType(named))
			})
		}
	}
	t.Run("none of this changed anything", func(t *testing.T) {
		require.Equal(t, before, api.state(t))
	})
}

func TestBodiesBeyondTheLimit(t *testing.T) {
	t.Parallel()
	tooLarge := func(limit string) string {
		return refusal("invalid_request", "request_too_large", "Request body exceeds "+limit+" bytes.", "")
	}
	// sized is a JSON body of so many bytes.
	sized := func(bytes int) string {
		const around = `{"domain":"a.example"}`
		return around + strings.Repeat(" ", bytes-len(around))
	}

	t.Run("1 MiB by default", func(t *testing.T) {
		t.Parallel()
		writer := start(t).as("write")
		writer.send(t, http.MethodPost, listPath(home), jsonBody(sized(1<<20))).record(t, http.StatusCreated)
		writer.send(t, http.MethodPost, listPath(home), jsonBody(sized(1<<20+1))).refused(t, http.StatusRequestEntityTooLarge, tooLarge("1048576"))
		writer.list(t, home, "")
	})
	t.Run("another when asked for", func(t *testing.T) {
		t.Parallel()
		api := start(t, mockserver.WithBodyLimit(50))
		before := api.state(t)
		for _, write := range writes(t, api) {
			for name, length := range map[string]int64{"in one piece": 51, "in chunks": -1} {
				t.Run(write.name+" "+name, func(t *testing.T) {
					inPieces := func(r *http.Request) { r.ContentLength = length }
					got := api.as("write").send(t, write.method, write.path, jsonBody(sized(51)), inPieces)
					got.refused(t, http.StatusRequestEntityTooLarge, tooLarge("50"))
				})
			}
		}
		require.Equal(t, before, api.state(t))
		for _, write := range writes(t, api) {
			got := api.as("write").send(t, write.method, write.path, jsonBody(sized(50)))
			require.Equal(t, "a.example", decoded[record](t, got.body).Domain)
		}
	})
}

func TestBodiesUnderStrictness(t *testing.T) {
	t.Parallel()
	api := start(t, mockserver.WithStrict())
	writer := api.as("write")
	unknown := func(name string) string { return invalid("invalid_input", "is not a declared member", name) }

	for _, write := range writes(t, api) {
		t.Run("an unknown member is refused: "+write.name, func(t *testing.T) {
			got := writer.send(t, write.method, write.path, jsonBody(`{"domain":"a.example","colour":"red"}`))
			got.refused(t, http.StatusBadRequest, unknown("colour"))
			require.Equal(t, []violation{{"body", "colour", "unknown"}}, got.violations(t))
		})
		t.Run("an unknown member of a form is refused: "+write.name, func(t *testing.T) {
			form := body("application/x-www-form-urlencoded", "domain=a.example&colour=red")
			writer.send(t, write.method, write.path, form).refused(t, http.StatusBadRequest, unknown("colour"))
		})
		t.Run("a member that only the server sets is refused: "+write.name, func(t *testing.T) {
			got := writer.send(t, write.method, write.path, jsonBody(`{"domain":"a.example","status":"valid"}`))
			got.refused(t, http.StatusBadRequest, unknown("status"))
		})
		t.Run("declared members are taken: "+write.name, func(t *testing.T) {
			got := writer.send(t, write.method, write.path, domain("strict.example"))
			require.Equal(t, "strict.example", decoded[record](t, got.body).Domain)
		})
	}
	t.Run("the header lists every violation, the body the first", func(t *testing.T) {
		got := writer.send(t, http.MethodPost, listPath(home), jsonBody(`{"size":1,"colour":"red"}`))
		got.refused(t, http.StatusBadRequest, unknown("colour"))
		require.Equal(t, []violation{{"body", "colour", "unknown"}, {"body", "domain", "required"}, {"body", "size", "unknown"}}, got.violations(t))
	})
	t.Run("the header stays small however much is wrong", func(t *testing.T) {
		var members []string
		for range 500 {
			members = append(members, quoted(strings.Repeat("x", len(members)+1))+":1")
		}
		got := writer.send(t, http.MethodPost, listPath(home), jsonBody("{"+strings.Join(members, ",")+"}"))
		require.Equal(t, http.StatusBadRequest, got.status)
		listed := got.header.Get("X-Understudy-Violations")
		require.LessOrEqual(t, len(listed), 4096)
		type counted struct{ More int }
		all := decoded[[]counted](t, listed)
		require.Equal(t, 501, len(all)-1+all[len(all)-1].More)
	})
}
