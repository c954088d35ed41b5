package conformance_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"understudy"
	"understudy/conformance"
	"understudy/conformance/internal/subject"
	"understudy/conformance/report"
	"understudy/internal/contract"
	"understudy/internal/proxy"
	"understudy/internal/resource"
)

// caller is a scripted client of the default API. It sends nothing that breaks the
// document, and looks at no answer but for the ids in it.
type caller struct {
	t    *testing.T
	base string // of the records of the home organization
}

const anID = "01921f70-4a1c-0000-9d3e-000000000000"

// send sends a request and returns the id in the answer, "" when there is none. An
// answer that never comes, or breaks off, is what the witness is there for.
func (c caller) send(method, path, key, contentType, body string, header ...string) string {
	c.t.Helper()
	request, err := http.NewRequestWithContext(c.t.Context(), method, c.base+path, strings.NewReader(body))
	require.NoError(c.t, err)
	if key != "" {
		request.Header.Set("Authorization", "Bearer "+key)
	}
	if contentType != "" {
		request.Header.Set("Content-Type", contentType)
	}
	for i := 0; i+1 < len(header); i += 2 {
		request.Header.Set(header[i], header[i+1])
	}
	response, err := (&http.Transport{DisableCompression: true, DisableKeepAlives: true}).RoundTrip(request)
	if err != nil {
		return ""
	}
	defer response.Body.Close()
	came, _ := io.ReadAll(response.Body)
	var record struct{ ID string }
	_ = json.Unmarshal(came, &record)
	return record.ID
}

// call is the script.
func (c caller) call() {
	const asJSON = "application/json"
	list := func(query string) { c.send("GET", "/"+query, "phx_writer", "", "") }
	list("")
	id := c.send("POST", "/", "phx_writer", asJSON, `{"domain":"ä☃.example.com"}`)
	c.send("POST", "/", "phx_writer", "application/x-www-form-urlencoded", "domain=b+c%2Eexample.com")
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	_ = w.WriteField("domain", "d.example.com")
	_ = w.Close()
	other := c.send("POST", "/", "phx_writer", w.FormDataContentType(), form.String())
	for _, query := range []string{"", "?limit=1", "?limit=1&offset=1", "?limit=2&offset=1", "?limit=3", "?offset=500", "?limit=1&offset=2"} {
		list(query)
	}
	if id == "" {
		id = anID
	}
	c.send("GET", "/"+id+"/", "phx_reader", "", "", "Accept", asJSON)
	c.send("HEAD", "/"+id+"/", "phx_writer", "", "")
	c.send("HEAD", "/", "phx_writer", "", "")
	c.send("PATCH", "/"+id+"/", "phx_writer", asJSON, `{"domain":"e.example.com"}`)
	c.send("PATCH", "/"+id+"/", "phx_writer", asJSON, `{}`)
	c.send("PATCH", "/"+id+"/", "phx_writer", "", "")
	c.send("GET", "/"+id+"/", "phx_writer", "", "")
	c.send("GET", "/"+id, "phx_writer", "", "")
	for _, key := range []string{"", "phx_nobody", "phx_unscoped", "phx_reader"} {
		c.send("POST", "/", key, asJSON, `{"domain":"f.example.com"}`)
		c.send("GET", "/"+id+"/", key, "", "")
		c.send("DELETE", "/"+anID+"/", key, "", "")
	}
	for _, credential := range []string{"", "Bearer", "Token phx_writer", "Basic " + base64.StdEncoding.EncodeToString([]byte("x:phx_writer"))} {
		c.send("GET", "/", "", "", "", "Authorization", credential)
		c.send("HEAD", "/", "", "", "", "Authorization", credential)
		c.send("PATCH", "/"+id+"/", "", asJSON, `{"domain":"g.example.com"}`, "Authorization", credential)
	}
	c.send("DELETE", "/"+id+"/", "", "", "")
	for _, method := range []string{"GET", "PATCH", "DELETE"} {
		c.send(method, "/"+anID+"/", "phx_writer", "", "")
	}
	elsewhere := caller{c.t, strings.Replace(c.base, home, abroad, 1)}
	elsewhere.send("GET", "/", "phx_writer", "", "")
	elsewhere.send("GET", "/"+id+"/", "phx_writer", "", "")
	c.send("GET", "/", "phx_writer", "", "", "Accept", "text/html")
	if other != "" {
		c.send("DELETE", "/"+other+"/", "phx_writer", "", "")
		c.send("DELETE", "/"+other+"/", "phx_writer", "", "")
		c.send("GET", "/"+other+"/", "phx_writer", "", "")
	}
	list("")
}

// clumsy sends what breaks the document, which is the caller's fault; an answer that
// breaks it too is not.
func (c caller) clumsy() {
	const asJSON = "application/json"
	long := strings.Repeat("x", 65)
	for _, body := range []string{``, `{`, `{}`, `null`, `[]`, `{} x`, `{"domain":null}`, `{"domain":""}`, `{"domain":1}`, `{"domain":true}`, `{"domain":["a"]}`, `{"domain":{}}`, `{"domain":"` + long + `"}`} {
		c.send("POST", "/", "phx_writer", asJSON, body)
	}
	id := c.send("POST", "/", "phx_writer", asJSON, `{"domain":"a.example.com"}`)
	c.send("PATCH", "/"+id+"/", "phx_writer", asJSON, `{"domain":""}`)
	c.send("PATCH", "/"+id+"/", "phx_writer", asJSON, `{"domain":"`+long+`"}`)
	c.send("POST", "/", "phx_writer", "text/plain", `{"domain":"b.example.com"}`)
	for _, query := range []string{"?limit=x", "?offset=-1", "?limit=-1"} {
		c.send("GET", "/"+query, "phx_writer", "", "")
	}
}

// watch looks at a new record for a while, until its status rests.
func (c caller) watch(d time.Duration) {
	id := c.send("POST", "/", "phx_writer", "application/json", `{"domain":"a.example.com"}`)
	for deadline := time.Now().Add(d); time.Now().Before(deadline); {
		c.send("GET", "/"+id+"/", "phx_writer", "", "")
	}
}

// witnessed lets a client call through a proxy before the subject, and lists what the
// proxy reports.
func witnessed(t *testing.T, c *contract.Contract, m *resource.Model, config subject.Config, call func(caller)) []string {
	t.Helper()
	config.Keys = subjectKeys
	upstream := httptest.NewServer(subject.New(config))
	defer upstream.Close()
	target, err := url.Parse(upstream.URL)
	require.NoError(t, err)
	witness := proxy.NewWitness(proxy.Watch{Contract: c, Model: m})
	passing := proxy.New(proxy.Config{Contract: c, Model: m, Upstream: target, Witness: witness, BodyLimit: 1 << 20, Clock: time.Now})
	front := httptest.NewServer(passing)
	call(caller{t, front.URL + "/api/organizations/" + home + "/proxy_records"})
	require.NoError(t, front.Config.Shutdown(context.Background()))
	front.Close()
	assert.Zero(t, passing.Close(), "nothing is lost")
	var found []string
	for _, r := range witness.Report(upstream.URL, time.Time{}, 0).Results {
		if r.Status == report.Fail || r.Status == report.Warn {
			found = append(found, r.Title()+": "+r.Reason)
		}
	}
	return found
}

func defaultContract(t *testing.T) (*contract.Contract, *resource.Model) {
	t.Helper()
	c, err := contract.LoadProven("openapi.yaml", understudy.OpenAPI)
	require.NoError(t, err)
	m, err := resource.Infer(c)
	require.NoError(t, err)
	return c, m
}

// ofTheAnswers keeps what is the API's fault.
func ofTheAnswers(found []string) []string {
	return slices.DeleteFunc(found, func(one string) bool { return !strings.HasPrefix(one, "response/") })
}

func TestTheWitnessRaisesNoAlarm(t *testing.T) {
	c, m := defaultContract(t)
	for name, config := range permitted() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assert.Empty(t, witnessed(t, c, m, config, caller.call))
			assert.Empty(t, ofTheAnswers(witnessed(t, c, m, config, caller.clumsy)))
		})
	}
}

// The suite finds through the proxy what it finds without it.
func TestTheSuiteSeesNoProxy(t *testing.T) {
	c, m := defaultContract(t)
	config := subject.Config{Records: 3, Keys: subjectKeys, Bugs: []string{"crud/patch-ignored"}}
	direct := judgeSubject(t, config)
	upstream := httptest.NewServer(subject.New(config))
	defer upstream.Close()
	target, err := url.Parse(upstream.URL)
	require.NoError(t, err)
	witness := proxy.NewWitness(proxy.Watch{Contract: c, Model: m})
	passing := proxy.New(proxy.Config{Contract: c, Model: m, Upstream: target, Witness: witness, KeepHost: true, BodyLimit: 1 << 20, Clock: time.Now})
	front := httptest.NewServer(passing)
	defer front.Close()
	through, err := conformance.Execute(t.Context(), front.URL, conformance.WithToken("phx_writer"), conformance.WithReadOnlyToken("phx_reader"),
		conformance.WithUnscopedToken("phx_unscoped"), conformance.WithForeignToken("phx_foreigner"), conformance.WithParam("organization_id", home),
		conformance.WithForeignParam("organization_id", abroad), conformance.WithTimeout(5*time.Second), conformance.WithSeed(1))
	require.NoError(t, err)
	outcomes := func(r *report.Report) map[string]report.Status {
		found := map[string]report.Status{}
		for _, result := range r.Results {
			found[result.Title()] = result.Status
		}
		return found
	}
	assert.Equal(t, outcomes(direct), outcomes(through))
	assert.Equal(t, report.Fails, through.Verdict)
	require.NoError(t, front.Config.Shutdown(context.Background()))
	assert.Zero(t, passing.Close())
	assert.Zero(t, witness.Broken("response"), "what the bug answers has the right shape")
}

// witnessFinds is how many bugs of each group show in an exchange that breaks the
// document, out of how many. The others do not, since
//   - crud, isolation, races, time: each answer is one that the document allows; only
//     who knows what was stored or who may see it can tell that it is wrong;
//   - pagination: the items, their order, the count and the links are of the right
//     shape, and are not those that a suite expects;
//   - auth: a credential was sent, and only the API knows whether it is a good one; or a
//     good one is refused in the right shape;
//   - validation: a wrong request is refused with a declared status, like 500, or taken
//     and answered in the right shape, which is the caller's fault;
//   - http: the rules are HTTP's and not the document's;
//   - lifecycle: the states are declared, and come in another order.
//
// All of schema shows. Together these are 76 of 300.
var witnessFinds = map[string][2]int{
	"crud": {1, 58}, "pagination": {2, 45}, "schema": {48, 48}, "auth": {10, 29}, "isolation": {0, 17},
	"validation": {6, 44}, "http": {7, 27}, "time": {0, 11}, "races": {0, 11}, "lifecycle": {2, 10},
}

// inTime are the bugs that show only to who looks at the right time.
var inTime = []string{"lifecycle/undeclared-status-between", "lifecycle/ends-undeclared"}

func TestTheWitnessFindsTheBugsThatShow(t *testing.T) {
	if testing.Short() {
		t.Skip("runs a client for every bug")
	}
	c, m := defaultContract(t)
	finds := map[string][2]int{}
	for _, bug := range subject.Bugs() {
		config := subject.Config{Records: 3, Bugs: []string{bug.ID}}
		found := witnessed(t, c, m, config, caller.call)
		if len(found) == 0 {
			found = ofTheAnswers(witnessed(t, c, m, config, caller.clumsy))
		}
		for step := 30 * time.Millisecond; len(found) == 0 && slices.Contains(inTime, bug.ID) && step < 2*time.Second; step *= 2 {
			config.StatusDelays = subject.Delays{Issuing: step, Valid: step}
			found = witnessed(t, c, m, config, func(c caller) { c.watch(6 * step) })
		}
		count := finds[bug.Group]
		count[1]++
		if len(found) > 0 {
			count[0]++
			t.Log(bug.ID, found[0])
		} else {
			t.Log("not found:", bug.ID, bug.Summary)
		}
		finds[bug.Group] = count
	}
	assert.Equal(t, witnessFinds, finds)
}
