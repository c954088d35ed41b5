package mockserver_test

import (
	"encoding/json"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"

	"understudy/mockserver"
)

// A stand-in is an http.Handler: serve it as you like.
func ExampleNew() {
	server, err := mockserver.New()
	if err != nil {
		log.Panic(err)
	}
	api := httptest.NewServer(server)
	defer api.Close()
	key := server.Key("write")
	records := api.URL + "/api/organizations/" + key.Params["organization_id"] + "/proxy_records/"

	// call sends a request and reads the answer into a value.
	call := func(method, body string, into any) (status string) {
		request, err := http.NewRequest(method, records, strings.NewReader(body))
		if err != nil {
			log.Panic(err)
		}
		request.Header.Set("Authorization", "Bearer "+key.Token)
		request.Header.Set("Content-Type", "application/json")
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			log.Panic(err)
		}
		defer response.Body.Close()
		if err := json.NewDecoder(response.Body).Decode(into); err != nil {
			log.Panic(err)
		}
		return response.Status
	}

	var record struct{ ID, Domain, Status string }
	status := call(http.MethodPost, `{"domain": "e.example.com"}`, &record)
	fmt.Println(status, record.Domain, record.Status)

	var page struct {
		Count   int
		Results []struct{ ID, Domain string }
	}
	status = call(http.MethodGet, "", &page)
	fmt.Println(status, page.Count, page.Results[0].Domain, page.Results[0].ID == record.ID)

	// Output:
	// 201 Created e.example.com waiting
	// 200 OK 8 e.example.com true
}

// oneTest stands for a *testing.T, which is what you pass to Start.
type oneTest struct{ cleanups []func() }

func (o *oneTest) Helper()                           {}
func (o *oneTest) Cleanup(f func())                  { o.cleanups = append(o.cleanups, f) }
func (o *oneTest) Errorf(format string, args ...any) { log.Printf(format, args...) }
func (o *oneTest) Fatalf(format string, args ...any) { log.Panicf(format, args...) }

func (o *oneTest) end() {
	for _, f := range o.cleanups {
		f()
	}
}

// Start runs a stand-in until the test ends.
func ExampleStart() {
	t := &oneTest{}
	defer t.end()

	api := mockserver.Start(t, mockserver.WithRecords(20))

	response, err := http.Get(api.URL + "/__admin/health")
	if err != nil {
		t.Fatalf("health: %v", err)
	}
	defer response.Body.Close()
	fmt.Println(response.Status)
	// Output: 200 OK
}
