package mockserver_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"understudy/mockserver"
)

// The organizations of the default data.
const (
	home   = "01921f70-4a1c-0000-9d3e-6b7f50c2e814" // of the keys write, read and unscoped
	abroad = "019220c4-95e3-0000-8b12-d4a07e63f95c" // of the key foreign
)

// Well-formed ids that nothing has.
const (
	noOrganization = "01921f70-0000-0000-0000-000000000000"
	noRecord       = "01996f1b-0000-0000-0000-000000000000"
)

// listPath and itemPath are the two paths of the default document.
func listPath(organization string) string {
	return "/api/organizations/" + organization + "/proxy_records/"
}

func itemPath(organization, id string) string { return listPath(organization) + id + "/" }

// noon is where every fake clock starts: later than all default data.
var noon = time.Date(2026, time.November, 23, 12, 0, 0, 0, time.UTC)

// stamp writes a time as records have it.
func stamp(at time.Time) string { return at.Format("2006-01-02T15:04:05.000000Z") }

// A fakeClock stands still until a test moves it.
type fakeClock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *fakeClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *fakeClock) advance(by time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(by)
}

// A standIn is a stand-in that listens, with the clock that it goes by.
type standIn struct {
	*mockserver.Running
	clock *fakeClock
}

// start runs a stand-in until the test ends.
func start(t *testing.T, options ...mockserver.Option) *standIn {
	t.Helper()
	clock := &fakeClock{now: noon}
	options = append([]mockserver.Option{mockserver.WithClock(clock.Now)}, options...)
	return &standIn{Running: mockserver.Start(t, options...), clock: clock}
}

// A caller sends requests under one Authorization header, or none.
type caller struct {
	url           string
	authorization string
}

// as is the holder of a key.
func (a *standIn) as(key string) caller { return caller{a.URL, "Bearer " + a.Key(key).Token} }

// anonymous is a caller without any credential.
func (a *standIn) anonymous() caller { return caller{url: a.URL} }

// A change makes a request special.
type change func(*http.Request)

func header(name, value string) change {
	return func(r *http.Request) { r.Header.Add(name, value) }
}

// body is a request body under a content type; "" sends none.
func body(contentType, text string) change {
	return func(r *http.Request) {
		if contentType != "" {
			r.Header.Set("Content-Type", contentType)
		}
		r.Body, r.ContentLength = io.NopCloser(strings.NewReader(text)), int64(len(text))
	}
}

func jsonBody(text string) change { return body("application/json", text) }

// domain is a JSON body with the one member that a request may set.
func domain(name string) change { return jsonBody(`{"domain":` + quoted(name) + `}`) }

// client follows no redirect, so that tests see one.
var client = &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}

// try sends one request. It may be called from any goroutine.
func (c caller) try(ctx context.Context, method, path string, changes ...change) (answer, error) {
	request, err := http.NewRequestWithContext(ctx, method, c.url+path, http.NoBody)
	if err != nil {
		return answer{}, err
	}
	if c.authorization != "" {
		request.Header.Set("Authorization", c.authorization)
	}
	for _, apply := range changes {
		apply(request)
	}
	response, err := client.Do(request)
	if err != nil {
		return answer{}, err
	}
	return read(response)
}

// send sends one request, which must be answered. Whatever the API refuses, it
// must do so in the shape that the document declares.
func (c caller) send(t *testing.T, method, path string, changes ...change) answer {
	t.Helper()
	got, err := c.try(t.Context(), method, path, changes...)
	require.NoError(t, err)
	isAPI := !strings.HasPrefix(path, "/__admin/")
	if got.status >= http.StatusBadRequest && isAPI && method != http.MethodHead {
		require.Equal(t, []string{"application/json"}, got.header["Content-Type"])
		requireValid(t, "Error", got.body)
	}
	return got
}

// get reads a path.
func (c caller) get(t *testing.T, path string, changes ...change) answer {
	t.Helper()
	return c.send(t, http.MethodGet, path, changes...)
}

// create makes a record in an organization.
func (c caller) create(t *testing.T, organization, name string) record {
	t.Helper()
	return c.send(t, http.MethodPost, listPath(organization), domain(name)).record(t, http.StatusCreated)
}

// read reads a record.
func (c caller) read(t *testing.T, organization, id string) record {
	t.Helper()
	return c.get(t, itemPath(organization, id)).record(t, http.StatusOK)
}

// list reads a page of records; the query may be "".
func (c caller) list(t *testing.T, organization, query string) page {
	t.Helper()
	return c.get(t, listPath(organization)+query).page(t)
}

// An answer is a response.
type answer struct {
	status int
	header http.Header
	body   string
}

// read reads a response to its end.
func read(response *http.Response) (answer, error) {
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	return answer{status: response.StatusCode, header: response.Header, body: string(body)}, err
}

// refused requires an error answer, to the byte.
func (a answer) refused(t *testing.T, status int, body string) {
	t.Helper()
	require.Equal(t, body, a.body)
	require.Equal(t, status, a.status)
}

// record requires an answer with a valid record.
func (a answer) record(t *testing.T, status int) record {
	t.Helper()
	require.Equal(t, status, a.status, a.body)
	require.Equal(t, []string{"application/json"}, a.header["Content-Type"])
	requireValid(t, "ProxyRecord", a.body)
	return decoded[record](t, a.body)
}

// page requires an answer with a valid page of records.
func (a answer) page(t *testing.T) page {
	t.Helper()
	require.Equal(t, http.StatusOK, a.status, a.body)
	require.Equal(t, []string{"application/json"}, a.header["Content-Type"])
	requireValid(t, "ProxyRecordPage", a.body)
	return decoded[page](t, a.body)
}

// violations are what an answer's header lists.
func (a answer) violations(t *testing.T) []violation {
	t.Helper()
	return decoded[[]violation](t, a.header.Get("X-Understudy-Violations"))
}

// A violation is one element of the header X-Understudy-Violations, as far as
// it is a promise.
type violation struct {
	In      string `json:"in"`
	Field   string `json:"field"`
	Keyword string `json:"keyword"`
}

// A record is an item of the default document.
type record struct {
	ID          string  `json:"id"`
	Domain      string  `json:"domain"`
	TargetCNAME string  `json:"target_cname"`
	Status      string  `json:"status"`
	Message     *string `json:"message"`
	CreatedAt   string  `json:"created_at"`
	UpdatedAt   string  `json:"updated_at"`
	CreatedBy   *int    `json:"created_by"`
}

// A page is a list of the default document.
type page struct {
	Count    int     `json:"count"`
	Next     *string `json:"next"`
	Previous *string `json:"previous"`
	Results  []raw   `json:"results"`
}

// raw is JSON, byte for byte as it was sent.
type raw string

func (r *raw) UnmarshalJSON(text []byte) error {
	*r = raw(text)
	return nil
}

// A dump is the state of a stand-in, as its admin API gives it.
type dump struct {
	Format  int `json:"format"`
	Records []struct {
		Collection string            `json:"collection"`
		Parents    map[string]string `json:"parents"`
		Created    int               `json:"created"`
		Due        map[string]string `json:"due"`
		Items      []raw             `json:"items"`
	} `json:"records"`
}

// state is the whole state, as JSON with a line for each record.
func (a *standIn) state(t *testing.T) string {
	t.Helper()
	got := a.anonymous().get(t, "/__admin/state")
	require.Equal(t, http.StatusOK, got.status, got.body)
	return strings.ReplaceAll(got.body, `{"id"`, "\n"+`{"id"`)
}

// load puts a state in place of the present one.
func (a *standIn) load(t *testing.T, state string) {
	t.Helper()
	got := a.anonymous().send(t, http.MethodPut, "/__admin/state", jsonBody(state))
	require.Equal(t, http.StatusNoContent, got.status, got.body)
}

// refusal is an error body of the default document; attr "" is null.
func refusal(kind, code, detail, attr string) string {
	body := struct {
		Type   string  `json:"type"`
		Code   string  `json:"code"`
		Detail string  `json:"detail"`
		Attr   *string `json:"attr"`
	}{kind, code, detail, nil}
	if attr != "" {
		body.Attr = &attr
	}
	return encoded(body)
}

// The refusals that need no value filled in.
var (
	notAuthenticated = refusal("authentication_error", "not_authenticated", "Authentication credentials were not provided.", "")
	badKey           = refusal("authentication_error", "authentication_failed", "Personal API key found in request Authorization header is invalid.", "")
	noPath           = refusal("invalid_request", "not_found", "Endpoint not found.", "")
	noParent         = refusal("invalid_request", "not_found", "Organization not found.", "")
	noItem           = refusal("invalid_request", "not_found", "Not found.", "")
	notAcceptable    = refusal("invalid_request", "not_acceptable", "Could not satisfy the request Accept header.", "")
)

func missingScope(scope string) string {
	return refusal("authentication_error", "permission_denied", "API key missing required scope '"+scope+"'", "")
}

func forbiddenParent(organization string) string {
	return refusal("authentication_error", "permission_denied", "API key does not have access to the requested organization: ID "+organization+".", "")
}

func wrongMethod(method string) string {
	return refusal("invalid_request", "method_not_allowed", `Method "`+method+`" not allowed.`, "")
}

func unsupportedType(mediaType string) string {
	return refusal("invalid_request", "unsupported_media_type", `Unsupported media type "`+mediaType+`" in request.`, "")
}

func malformed(detail string) string {
	return refusal("invalid_request", "parse_error", detail, "")
}

func invalid(code, detail, attr string) string {
	return refusal("validation_error", code, detail, attr)
}

// encoded is a value as compact JSON with nothing escaped that need not be.
func encoded(value any) string {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		panic(err) // a test handed over what is not JSON
	}
	return strings.TrimSuffix(text.String(), "\n")
}

func quoted(text string) string { return encoded(text) }

// decoded reads JSON.
func decoded[T any](t *testing.T, text string) T {
	t.Helper()
	var value T
	require.NoError(t, json.Unmarshal([]byte(text), &value), text)
	return value
}
