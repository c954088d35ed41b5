package report_test

import (
	"fmt"
	"log"
	"os"
	"strings"

	"understudy/conformance/report"
)

func ExampleWriteText() {
	r := &report.Report{
		Target: "http://127.0.0.1:8080", Document: "Widgets 1.2.0", Seed: 7,
		Duration: 0.412, Requests: 12, Created: 3, Deleted: 3,
		Results: []report.Result{
			{ID: "crud/list", Status: report.Pass, Level: report.Must, Subject: "widgets"},
			{
				ID: "crud/create-echo", Status: report.Fail, Level: report.Must, Subject: "widgets",
				Requirement: "A created item holds the values that were sent.",
				Source:      "#/paths/~1widgets/post, line 118",
				Expected:    `"size" is 3`, Actual: `"size" is null`,
				Exchanges: []report.Exchange{{
					Method: "POST", URL: "http://127.0.0.1:8080/widgets",
					Curl:   `curl -sS -i -d '{"size":3}' http://127.0.0.1:8080/widgets`,
					Status: 201, Response: `{"size":null}`, Marked: true,
				}},
			},
			{ID: "crud/update", Status: report.Blocked, Level: report.Must, Subject: "widgets", BlockedBy: "crud/create-echo"},
		},
	}
	r.Judge(false)
	if err := report.WriteText(os.Stdout, r, false); err != nil {
		log.Fatal(err)
	}
	// Output:
	// Widgets 1.2.0 at http://127.0.0.1:8080, seed 7
	//
	// FAIL crud/create-echo (widgets)  MUST
	//   requirement A created item holds the values that were sent.
	//   source      #/paths/~1widgets/post, line 118
	//   expected    "size" is 3
	//   actual      "size" is null
	//
	//   # → the failure shows here
	//   curl -sS -i -d '{"size":3}' http://127.0.0.1:8080/widgets
	//   # 201 Created
	//   # {"size":null}
	//
	// Blocked
	//   crud/update (widgets)  MUST    blocked by crud/create-echo
	//
	// 3 checks: 1 failed, 1 blocked, 1 passed; 12 requests in 412ms
	// to send the same values again: --seed 7
	// fails: 1 of 3 checks
	// created 3, deleted 3, left 0
}

func ExampleReadJSON() {
	r, err := report.ReadJSON(strings.NewReader(`{
		"format": 1,
		"verdict": "partial",
		"results": [
			{"id": "crud/list", "status": "pass", "level": "MUST"},
			{"id": "auth/foreign", "status": "not_run", "level": "MUST", "reason": "needs --token-foreign"}
		]
	}`))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(r.Outcome())
	// Output: partial: 1 MUST check did not run
}
