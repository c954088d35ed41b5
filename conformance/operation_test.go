package conformance_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"understudy/conformance"
	"understudy/conformance/report"
	"understudy/mockserver"
)

// toolsDocument describes operations that belong to no collection, with every kind of
// credential.
const toolsDocument = `
openapi: 3.1.0
info: {title: Tools, version: '1'}
paths:
  /version:
    get:
      operationId: version
      security: []
      responses: {'200': {description: It, headers: {X-Build: {required: true, schema: {type: integer}}}, content: {application/json: {schema: {type: object, required: [version], properties: {version: {type: string}}}}}}}
  /convert:
    post:
      operationId: convert
      security: [{oauth: [convert]}]
      parameters:
        - {name: to, in: query, required: true, schema: {enum: [upper, lower]}}
        - {name: times, in: query, schema: {type: integer, minimum: 1, maximum: 9}}
        - {name: pad, in: query, schema: {type: integer, minimum: 0}}
        - {name: X-Trace, in: header, required: true, schema: {type: string, pattern: '^[a-z]{4}$'}}
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/Text'}}}}
      responses: {'200': {description: Converted, content: {application/json: {schema: {$ref: '#/components/schemas/Text'}}}}, '400': {$ref: '#/components/responses/Error'}, '401': {$ref: '#/components/responses/Error'}, '403': {$ref: '#/components/responses/Error'}}
  /reports/{day}:
    get:
      operationId: report
      security: [{session: [], csrf: []}, {login: []}]
      parameters:
        - {name: day, in: path, required: true, schema: {type: string, format: date}, example: '2026-01-31'}
        - {name: verbose, in: query, schema: {type: boolean, default: false}}
      responses: {'200': {description: It, content: {application/json: {schema: {type: object}}}}, '400': {$ref: '#/components/responses/Error'}, '401': {$ref: '#/components/responses/Error'}, '404': {$ref: '#/components/responses/Error'}}
  /inbox:
    get:
      operationId: inbox
      security: [{key: []}]
      responses: {'200': {description: It, content: {text/plain: {schema: {type: string}}}}, '401': {$ref: '#/components/responses/Error'}}
  /reset:
    delete: {operationId: reset, responses: {'204': {description: Done}}}
  /jobs/{job}/stop:
    post: {operationId: stop, parameters: [{name: job, in: path, required: true, example: '1', schema: {type: string}}], responses: {'204': {description: Done}}}
components:
  securitySchemes:
    oauth: {type: oauth2, flows: {clientCredentials: {tokenUrl: 'https://tools.example/token', scopes: {convert: Convert}}}}
    session: {type: apiKey, in: cookie, name: sid}
    csrf: {type: apiKey, in: header, name: X-CSRF}
    login: {type: http, scheme: basic}
    key: {type: apiKey, in: query, name: key}
  schemas:
    Text: {type: object, required: [text], properties: {text: {type: string, maxLength: 40}, size: {type: integer, minimum: 1}}}
  responses:
    Error: {description: What is wrong, content: {application/json: {schema: {type: object, required: [message], properties: {message: {type: string}}}}}}
`

// The credentials of the tools.
const (
	toolsToken    = "s3cret-writer"
	toolsUnscoped = "s3cret-unscoped"
	toolsLogin    = "ada:l0velace"
)

// tools serves toolsDocument as it should be.
type tools struct{ ignoresOptional bool }

func (s tools) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	methods := map[string]string{"/version": http.MethodGet, "/convert": http.MethodPost, "/inbox": http.MethodGet, "/reset": http.MethodDelete}
	method, ok := methods[r.URL.Path]
	if strings.HasPrefix(r.URL.Path, "/reports/") {
		method, ok = http.MethodGet, true
	}
	switch {
	case !ok:
		refuseTool(w, http.StatusNotFound)
	case r.Method != method:
		w.Header().Set("Allow", method)
		refuseTool(w, http.StatusMethodNotAllowed)
	case r.URL.Path == "/version":
		w.Header().Set("X-Build", "7")
		tell(w, map[string]any{"version": "1"})
	case r.URL.Path == "/convert":
		s.convert(w, r)
	case r.URL.Path == "/inbox":
		if r.URL.Query().Get("key") != toolsToken {
			refuseTool(w, http.StatusUnauthorized) // there is no challenge for such a key
			return
		}
		w.Header().Set("Content-Type", "text/plain")
		fmt.Fprint(w, "nothing new")
	default:
		reportTool(w, r)
	}
}

func (s tools) convert(w http.ResponseWriter, r *http.Request) {
	switch r.Header.Get("Authorization") {
	case "Bearer " + toolsToken:
	case "Bearer " + toolsUnscoped:
		refuseTool(w, http.StatusForbidden)
		return
	default:
		w.Header().Set("WWW-Authenticate", "Bearer")
		refuseTool(w, http.StatusUnauthorized)
		return
	}
	query := r.URL.Query()
	times, err := strconv.Atoi(query.Get("times"))
	bad := query.Has("times") && (err != nil || times < 1 || times > 9)
	pad, err := strconv.Atoi(query.Get("pad"))
	bad = bad || query.Has("pad") && (err != nil || pad < 0)
	if to := query.Get("to"); to != "upper" && to != "lower" || bad && !s.ignoresOptional || len(r.Header.Get("X-Trace")) != 4 {
		refuseTool(w, http.StatusBadRequest)
		return
	}
	var body struct {
		Text *string `json:"text"`
		Size *int    `json:"size"`
	}
	decoder := json.NewDecoder(r.Body)
	if r.Header.Get("Content-Type") != "application/json" || decoder.Decode(&body) != nil || decoder.More() || body.Text == nil || utf8.RuneCountInString(*body.Text) > 40 || body.Size != nil && *body.Size < 1 {
		refuseTool(w, http.StatusBadRequest)
		return
	}
	tell(w, map[string]any{"text": *body.Text})
}

func reportTool(w http.ResponseWriter, r *http.Request) {
	user, password, _ := r.BasicAuth()
	session, err := r.Cookie("sid")
	isSession := err == nil && session.Value == toolsToken && r.Header.Get("X-Csrf") == toolsToken
	day := strings.TrimPrefix(r.URL.Path, "/reports/")
	switch verbose := r.URL.Query().Get("verbose"); {
	case !isSession && user+":"+password != toolsLogin:
		w.Header().Set("WWW-Authenticate", `Basic realm="tools"`)
		refuseTool(w, http.StatusUnauthorized)
	case len(day) != 10 || day[4] != '-', !slices.Contains([]string{"", "true", "false"}, verbose):
		refuseTool(w, http.StatusBadRequest)
	default:
		tell(w, map[string]any{"day": day})
	}
}

func tell(w http.ResponseWriter, value any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(value)
}

func refuseTool(w http.ResponseWriter, status int) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	fmt.Fprint(w, `{"message": "no"}`)
}

// judgeTools runs the group against a server of the tools.
func judgeTools(t *testing.T, handler http.Handler, opts ...conformance.Option) *report.Report {
	t.Helper()
	server := httptest.NewServer(handler)
	defer server.Close()
	r, err := conformance.Execute(t.Context(), server.URL, append([]conformance.Option{
		conformance.WithSpec("tools.yaml", []byte(toolsDocument)), conformance.WithToken(toolsToken), conformance.WithUnscopedToken(toolsUnscoped),
		conformance.WithSchemeToken("login", toolsLogin), conformance.WithOnly("operation"), conformance.WithSeed(1),
	}, opts...)...)
	require.NoError(t, err)
	return r
}

// outcomes are the statuses of results, by title.
func outcomes(r *report.Report) map[string]report.Status {
	found := map[string]report.Status{}
	for _, result := range r.Results {
		found[result.Title()] = result.Status
	}
	return found
}

func TestOperationsOfACorrectServerPass(t *testing.T) {
	for name, handler := range map[string]tools{"as it is": {}, "ignores optional parameters": {ignoresOptional: true}} {
		t.Run(name, func(t *testing.T) {
			r := judgeTools(t, handler)
			for _, result := range r.Results {
				harmless := result.Status == report.Pass || result.Status == report.NotApplicable || result.Title() == "operation/no-key (inbox)"
				require.True(t, harmless, "%s: %s: %s %v", result.Title(), result.Status, result.Reason, result.Exchanges)
			}
			found := outcomes(r)
			for _, passed := range []string{
				"answer (version)", "answer (convert)", "answer (report)", "answer (inbox)", "no-key (convert)", "no-key (report)", "garbage-key (convert)", "garbage-key (report)", "garbage-key (inbox)",
				"part-of-keys (report)", "scope (convert)", "parameters (convert)", "parameters (report)", "body (convert)", "error (convert)", "error (report)", "method (version)",
			} {
				require.Equal(t, report.Pass, found["operation/"+passed], passed)
			}
			require.Equal(t, report.Warn, found["operation/no-key (inbox)"], "there is no challenge for an API key")
			require.Equal(t, report.NotApplicable, found["operation/answer (reset)"], "nothing outside of collections is deleted")
			require.Equal(t, report.NotApplicable, found["operation/answer (stop)"], "an example is no reason to change something")
			require.LessOrEqual(t, r.Requests, 6*10)
		})
	}
}

// answers gives another answer where a request is as told.
func answers(isIt func(*http.Request) bool, status int, header, body string) func(http.Handler) http.Handler {
	return func(right http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if !isIt(r) {
				right.ServeHTTP(w, r)
				return
			}
			if name, value, ok := strings.Cut(header, ": "); ok {
				w.Header().Set(name, value)
			}
			w.WriteHeader(status)
			fmt.Fprint(w, body)
		})
	}
}

func TestOperationsFindBugs(t *testing.T) {
	const isJSON, converted = "Content-Type: application/json", `{"text": "a"}`
	at := func(path string, more ...func(*http.Request) bool) func(*http.Request) bool {
		return func(r *http.Request) bool {
			return strings.HasPrefix(r.URL.Path, path) && !slices.ContainsFunc(more, func(f func(*http.Request) bool) bool { return !f(r) })
		}
	}
	keyless := func(r *http.Request) bool { return r.Header.Get("Authorization") == "" && r.Header.Get("Cookie") == "" }
	sends := func(name, part string) func(*http.Request) bool {
		return func(r *http.Request) bool { return strings.Contains(r.Header.Get(name), part) }
	}
	query := func(part string) func(*http.Request) bool {
		return func(r *http.Request) bool { return strings.Contains(r.URL.RawQuery, part) }
	}
	lacks := func(part string) func(*http.Request) bool {
		return func(r *http.Request) bool { return !strings.Contains(r.URL.RawQuery, part) }
	}
	keyed := sends("Authorization", toolsToken)
	for name, c := range map[string]struct {
		change func(http.Handler) http.Handler
		check  string
		status report.Status
	}{
		"another status":                    {answers(at("/version"), 202, isJSON, `{"version": "1"}`), "answer (version)", report.Fail},
		"another content type":              {answers(at("/inbox", query("key="+toolsToken)), 200, "Content-Type: text/html", "<p>"), "answer (inbox)", report.Fail},
		"a header is missing":               {answers(at("/version"), 200, isJSON, `{"version": "1"}`), "answer (version)", report.Fail},
		"a member is missing":               {answers(at("/convert", keyed), 200, isJSON, `{}`), "answer (convert)", report.Fail},
		"it fails":                          {answers(at("/version"), 500, isJSON, `{}`), "answer (version)", report.Fail},
		"it is not there":                   {answers(at("/version"), 404, isJSON, `{}`), "answer (version)", report.Fail},
		"a valid request is refused":        {answers(at("/inbox"), 415, isJSON, `{}`), "answer (inbox)", report.Fail},
		"an optional parameter fails":       {answers(at("/reports", query("verbose=false")), 500, isJSON, `{}`), "answer (report)", report.Fail},
		"anybody may":                       {answers(at("/convert", keyless), 200, isJSON, converted), "no-key (convert)", report.Fail},
		"401 of another shape":              {answers(at("/convert", keyless), 401, isJSON, `{}`), "no-key (convert)", report.Fail},
		"no challenge":                      {answers(at("/convert", keyless), 401, isJSON, `{"message": "no"}`), "no-key (convert)", report.Warn}, // most frameworks send none
		"any bearer token":                  {answers(at("/convert", sends("Authorization", "garbage")), 200, isJSON, converted), "garbage-key (convert)", report.Fail},
		"any key in the query":              {answers(at("/inbox", query("key=understudy-garbage")), 200, "Content-Type: text/plain", "x"), "garbage-key (inbox)", report.Fail},
		"any session":                       {answers(at("/reports", sends("Cookie", "garbage")), 200, isJSON, `{}`), "garbage-key (report)", report.Fail},
		"a session without its second half": {answers(at("/reports", sends("Cookie", toolsToken)), 200, isJSON, `{}`), "part-of-keys (report)", report.Fail},
		"scopes do not matter":              {answers(at("/convert", sends("Authorization", toolsUnscoped)), 200, isJSON, converted), "scope (convert)", report.Fail},
		"a required parameter is optional":  {answers(at("/convert", keyed, lacks("to=")), 200, isJSON, converted), "parameters (convert)", report.Fail},
		"any value of an enum":              {answers(at("/convert", keyed, query("to=understudy")), 200, isJSON, converted), "parameters (convert)", report.Fail},
		"it fails on a parameter":           {answers(at("/convert", query("times=")), 500, isJSON, `{}`), "parameters (convert)", report.Fail},
		"any header":                        {answers(at("/convert", keyed, sends("X-Trace", "understudy")), 200, isJSON, converted), "parameters (convert)", report.Fail},
		"any path":                          {answers(at("/reports/understudy", func(r *http.Request) bool { return !keyless(r) }), 200, isJSON, `{}`), "parameters (report)", report.Fail},
		"a body is optional":                {answers(at("/convert", keyed, query("to="), func(r *http.Request) bool { return r.ContentLength == 0 }), 200, isJSON, converted), "body (convert)", report.Fail},
		"it fails on a body":                {answers(at("/convert", keyed, sends("Content-Type", "text/plain")), 500, isJSON, `{}`), "body (convert)", report.Fail},
		"an undeclared refusal":             {answers(at("/convert", keyed, lacks("to=")), 422, isJSON, `{"message": "no"}`), "error (convert)", report.Fail},
		"a refusal of another shape":        {answers(at("/convert", keyed, lacks("to=")), 400, isJSON, `{"error": "no"}`), "error (convert)", report.Fail},
		"any method":                        {answers(at("/version", func(r *http.Request) bool { return r.Method != http.MethodGet }), 200, "", ""), "method (version)", report.Warn},
		"an untrue Allow":                   {answers(at("/version", func(r *http.Request) bool { return r.Method != http.MethodGet }), 405, "Allow: POST", ""), "method (version)", report.Warn},
	} {
		t.Run(name, func(t *testing.T) {
			r := judgeTools(t, c.change(tools{}))
			require.Equal(t, c.status, outcomes(r)["operation/"+c.check], "%v", outcomes(r))
		})
	}
}

func TestOperationsAreHeldToTheirHabit(t *testing.T) {
	ignores := answers(func(r *http.Request) bool {
		return r.Header.Get("Authorization") == "Bearer "+toolsToken && r.URL.Query().Has("pad")
	}, 200, "Content-Type: application/json", `{"text": "a"}`)
	r := judgeTools(t, ignores(tools{}))
	require.Equal(t, report.Fail, outcomes(r)["operation/parameters (convert)"], "one optional parameter is refused, and another ignored")
}

func TestForgedKeysInPlacesOfTheirOwnAreShown(t *testing.T) {
	admits := answers(func(r *http.Request) bool { return strings.Contains(r.Header.Get("Cookie"), "garbage") }, 200, "Content-Type: application/json", `{}`)
	for _, result := range judgeTools(t, admits(tools{})).Results {
		if result.Title() == "operation/garbage-key (report)" {
			require.Equal(t, report.Fail, result.Status)
			require.Contains(t, result.Exchanges[0].Curl, `curl -sS -i -b "sid=understudy-garbage" -H "X-CSRF: understudy-garbage" '`)
		}
	}
}

func TestOperationsThatMayChangeSomethingAreLeftAloneByDefault(t *testing.T) {
	var changed []string
	r := judgeTools(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet {
			changed = append(changed, r.Method+" "+r.URL.Path)
		}
		tools{}.ServeHTTP(w, r)
	}), conformance.WithReadOnly())
	require.Empty(t, changed)
	require.Equal(t, report.NotRun, outcomes(r)["operation/answer (convert)"])
	require.Equal(t, report.Pass, outcomes(r)["operation/answer (version)"])
}

func TestParamLetsAPathBeJudged(t *testing.T) {
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost && r.URL.Path == "/jobs/mine/stop" {
			w.WriteHeader(http.StatusNoContent)
			return
		}
		tools{}.ServeHTTP(w, r)
	})
	r := judgeTools(t, handler, conformance.WithParam("job", "mine"))
	require.Equal(t, report.Pass, outcomes(r)["operation/answer (stop)"])
}

func TestNotFoundAtAnExampleTellsNothing(t *testing.T) {
	missing := answers(func(r *http.Request) bool { return strings.HasPrefix(r.URL.Path, "/reports/") }, 404, "Content-Type: application/json", `{"message": "no"}`)
	found := outcomes(judgeTools(t, missing(tools{})))
	require.Equal(t, report.Pass, found["operation/answer (report)"], "the document declares 404")
	for _, check := range []string{"no-key", "garbage-key", "parameters", "error"} {
		require.Equal(t, report.NotApplicable, found["operation/"+check+" (report)"], check)
	}
}

func TestKeysStayOutOfReports(t *testing.T) {
	echo := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("WWW-Authenticate", "Basic "+r.Header.Get("Authorization"))
		w.WriteHeader(http.StatusInternalServerError)
		user, password, _ := r.BasicAuth()
		fmt.Fprintln(w, r.Header, r.URL, user, password)
	})
	r := judgeTools(t, echo)
	require.NotZero(t, r.Count(report.Fail))
	told, err := json.Marshal(r)
	require.NoError(t, err)
	for _, secret := range []string{toolsToken, toolsUnscoped, toolsLogin, "l0velace", "YWRhOmwwdmVsYWNl"} {
		require.NotContains(t, string(told), secret)
	}
	for _, line := range []string{
		`-H \"Authorization: Bearer $UNDERSTUDY_TOKEN\"`, `-u \"$UNDERSTUDY_SCHEME_TOKEN_LOGIN\"`, `/inbox'\"?key=$UNDERSTUDY_TOKEN\"`,
	} {
		require.Contains(t, string(told), line)
	}
}

func TestStandInsOfOperationsConform(t *testing.T) {
	server := mockserver.Start(t, mockserver.WithSpec("tools.yaml", []byte(toolsDocument)))
	options := []conformance.Option{
		conformance.WithToken(server.Key("write").Token), conformance.WithUnscopedToken(server.Key("unscoped").Token),
		conformance.WithSpec("tools.yaml", []byte(toolsDocument)), conformance.WithOnly("operation"), conformance.WithParam("job", "1"),
	}
	for scheme, token := range server.Key("write").Tokens {
		options = append(options, conformance.WithSchemeToken(scheme, token))
	}
	for scheme, token := range server.Key("unscoped").Tokens {
		options = append(options, conformance.WithUnscopedSchemeToken(scheme, token))
	}
	r, err := conformance.Execute(t.Context(), server.URL, options...)
	require.NoError(t, err)
	for _, result := range r.Results {
		require.Contains(t, []report.Status{report.Pass, report.NotApplicable}, result.Status, "%s: %s", result.Title(), result.Reason)
	}
	require.Equal(t, report.Conforms, r.Verdict)
	require.GreaterOrEqual(t, r.Count(report.Pass), 20)
}
