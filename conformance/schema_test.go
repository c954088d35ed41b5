package conformance_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"understudy"
	"understudy/conformance"
	"understudy/conformance/internal/subject"
	"understudy/conformance/report"
)

func TestSchemaIsRightAboutCorrectServers(t *testing.T) { requireNoFailure(t, "schema") }

func TestSchemaFindsItsBugs(t *testing.T) { requireKilled(t, "schema") }

// misshape makes the body of one refusal break its schema.
func misshape(method string, status int) func(*http.Request, *httptest.ResponseRecorder) {
	return func(r *http.Request, a *httptest.ResponseRecorder) {
		if r.Method == method && a.Code == status {
			answerWith(a, status, "application/json", `{"detail": "no"}`)
		}
	}
}

func TestSchemaFindsMoreBugs(t *testing.T) {
	requireTold(t, "schema", []mutant{
		{name: "403 for a key that may not write", check: "schema/error-forbidden", status: report.Fail, change: misshape(http.MethodPost, http.StatusForbidden)},
		{name: "403 elsewhere", check: "schema/error-elsewhere", status: report.Fail, change: misshape(http.MethodGet, http.StatusForbidden)},
		{name: "400 for a parameter", check: "schema/error-query", status: report.Fail, change: misshape(http.MethodGet, http.StatusBadRequest)},
		{name: "406", check: "schema/error-not-acceptable", status: report.Fail, change: misshape(http.MethodGet, http.StatusNotAcceptable)},
		{name: "415", check: "schema/error-media-type", status: report.Fail, change: misshape(http.MethodPost, http.StatusUnsupportedMediaType)},
		{name: "405", check: "schema/error-method", status: report.Warn, change: misshape(http.MethodPut, http.StatusMethodNotAllowed)},
		{
			name: "422, which is not declared", check: "schema/error-query", status: report.Fail,
			change: func(r *http.Request, a *httptest.ResponseRecorder) {
				if r.URL.Query().Get("limit") == "abc" {
					a.Code = http.StatusUnprocessableEntity
				}
			},
		},
		{
			name: "a label of another character set", check: "schema/encoding", status: report.Fail,
			change: func(r *http.Request, a *httptest.ResponseRecorder) {
				a.Header().Set("Content-Type", "application/json; charset=iso-8859-1")
			},
		},
	})
}

func TestSchemaLetsServersDiffer(t *testing.T) {
	requireTold(t, "schema", []mutant{
		{
			name: "a character set is named",
			change: func(_ *http.Request, a *httptest.ResponseRecorder) {
				if a.Header().Get("Content-Type") != "" {
					a.Header().Set("Content-Type", "application/json; charset=UTF-8")
				}
			},
		},
		{
			name: "more members than declared",
			change: changePage(func(_ url.Values, p *page) {
				for i, result := range p.Results {
					p.Results[i] = json.RawMessage(strings.Replace(string(result), "{", `{"more": 1, `, 1))
				}
			}),
		},
	})
}

// replaceable is the document with an operation that replaces a record.
func replaceable(t *testing.T) []byte {
	t.Helper()
	document := string(understudy.OpenAPI)
	from := strings.Index(document, "    patch:\n")
	to := strings.Index(document, "\n    delete:\n") + 1
	require.Positive(t, from)
	require.Less(t, from, to)
	put := strings.Replace(document[from:to], "    patch:\n", "    put:\n", 1)
	put = strings.Replace(put, "proxy_records_partial_update", "proxy_records_update", 1)
	return []byte(document[:from] + put + document[from:])
}

// closed is the document with records that may have no other members.
func closed(t *testing.T) []byte {
	t.Helper()
	head := "    ProxyRecord:\n      type: object\n"
	require.Contains(t, string(understudy.OpenAPI), head)
	return []byte(strings.Replace(string(understudy.OpenAPI), head, head+"      additionalProperties: false\n", 1))
}

func TestSchemaJudgesWhatOtherDocumentsDeclare(t *testing.T) {
	for name, c := range map[string]struct {
		document []byte
		change   func(*http.Request, *httptest.ResponseRecorder)
		check    string
		broken   string // where the document says otherwise
	}{
		"a replacement without a body": {
			replaceable(t), func(r *http.Request, a *httptest.ResponseRecorder) {
				if r.Method == http.MethodPut && a.Code == http.StatusOK {
					answerWith(a, http.StatusOK, "application/json", "{}")
				}
			}, "schema/replace", `/required$`,
		},
		"a member that nobody declares": {
			closed(t), func(r *http.Request, a *httptest.ResponseRecorder) {
				if r.Method == http.MethodGet && isItem(r) && a.Code == http.StatusOK {
					answerWith(a, http.StatusOK, "application/json", strings.Replace(a.Body.String(), "{", `{"secret": 1, `, 1))
				}
			}, "schema/retrieve", `/additionalProperties$`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			right := subject.New(subject.Config{Keys: subjectKeys, ExtraMethods: true})
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				a := httptest.NewRecorder()
				right.ServeHTTP(a, r)
				c.change(r, a)
				for name, values := range a.Header() {
					w.Header()[name] = values
				}
				w.WriteHeader(a.Code)
				_, _ = w.Write(a.Body.Bytes())
			}))
			defer server.Close()
			r := judgeServer(t, server.URL, conformance.WithSpec("openapi.yaml", c.document), conformance.WithOnly("schema"))
			for _, result := range r.Results {
				require.Equal(t, result.ID == c.check, result.Status == report.Fail, "%s: %s", result.ID, result.Reason)
				if result.Status == report.Fail {
					require.Regexp(t, `^openapi\.yaml:\d+ /.*`+c.broken, result.Source)
				}
			}
		})
	}
}
