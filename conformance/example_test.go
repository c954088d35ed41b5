package conformance_test

import (
	"context"
	"fmt"
	"log"
	"net/http/httptest"

	"understudy/conformance"
	"understudy/conformance/report"
	"understudy/mockserver"
)

// Execute judges any server; here it is the stand-in of the default document.
func ExampleExecute() {
	standIn, err := mockserver.New()
	if err != nil {
		log.Panic(err)
	}
	server := httptest.NewServer(standIn)
	defer server.Close()
	key := standIn.Key("write")

	r, err := conformance.Execute(context.Background(), server.URL,
		conformance.WithToken(key.Token),
		conformance.WithParam("organization_id", key.Params["organization_id"]),
		conformance.WithOnly("crud"))
	if err != nil {
		log.Panic(err)
	}
	for _, result := range r.Results {
		if result.Status == report.Fail {
			fmt.Println(result.Title(), result.Reason)
		}
	}
	fmt.Println(r.Verdict, "and", r.Left, "records left")
	// Output: conforms and 0 records left
}
