package mockserver_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func prefer(preference string) change { return header("Prefer", preference) }

// fill puts values into the parameters of a path template.
var fill = strings.NewReplacer("{organization_id}", home, "{id}", noRecord)

// requireDeclared requires an answer to be what the document declares.
func requireDeclared(t *testing.T, declared declaredResponse, got answer) {
	t.Helper()
	require.Equal(t, declared.status, strconv.Itoa(got.status), got.body)
	for _, name := range declared.headers {
		require.NotEmpty(t, got.header.Values(name), name)
	}
	if declared.schema == "" {
		require.Empty(t, got.body)
		return
	}
	require.Equal(t, []string{"application/json"}, got.header["Content-Type"])
	requireValid(t, declared.schema, got.body)
}

func TestPreferEveryDeclaredAnswer(t *testing.T) {
	t.Parallel()
	api := start(t)
	before := api.state(t)

	for _, declared := range declaredResponses(t) {
		operation := declared.method + " " + declared.path
		ask := func(t *testing.T, preference string) answer {
			t.Helper()
			got := api.anonymous().send(t, declared.method, fill.Replace(declared.path), prefer(preference))
			require.Equal(t, []string{preference}, got.header["Preference-Applied"])
			return got
		}
		t.Run(operation+" "+declared.status, func(t *testing.T) {
			requireDeclared(t, declared, ask(t, "code="+declared.status))
		})
		t.Run(operation+" "+declared.status+" dynamic", func(t *testing.T) {
			requireDeclared(t, declared, ask(t, "code="+declared.status+", dynamic=true"))
		})
		for name, value := range declared.examples {
			t.Run(operation+" "+declared.status+" "+name, func(t *testing.T) {
				got := ask(t, "code="+declared.status+", example="+name)
				requireDeclared(t, declared, got)
				require.JSONEq(t, encoded(value), got.body)
			})
		}
	}
	t.Run("none of this changed anything", func(t *testing.T) {
		require.Equal(t, before, api.state(t))
	})
}

func TestPrefer(t *testing.T) {
	t.Parallel()
	api := start(t)
	reader := api.as("read")
	const empty = `{"count":0,"next":null,"previous":null,"results":[]}`

	for name, test := range map[string]struct {
		preferences []string
		applied     string
	}{
		"a name finds its answer":            {[]string{"example=empty"}, "example=empty"},
		"combined in one header":             {[]string{"code=200, example=empty"}, "code=200, example=empty"},
		"combined in two headers":            {[]string{"example=empty", "code=200"}, "code=200, example=empty"},
		"names in any case":                  {[]string{"Code=200,EXAMPLE=empty"}, "code=200, example=empty"},
		"values in quotes":                   {[]string{`code="200", example="empty"`}, "code=200, example=empty"},
		"with spaces":                        {[]string{" code = 200 ,  example = empty "}, "code=200, example=empty"},
		"beside one that is not known":       {[]string{"return=minimal, example=empty, respond-async"}, "example=empty"},
		"with parameters, which say no more": {[]string{"example=empty; foo=bar"}, "example=empty"},
	} {
		t.Run(name, func(t *testing.T) {
			var changes []change
			for _, preference := range test.preferences {
				changes = append(changes, prefer(preference))
			}
			got := reader.get(t, listPath(home), changes...)
			require.Equal(t, http.StatusOK, got.status)
			require.JSONEq(t, empty, got.body)
			require.Equal(t, test.applied, got.header.Get("Preference-Applied"))
		})
	}

	t.Run("an example of an error is found by its name", func(t *testing.T) {
		got := reader.get(t, listPath(home), prefer("example=too_small"))
		require.Equal(t, http.StatusBadRequest, got.status)
		require.JSONEq(t, invalid("min_value", "Ensure this value is greater than or equal to 0.", "offset"), got.body)
	})
	t.Run("a code alone gives the first example", func(t *testing.T) {
		got := reader.get(t, itemPath(home, noRecord), prefer("code=404"))
		require.Equal(t, http.StatusNotFound, got.status)
		require.JSONEq(t, noItem, got.body)
	})
	t.Run("HEAD is answered like GET, without the body", func(t *testing.T) {
		get := reader.get(t, listPath(home), prefer("example=empty"))
		head := reader.send(t, http.MethodHead, listPath(home), prefer("example=empty"))
		require.Equal(t, get.status, head.status)
		require.Equal(t, strconv.Itoa(len(get.body)), head.header.Get("Content-Length"))
		require.Empty(t, head.body)
	})
}

func TestPreferDynamic(t *testing.T) {
	t.Parallel()
	api := start(t)
	ask := func(t *testing.T, id string) string {
		t.Helper()
		got := api.as("read").get(t, itemPath(home, id), prefer("dynamic=true"))
		got.record(t, http.StatusOK)
		require.Equal(t, "dynamic=true", got.header.Get("Preference-Applied"))
		return got.body
	}
	first := ask(t, noRecord)

	t.Run("is no example", func(t *testing.T) {
		for _, declared := range declaredResponses(t) {
			for _, example := range declared.examples {
				require.NotEqual(t, decoded[any](t, encoded(example)), decoded[any](t, first))
			}
		}
	})
	t.Run("is the same for the same request", func(t *testing.T) {
		api.as("write").create(t, home, "between.example")
		require.Equal(t, first, ask(t, noRecord))
	})
	t.Run("is another for another request", func(t *testing.T) {
		require.NotEqual(t, first, ask(t, firstRecord(t, api)))
	})
	t.Run("may be told without a value", func(t *testing.T) {
		got := api.as("read").get(t, itemPath(home, noRecord), prefer("dynamic"))
		require.Equal(t, first, got.body)
	})
	t.Run("may be refused", func(t *testing.T) {
		got := api.as("read").get(t, itemPath(home, noRecord), prefer("dynamic=false"))
		got.refused(t, http.StatusNotFound, noItem)
		require.NotContains(t, got.header, "Preference-Applied")
	})
}

func TestPreferIgnoresWhatIsNotKnown(t *testing.T) {
	t.Parallel()
	reader := start(t).as("read")
	want := reader.get(t, listPath(home)).body

	for _, preference := range []string{"return=minimal", "respond-async, wait=10", "", ",", "=", "code", "codes=404"} {
		t.Run(quoted(preference), func(t *testing.T) {
			got := reader.get(t, listPath(home), prefer(preference))
			got.page(t)
			require.Equal(t, want, got.body)
			require.NotContains(t, got.header, "Preference-Applied")
		})
	}
}

func TestPreferThatCannotBeMet(t *testing.T) {
	t.Parallel()
	api := start(t)
	refused := func(detail string) string { return invalid("invalid_input", detail, "Prefer") }
	const codes = "declared: 200, 401, 403, 404, 405, 406, 429, 500"
	const examples = "declared: valid, waiting, erroring, no_key, bad_key, scope, organization, record, put, xml, minute, error"

	for preference, detail := range map[string]string{
		"code=304":                  "code=304 is not declared for this operation; " + codes,
		"code=600":                  "code=600 is not declared for this operation; " + codes,
		"code=503, dynamic=true":    "code=503 is not declared for this operation; " + codes,
		"code=503, example=error":   "code=503 is not declared for this operation; " + codes,
		"code=201":                  "code=201 is not declared for this operation; " + codes,
		"code=abc":                  "code=abc is not declared for this operation; " + codes,
		"code=99999":                "code=99999 is not declared for this operation; " + codes,
		"code=-200":                 "code=-200 is not declared for this operation; " + codes,
		"example=nothing":           `no example "nothing" is declared for this operation; ` + examples,
		"code=404, example=waiting": `no example "waiting" is declared for 404; declared: record, organization`,
	} {
		t.Run(preference, func(t *testing.T) {
			got := api.as("read").get(t, itemPath(home, noRecord), prefer(preference))
			got.refused(t, http.StatusBadRequest, refused(detail))
			require.Equal(t, []violation{{"header", "Prefer", "declared"}}, got.violations(t))
			require.NotContains(t, got.header, "Preference-Applied")
		})
	}
}

// A client wants to see an answer, whatever it takes to get it in earnest.
func TestPreferComesBeforeEverythingElse(t *testing.T) {
	t.Parallel()
	api := start(t)
	before := api.state(t)
	id := firstRecord(t, api)

	for name, test := range map[string]struct {
		caller  caller
		op      operation
		code    int
		changes []change
	}{
		"without a key":             {api.anonymous(), operations(home, id)[0], http.StatusOK, nil},
		"with an unknown key":       {caller{api.URL, "Bearer garbage"}, operations(home, id)[2], http.StatusOK, nil},
		"in no organization":        {api.as("read"), operations(noOrganization, id)[0], http.StatusOK, nil},
		"with a bad path":           {api.as("read"), operations("x", "y")[2], http.StatusOK, nil},
		"with a bad query":          {api.as("read"), operation{method: http.MethodGet, path: listPath(home) + "?limit=x"}, http.StatusOK, nil},
		"with a broken body":        {api.as("write"), operations(home, id)[1], http.StatusCreated, []change{jsonBody(`{`)}},
		"accepting only HTML":       {api.as("read"), operations(home, id)[0], http.StatusTooManyRequests, []change{header("Accept", "text/html")}},
		"where it would be written": {api.as("write"), operations(home, id)[1], http.StatusCreated, nil},
		"where it would be changed": {api.as("write"), operations(home, id)[3], http.StatusOK, nil},
		"where it would be deleted": {api.as("write"), operations(home, id)[4], http.StatusNoContent, nil},
	} {
		t.Run(name, func(t *testing.T) {
			code := strconv.Itoa(test.code)
			got := test.op.by(t, test.caller, append(test.changes, prefer("code="+code))...)
			require.Equal(t, test.code, got.status)
			require.Equal(t, "code="+code, got.header.Get("Preference-Applied"))
		})
	}
	t.Run("but not before the path", func(t *testing.T) {
		api.anonymous().get(t, "/api/", prefer("code=200")).refused(t, http.StatusNotFound, noPath)
	})
	t.Run("and not before the method", func(t *testing.T) {
		api.anonymous().send(t, http.MethodPut, listPath(home), prefer("code=200")).refused(t, http.StatusMethodNotAllowed, wrongMethod(http.MethodPut))
	})
	t.Run("none of this changed anything", func(t *testing.T) {
		require.Equal(t, before, api.state(t))
	})
}
