package drift

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"understudy/conformance"
	"understudy/conformance/report"
	"understudy/internal/contract"
	"understudy/internal/resource"
)

// Whatever two servers answer, the answers are lined up, and what is written of it can be
// read.
func FuzzAnswersAreLinedUp(f *testing.F) {
	document, model, err := conformance.Read()
	require.NoError(f, err)
	f.Add(200, `{"count":1,"next":null,"previous":null,"results":[{"id":"a"}]}`, 200, `[{"id":"b"},7]`)
	f.Add(400, `{"type":"t","code":"c","detail":"d","attr":null}`, 422, `{"error":{"reasons":["{x}"]}}`)
	f.Add(201, `{"id":"1","status":"waiting"}`, 200, `{"data":{"id":2,"status":null,"extra":[]}}`)
	f.Add(404, `gone`, 405, ``)
	f.Add(200, `0`, 200, "{\"\x7flts\":{\"a\":[\"\ufeff\"]}}") // characters that YAML refuses
	f.Add(200, `null`, 200, `{"results":{"a":{"b":[[]]}}}`)
	f.Fuzz(func(t *testing.T, here int, said string, there int, answered string) {
		c := newComparison(transcript(document, model, here, said), transcript(document, model, there, answered), model)
		c.lineUp()
		made := &Report{Run: &report.Report{}}
		made.take(c)
		require.Equal(t, len(c.findings), made.Count())
		d := newDraft()
		d.take(c)
		if d.size() > 0 {
			_, err := contract.ParseFile("overlay.yaml", d.write(&report.Report{}))
			require.NoError(t, err)
		}
		same := newComparison(transcript(document, model, here, said), transcript(document, model, here, said), model)
		same.lineUp()
		require.Empty(t, same.findings)
	})
}

// transcript is one in which every step is answered alike.
func transcript(document *contract.Contract, model *resource.Model, status int, body string) *conformance.Transcript {
	t := &conformance.Transcript{Run: &report.Report{Target: "http://here"}, Contract: document, Model: model, Names: map[string]string{"a": "{id of record 1 for the list}"}}
	for i, op := range document.Operations {
		binding, _ := model.Bind(op)
		for _, name := range []string{"the list", "a page of 2", "record 1 for the list", "with the read-only member status", "an unknown id"} {
			step := &conformance.Step{
				Operation: op, Collection: binding.Collection, Name: name, Status: status, Body: []byte(body),
				Header:   http.Header{"Content-Type": {"application/json"}},
				Exchange: report.Exchange{Method: op.Method, URL: "http://here" + op.Path + "?limit=2"},
			}
			if i == 1 && succeeds(status) {
				step.ID = "a"
			}
			t.Steps = append(t.Steps, step)
		}
	}
	return t
}
