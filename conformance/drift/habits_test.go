package drift_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"understudy/conformance"
	"understudy/mockserver"
)

// notes is a document as frameworks write them: a member that may be left out or be null.
const notes = `
openapi: 3.1.0
info: {title: Notes, version: '1'}
paths:
  /notes:
    get:
      operationId: list
      responses: {'200': {description: All., content: {application/json: {schema: {type: array, items: {$ref: '#/components/schemas/Note'}}}}}}
    post:
      operationId: create
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/NewNote'}}}}
      responses:
        '201': {description: Made., content: {application/json: {schema: {$ref: '#/components/schemas/Note'}}}}
        '422': {$ref: '#/components/responses/Wrong'}
  /notes/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: string}}]
    get:
      operationId: read
      responses:
        '200': {description: One., content: {application/json: {schema: {$ref: '#/components/schemas/Note'}}}}
        '404': {$ref: '#/components/responses/Wrong'}
    delete:
      operationId: drop
      responses: {'204': {description: Gone.}, '404': {$ref: '#/components/responses/Wrong'}}
components:
  responses:
    Wrong: {description: Wrong., content: {application/json: {schema: {type: object, required: [detail], properties: {detail: {type: string}}}}}}
  schemas:
    NewNote: {type: object, required: [title], properties: {title: {type: string}, remark: {type: [string, 'null']}}}
    Note: {type: object, required: [id, title], properties: {id: {type: string, readOnly: true}, title: {type: string}, remark: {type: [string, 'null']}}}
`

// answering changes what a server answers: the status, and the body where it is an
// object.
func answering(change func(r *http.Request, sent any, status int, body map[string]any)) func(http.Handler) http.Handler {
	return func(server http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			request, _ := io.ReadAll(r.Body)
			r.Body = io.NopCloser(bytes.NewReader(request))
			answer := httptest.NewRecorder()
			server.ServeHTTP(answer, r)
			for name, values := range answer.Header() {
				w.Header()[name] = values
			}
			body := answer.Body.Bytes()
			var sent any
			var object map[string]any
			if json.Unmarshal(body, &object) == nil && object != nil {
				_ = json.Unmarshal(request, &sent)
				change(r, sent, answer.Code, object)
				body, _ = json.Marshal(object)
				w.Header().Del("Content-Length")
			}
			w.WriteHeader(answer.Code)
			_, _ = w.Write(body)
		})
	}
}

// coded is a server whose refusals are its own, for which there is an overlay.
func coded(server http.Handler) http.Handler {
	return answering(func(_ *http.Request, _ any, status int, body map[string]any) {
		if status >= 400 {
			body["code"], body["detail"] = "refused", "Refused."
		}
	})(server)
}

// A server that has no HEAD, as many frameworks have none, has its GET all the same.
func TestAServerWithoutHEADHasGET(t *testing.T) {
	run, found := holdZoo(t, "notes.yaml", []byte(notes), func(server http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodHead {
				w.WriteHeader(http.StatusMethodNotAllowed)
				return
			}
			coded(server).ServeHTTP(w, r)
		})
	})
	require.Contains(t, differences(found), "laxer GET : accepted with 200 / refused with 405")
	overlay, err := run.Mend(t.Context(), found)
	require.NoError(t, err)
	require.NotEmpty(t, overlay)
	require.Equal(t, 1, found.Overlay.After, leftIn(found))
}

// A refusal that repeats what was sent is one difference, whatever was sent.
func TestWhatARefusalRepeatsIsOneDifference(t *testing.T) {
	_, found := holdZoo(t, "notes.yaml", []byte(notes), answering(func(r *http.Request, sent any, status int, body map[string]any) {
		if r.Method == http.MethodPost && status == http.StatusUnprocessableEntity && sent != nil {
			body["input"] = sent
			if object, ok := sent.(map[string]any); ok && object["title"] != nil {
				body["input"] = object["title"]
			}
		}
	}))
	require.Equal(t, []string{"shape POST error: {detail: text} / {detail: text, input: what was sent}"}, differences(found))
}

// A member that the target shows as null when it was left out begins with null, and may
// be sent as before.
func TestAMemberLeftOutIsNull(t *testing.T) {
	run, found := holdZoo(t, "notes.yaml", []byte(notes), answering(func(_ *http.Request, _ any, status int, body map[string]any) {
		if _, shown := body["remark"]; !shown && status < 300 {
			body["remark"] = nil
		}
	}))
	require.Contains(t, differences(found), "shape POST remark: absent / null")
	overlay, err := run.Mend(t.Context(), found)
	require.NoError(t, err)
	require.Contains(t, string(overlay), `"default": null`)
	require.NotContains(t, string(overlay), "readOnly")
	require.Zero(t, found.Overlay.After, leftIn(found))
}

// Who takes a number for a text still holds requests to it being one.
func TestATypeIsKeptThatTheTargetMostlyHoldsTo(t *testing.T) {
	run, found := holdZoo(t, "notes.yaml", []byte(notes), func(server http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			var sent map[string]any
			request, _ := io.ReadAll(r.Body)
			if json.Unmarshal(request, &sent) == nil {
				if number, ok := sent["title"].(float64); ok {
					sent["title"] = strings.Trim(string(mustJSON(number)), `"`)
					request = mustJSON(sent)
				}
			}
			r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(request)), int64(len(request))
			coded(server).ServeHTTP(w, r)
		})
	})
	require.Contains(t, differences(found), "stricter POST title: refused with 422 (type) / accepted with 201")
	overlay, err := run.Mend(t.Context(), found)
	require.NoError(t, err)
	require.NotEmpty(t, overlay)
	require.Contains(t, leftIn(found), "stricter title")
	require.NotContains(t, leftIn(found), "laxer")
}

// Refusals of one status that have two forms are both declared, and the stand-in keeps to
// its document.
func TestRefusalsOfTwoForms(t *testing.T) {
	temporary := t.TempDir()
	t.Setenv("TMPDIR", temporary)
	run, found := holdZoo(t, "notes.yaml", []byte(notes), answering(func(_ *http.Request, sent any, status int, body map[string]any) {
		_, isObject := sent.(map[string]any)
		switch clear(body); {
		case status < 400:
		case isObject:
			body["title"] = []string{"Wrong."}
		default:
			body["detail"] = "Wrong."
		}
	}))
	overlay, err := run.Mend(t.Context(), found)
	require.NoError(t, err)
	kept, err := filepath.Glob(filepath.Join(temporary, "*.jsonl"))
	require.NoError(t, err)
	require.Empty(t, kept, "what is left on a stand-in is gone with it")
	server, err := mockserver.New(mockserver.WithSpec("notes.yaml", []byte(notes)), mockserver.WithOverlay("overlay", overlay))
	require.NoError(t, err)
	for _, sent := range []string{`{}`, `[]`} {
		answer := httptest.NewRecorder()
		request := httptest.NewRequest(http.MethodPost, "/notes", strings.NewReader(sent))
		request.Header.Set("Content-Type", "application/json")
		server.ServeHTTP(answer, request)
		require.Equal(t, http.StatusUnprocessableEntity, answer.Code)
		document, _, err := conformance.Read(conformance.WithSpec("notes.yaml", []byte(notes)), conformance.WithOverlay("overlay", overlay))
		require.NoError(t, err)
		broken := document.Match(http.MethodPost, "/notes").Operation.CheckResponse(answer.Code, answer.Header(), answer.Header().Get("Content-Type"), answer.Body.Bytes())
		require.Empty(t, broken, answer.Body.String())
	}
}

func mustJSON(value any) []byte {
	text, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	return text
}
