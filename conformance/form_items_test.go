package conformance_test

import (
	"bytes"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"understudy/conformance/report"
)

// Where items are made by forms alone, the checks make them by forms.
func TestItemsAreMadeByForms(t *testing.T) {
	t.Parallel()
	ids := []string{"crud/create", "crud/create-echo", "crud/update", "pagination/limit", "schema/create"}
	run := judgeDocument(t, "forms.yaml", nil)
	for _, id := range ids {
		require.Equal(t, report.Pass, run.Results[indexOf(run, id, "payers")].Status, id)
	}

	run = judgeDocument(t, "forms.yaml", func(next http.Handler, w http.ResponseWriter, r *http.Request) {
		if text, _ := io.ReadAll(r.Body); r.Method == http.MethodPost {
			form, err := url.ParseQuery(string(text))
			if err != nil {
				w.WriteHeader(http.StatusBadRequest)
				return
			}
			for name := range form {
				if strings.HasPrefix(name, "address[") {
					form.Del(name)
				}
			}
			r.Body = io.NopCloser(bytes.NewReader([]byte(form.Encode())))
			r.ContentLength = int64(len(form.Encode()))
		}
		next.ServeHTTP(w, r)
	})
	require.Equal(t, report.Fail, run.Results[indexOf(run, "crud/create-echo", "payers")].Status, "an address that is lost")
}
