package mockserver_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"

	"understudy/fixtures"
	"understudy/internal/contract"
	"understudy/internal/resource"
	"understudy/mockserver"
)

// publicSpecs holds public documents of others, which are no part of the module.
const publicSpecs = "../../shared/specs"

// Real documents are larger and stranger than any that one writes for a test: each
// must start, and everything must be answered without breaking the document.
func TestPublicDocuments(t *testing.T) {
	files, err := filepath.Glob(publicSpecs + "/*.[jy]*")
	require.NoError(t, err)
	if len(files) == 0 {
		t.Skip("there are no public documents in " + publicSpecs)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) { visitSuccessfully(t, file) })
	}
}

// The small documents each have one way of doing things, and no request to them that
// is valid may be refused.
func TestSmallDocuments(t *testing.T) {
	files, err := filepath.Glob("../fixtures/specs/*.yaml")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			visitSuccessfully(t, file)
		})
	}
}

// visitSuccessfully calls every operation of a document. None that belongs to a
// collection may refuse its request.
func visitSuccessfully(t *testing.T, file string) {
	t.Helper()
	for answer, count := range visit(t, file) {
		if strings.HasSuffix(answer, "4xx") && !strings.HasPrefix(answer, "none") {
			t.Errorf("%d times %s", count, answer)
		}
	}
}

// visit calls every operation of a document, and counts the answers by the role of
// the operation and the class of the status.
func visit(t *testing.T, file string) map[string]int {
	t.Helper()
	document, err := os.ReadFile(file)
	require.NoError(t, err)
	described, err := contract.Load(file, document)
	require.NoError(t, err)
	model, err := resource.Infer(described)
	require.NoError(t, err)
	v := &visitor{
		t: t, contract: described, model: model, answers: map[string]int{},
		api:       mockserver.Start(t, mockserver.WithSpec(file, document), mockserver.WithRecords(3)),
		generator: fixtures.NewGenerator(1, fixtures.WithOmit(func(s *jsonschema.Schema) bool { return s.ReadOnly })),
	}
	v.visit()
	t.Logf("%d collections: %v", len(model.Collections), v.answers)
	return v.answers
}

// visitor calls every operation of a document with a valid request.
type visitor struct {
	t         *testing.T
	contract  *contract.Contract
	model     *resource.Model
	api       *mockserver.Running
	generator *fixtures.Generator
	answers   map[string]int // by role and class of status
}

// visit calls what makes things first, and what deletes them last, when nothing else
// needs them any more: the deepest first.
func (v *visitor) visit() {
	paths := map[*contract.Operation]string{}
	for i, stop := range v.api.Tour(v.t.Context()) {
		paths[v.contract.Operations[i]] = stop.Path
	}
	rank := func(op *contract.Operation) int {
		at, count := slices.Index(v.contract.Operations, op), len(v.contract.Operations)
		if isOwn := v.model.View(op) == nil && v.model.Batch(op) == nil; !isOwn && op.Method != http.MethodGet {
			return 3*count + 100 // the last of all: it may take away what others call
		}
		switch op.Method {
		case http.MethodPost, http.MethodPut:
			return at
		case http.MethodDelete:
			return 2*count + 100 - strings.Count(op.Path, "/")
		}
		return count + at
	}
	operations := slices.Clone(v.contract.Operations)
	slices.Reverse(operations) // so that of two collections the one further down goes first
	slices.SortStableFunc(operations, func(a, b *contract.Operation) int { return rank(a) - rank(b) })
	for _, op := range operations {
		v.call(op, paths[op])
	}
}

func (v *visitor) call(op *contract.Operation, path string) {
	role := resource.Role("none")
	if binding, ok := v.model.Bind(op); ok {
		role = binding.Role
	}
	body, contentType := v.body(op)
	request, err := http.NewRequestWithContext(v.t.Context(), op.Method, v.api.URL+path+v.query(op), bytes.NewReader(body))
	require.NoError(v.t, err)
	if contentType != "" {
		request.Header.Set("Content-Type", contentType)
	}
	for _, p := range op.Parameters {
		if p.In == "header" && p.Required {
			request.Header.Set(p.Name, v.text(p))
		}
	}
	v.authorize(request, op)
	response, err := client.Do(request)
	require.NoError(v.t, err)
	answered, err := io.ReadAll(response.Body)
	require.NoError(v.t, err)
	require.NoError(v.t, response.Body.Close())
	if response.StatusCode == http.StatusConflict {
		return // as things stand, which is not the request's fault
	}
	v.answers[fmt.Sprintf("%s %dxx", role, response.StatusCode/100)]++
	switch {
	case response.StatusCode >= http.StatusInternalServerError:
		v.t.Errorf("%s %s: %d %.300s", op.Method, op.Path, response.StatusCode, answered)
	case response.StatusCode >= http.StatusBadRequest:
		v.t.Logf("%s %s %s: %d %.200s for %.200s", role, op.Method, path, response.StatusCode, answered, body)
	}
}

// authorize sends the key that may do all.
func (v *visitor) authorize(r *http.Request, op *contract.Operation) {
	if len(op.Security) == 0 {
		return
	}
	key := v.api.Key("write")
	for _, required := range op.Security[0] {
		token := key.Token
		if special := key.Tokens[required.Scheme.Name]; special != "" {
			token = special
		}
		switch scheme := required.Scheme; {
		case scheme.Bearer():
			r.Header.Set("Authorization", "Bearer "+token)
		case scheme.Scheme == "basic":
			user, password, _ := strings.Cut(token, ":")
			r.SetBasicAuth(user, password)
		case scheme.In == "header":
			r.Header.Set(scheme.Parameter, token)
		case scheme.In == "cookie":
			r.AddCookie(&http.Cookie{Name: scheme.Parameter, Value: token})
		case scheme.In == "query":
			query := r.URL.Query()
			query.Set(scheme.Parameter, token)
			r.URL.RawQuery = query.Encode()
		}
	}
}

// body makes up a body of the first content type.
func (v *visitor) body(op *contract.Operation) (body []byte, contentType string) {
	if op.Body == nil || len(op.Body.Content) == 0 {
		return nil, ""
	}
	media := op.Body.Content[0]
	if media.Type == "application/json-patch+json" {
		return []byte("[]"), media.Type
	}
	if media.Schema == nil {
		return []byte("{}"), media.Type
	}
	value, err := v.generator.Value(media.Schema.Compiled(), op.ID)
	if err != nil {
		v.t.Logf("%s: %v", op.ID, err)
		return nil, ""
	}
	if media.Type == "application/x-www-form-urlencoded" {
		form := url.Values{}
		for name, member := range value.(map[string]any) {
			fillForm(form, name, member)
		}
		return []byte(form.Encode()), media.Type
	}
	if media.Type == "multipart/form-data" {
		return partsOf(value)
	}
	if text, ok := value.(string); ok && !strings.Contains(media.Type, "json") {
		return []byte(text), media.Type
	}
	body, err = json.Marshal(value)
	require.NoError(v.t, err)
	return body, media.Type
}

// fillForm writes a value into a form, with the names of its members in brackets.
func fillForm(form url.Values, name string, value any) {
	switch value := value.(type) {
	case map[string]any:
		for inner, member := range value {
			fillForm(form, name+"["+inner+"]", member)
		}
	case []any:
		for i, member := range value {
			fillForm(form, fmt.Sprintf("%s[%d]", name, i), member)
		}
	default:
		form.Set(name, fmt.Sprint(value))
	}
}

// partsOf writes the members of an object as the parts of a form.
func partsOf(value any) (body []byte, contentType string) {
	var buffer bytes.Buffer
	form := multipart.NewWriter(&buffer)
	object, _ := value.(map[string]any)
	for name, member := range object {
		part, err := form.CreatePart(textproto.MIMEHeader{
			"Content-Disposition": {`form-data; name="` + name + `"`}, "Content-Type": {"application/json"},
		})
		must(err)
		must(json.NewEncoder(part).Encode(member))
	}
	must(form.Close())
	return buffer.Bytes(), form.FormDataContentType()
}

// query gives the required query parameters.
func (v *visitor) query(op *contract.Operation) string {
	query := url.Values{}
	for _, p := range op.Parameters {
		if p.In == "query" && p.Required {
			query.Set(p.Name, v.text(p))
		}
	}
	if len(query) == 0 {
		return ""
	}
	return "?" + query.Encode()
}

// text makes up the value of a parameter.
func (v *visitor) text(p *contract.Parameter) string {
	if p.Schema == nil {
		return "a"
	}
	value, err := v.generator.Value(p.Schema.Compiled(), p.Name)
	require.NoError(v.t, err)
	if list, ok := value.([]any); ok && len(list) > 0 {
		value = list[0]
	}
	return fmt.Sprint(value)
}
