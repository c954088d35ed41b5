package conformance_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"understudy/conformance"
	"understudy/conformance/internal/subject"
	"understudy/conformance/report"
)

// editJSON changes the object in an answer.
func editJSON(a *httptest.ResponseRecorder, edit func(object map[string]any)) {
	var object map[string]any
	decoder := json.NewDecoder(bytes.NewReader(a.Body.Bytes()))
	decoder.UseNumber()
	if decoder.Decode(&object) != nil {
		return
	}
	edit(object)
	text, _ := json.Marshal(object)
	answerWith(a, a.Code, "application/json", string(text))
}

// Each of these checks fails where its requirement alone is not kept. The bugs of the
// subject show what the others are able to find.
func TestChecksAreAbleToFail(t *testing.T) {
	t.Parallel()
	isAbroad := func(r *http.Request) bool { return strings.Contains(r.URL.Path, abroad) }
	isBy := func(r *http.Request, token string) bool { return r.Header.Get("Authorization") == "Bearer "+token }
	moving := func(r *http.Request, a *httptest.ResponseRecorder, n int64) {
		if r.Method == http.MethodGet && isItem(r) && a.Code == http.StatusOK {
			editJSON(a, func(object map[string]any) { object["message"] = fmt.Sprint(n) })
		}
	}
	for check, bug := range map[string]func(r *http.Request, a *httptest.ResponseRecorder, n int64){
		"auth/forged-key-on-records": func(r *http.Request, a *httptest.ResponseRecorder, _ int64) {
			if r.Method == http.MethodPatch && a.Code == http.StatusUnauthorized && r.Header.Get("Authorization") != "" {
				answerWith(a, http.StatusOK, "application/json", "{}")
			}
		},
		"isolation/own-key-elsewhere": func(r *http.Request, a *httptest.ResponseRecorder, _ int64) {
			if isAbroad(r) && isBy(r, "phx_writer") {
				answerWith(a, http.StatusOK, "application/json", `{"count":0,"next":null,"previous":null,"results":[]}`)
			}
		},
		"isolation/own-key-creates-elsewhere": func(r *http.Request, a *httptest.ResponseRecorder, _ int64) {
			if isAbroad(r) && isBy(r, "phx_writer") && r.Method == http.MethodPost {
				answerWith(a, http.StatusBadRequest, "application/json", "{}")
			}
		},
		"isolation/own-record-elsewhere": func(r *http.Request, a *httptest.ResponseRecorder, _ int64) {
			if isAbroad(r) && isBy(r, "phx_foreigner") && a.Code == http.StatusNotFound {
				answerWith(a, http.StatusOK, "application/json", "{}")
			}
		},
		"isolation/own-record-listed-elsewhere": func(r *http.Request, a *httptest.ResponseRecorder, n int64) {
			if isAbroad(r) && isList(r) && a.Code == http.StatusOK {
				editJSON(a, func(object map[string]any) { object["count"] = n })
			}
		},
		"time/zone": func(r *http.Request, a *httptest.ResponseRecorder, _ int64) {
			if r.Method == http.MethodPost && a.Code == http.StatusCreated {
				answerWith(a, a.Code, "application/json", strings.ReplaceAll(a.Body.String(), `Z"`, `"`))
			}
		},
		"races/safe-requests": moving,
		"races/update-twice":  moving,
		"races/updates-of-one": func(r *http.Request, a *httptest.ResponseRecorder, _ int64) {
			if r.Method == http.MethodGet && isItem(r) && a.Code == http.StatusOK {
				editJSON(a, func(object map[string]any) { object["domain"] = "nobody.example.com" })
			}
		},
		"lifecycle/effects": func(_ *http.Request, a *httptest.ResponseRecorder, _ int64) {
			if strings.Contains(a.Body.String(), `"status":"valid"`) {
				editJSON(a, func(object map[string]any) { object["message"] = "something is wrong" })
			}
		},
		"crud/others-untouched": func(r *http.Request, a *httptest.ResponseRecorder, n int64) {
			if isList(r) && n > 2 {
				editJSON(a, func(object map[string]any) {
					if results, ok := object["results"].([]any); ok && len(results) > 0 {
						object["results"] = results[1:]
					}
				})
			}
		},
	} {
		t.Run(check, func(t *testing.T) {
			t.Parallel()
			delays := subject.Delays{Issuing: 100 * time.Millisecond, Valid: 100 * time.Millisecond}
			right := subject.New(subject.Config{Keys: subjectKeys, Records: 3, StatusDelays: delays})
			var broken atomic.Bool
			var calls atomic.Int64
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				a := httptest.NewRecorder()
				right.ServeHTTP(a, r)
				if broken.Load() {
					bug(r, a, calls.Add(1))
				}
				maps.Copy(w.Header(), a.Header())
				w.WriteHeader(a.Code)
				_, _ = io.Copy(w, a.Body)
			}))
			defer server.Close()
			require.Equal(t, 1, judgeServer(t, server.URL, conformance.WithOnly(check)).Count(report.Pass), "without the bug")
			broken.Store(true)
			require.Equal(t, 1, judgeServer(t, server.URL, conformance.WithOnly(check)).Count(report.Fail), "the check does not notice")
		})
	}
}
