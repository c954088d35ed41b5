package conformance_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"understudy/conformance"
	"understudy/conformance/report"
)

// gadgets is a document as frameworks generate them: it says little of refusals.
const gadgets = `
openapi: 3.1.0
info: {title: Gadgets, version: '1'}
security: [{bearer: []}]
paths:
  /gadgets:
    get:
      parameters:
        - {name: page, in: query, schema: {type: integer, minimum: 1, default: 1}}
        - {name: size, in: query, schema: {type: integer, minimum: 1, maximum: 100, default: 50}}
        - {name: ordering, in: query, schema: {type: string}}
      responses:
        '200': {description: all, content: {application/json: {schema: {type: object, required: [items, total], properties: {items: {type: array, items: {$ref: '#/components/schemas/Gadget'}}, total: {type: integer}}}}}}
    post:
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/Wanted'}}}}
      responses:
        '201': {description: made, content: {application/json: {schema: {$ref: '#/components/schemas/Gadget'}}}}
        '422': {description: refused}
  /gadgets/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
    get:
      responses:
        '200': {description: one, content: {application/json: {schema: {$ref: '#/components/schemas/Gadget'}}}}
        '404': {description: Not found}
    put:
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/Wanted'}}}}
      responses:
        '200': {description: one, content: {application/json: {schema: {$ref: '#/components/schemas/Gadget'}}}}
        '404': {description: Not found}
    delete:
      responses:
        '204': {description: gone}
        '404': {description: Not found}
components:
  securitySchemes: {bearer: {type: http, scheme: bearer}}
  schemas:
    Wanted:
      type: object
      additionalProperties: false
      required: [name]
      properties:
        name: {type: string, minLength: 1, maxLength: 60}
        note: {type: string}
        size: {type: integer, minimum: 0}
        price: {type: string, format: decimal, pattern: '^-?\d{0,8}(?:\.\d{0,2})?$'}
        rate: {anyOf: [{type: number, minimum: 0}, {type: string}]}
    Gadget:
      type: object
      required: [id, name, made_at]
      properties:
        $schema: {type: string, format: uri, readOnly: true}
        id: {type: integer}
        name: {type: string}
        note: {type: string}
        size: {type: integer}
        price: {type: string, format: decimal}
        rate: {type: number}
        made_at: {type: string, format: date-time}
        sold_to: {type: string}
        picture: {type: string, format: uri}
`

// gadgetServer is a server with the habits of several frameworks. Each habit can be
// overdone, which makes it a bug.
type gadgetServer struct {
	mu    sync.Mutex
	made  map[int]map[string]any
	owner map[int]string
	bug   string
}

func (s *gadgetServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	key := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
	if key != "ada" && key != "bob" {
		tellGadget(w, http.StatusForbidden, map[string]any{"detail": "Not authenticated"})
		return
	}
	tail, isItem := strings.CutPrefix(r.URL.Path, "/gadgets/")
	id, err := strconv.Atoi(tail)
	switch {
	case r.URL.Path == "/gadgets" && r.Method == http.MethodGet:
		s.list(w, r, key)
	case r.URL.Path == "/gadgets" && r.Method == http.MethodPost:
		s.put(w, r, s.next(), key)
	case isItem && len(tail) > len("2147483647") && strings.Trim(tail, "0123456789") == "":
		tellGadget(w, http.StatusInternalServerError, nil) // the database knows no such number
	case !isItem || err != nil || s.made[id] == nil, s.owner[id] != key && s.bug != "anybody's":
		tellGadget(w, http.StatusNotFound, map[string]any{"detail": "Not found"})
	case r.Method == http.MethodGet:
		tellGadget(w, http.StatusOK, s.shown(id, true))
	case r.Method == http.MethodPut:
		s.put(w, r, id, key)
	case r.Method == http.MethodDelete:
		delete(s.made, id)
		w.WriteHeader(http.StatusNoContent)
	default:
		w.Header().Set("Allow", "GET, PUT, DELETE")
		tellGadget(w, http.StatusMethodNotAllowed, map[string]any{"detail": "Method Not Allowed"})
	}
}

// next is one more than the greatest id, as SQLite counts.
func (s *gadgetServer) next() int {
	return slices.Max(append(slices.Collect(maps.Keys(s.made)), 0)) + 1
}

func (s *gadgetServer) list(w http.ResponseWriter, r *http.Request, key string) {
	page, size := 1, 50
	for name, into := range map[string]*int{"page": &page, "size": &size} {
		text := r.URL.Query().Get(name)
		number, err := strconv.ParseFloat(cmp.Or(text, "x"), 64)
		switch {
		case !r.URL.Query().Has(name):
		case err != nil || number != math.Trunc(number) || number < 1 || name == "size" && number > 100 && number < 1e19:
			tellGadget(w, http.StatusUnprocessableEntity, map[string]any{"detail": "no number"})
			return
		case number > math.MaxInt32 || s.bug == "great page" && number > 1e6:
			tellGadget(w, http.StatusInternalServerError, nil)
			return
		default:
			*into = int(number)
		}
	}
	items := []any{}
	for _, id := range slices.Sorted(maps.Keys(s.made)) {
		if s.owner[id] == key {
			items = append(items, s.shown(id, false))
		}
	}
	total := len(items)
	items = items[min(len(items), (page-1)*size):]
	if len(items) == 0 && page > 1 {
		tellGadget(w, http.StatusNotFound, map[string]any{"detail": "Invalid page."})
		return
	}
	if r.URL.Query().Has("ordering") && s.bug == "odd order" && len(items) > 1 {
		items[0], items[1] = items[1], items[0]
	}
	tellGadget(w, http.StatusOK, map[string]any{"items": items[:min(len(items), size)], "total": total})
}

// put makes or replaces a gadget of what is sent, as lenient parsers read it.
func (s *gadgetServer) put(w http.ResponseWriter, r *http.Request, id int, key string) {
	var sent map[string]any
	decoder := json.NewDecoder(r.Body)
	decoder.UseNumber()
	if err := decoder.Decode(&sent); err != nil || sent == nil || !s.reads(sent) {
		tellGadget(w, http.StatusUnprocessableEntity, map[string]any{"detail": "no gadget"})
		return
	}
	status := http.StatusOK
	if s.made[id] == nil {
		status, sent["made_at"] = http.StatusCreated, time.Now().UTC()
		s.owner[id] = key
	} else {
		sent["made_at"] = s.made[id]["made_at"]
	}
	s.made[id] = sent
	shown := s.shown(id, true)
	if status == http.StatusCreated {
		shown["made_at"] = sent["made_at"].(time.Time).Format("2006-01-02T15:04:05.000000000Z") // the database keeps less
	}
	tellGadget(w, status, shown)
}

// reads makes of what was sent what lenient parsers do. It is false for what even they
// refuse.
func (s *gadgetServer) reads(sent map[string]any) bool {
	maps.DeleteFunc(sent, func(name string, value any) bool {
		return !slices.Contains([]string{"name", "note", "size", "price", "rate"}, name) && s.bug != "anything goes" || value == nil && name != "name"
	})
	name, isText := sent["name"].(string)
	if !isText || name == "" || len([]rune(name))+strings.Count(name, "𝒳") > 60 {
		return false // lengths are those of UTF-16
	}
	if note, there := sent["note"]; there {
		if _, isText := note.(string); !isText {
			return false
		}
	}
	return s.readNumbers(sent)
}

func (s *gadgetServer) readNumbers(sent map[string]any) bool {
	switch size := sent["size"].(type) {
	case nil:
	case bool:
		sent["size"] = 1
		if s.bug == "a boolean is seven" {
			sent["size"] = 7
		}
	case json.Number:
		number, err := size.Float64()
		if err != nil || number < 0 {
			return false
		}
		if sent["size"] = int(number); int(number) == 0 {
			delete(sent, "size") // as Go leaves zeros out
		}
	default:
		return false
	}
	if price, there := sent["price"]; there {
		number, err := strconv.ParseFloat(fmt.Sprint(price), 64)
		if err != nil || number < 0.01 {
			return false // the document does not say so, which is for generators to know
		}
		sent["price"] = fmt.Sprintf("%.2f", number)
		if s.bug == "no cents" {
			sent["price"] = fmt.Sprintf("%.0f", number+1)
		}
	}
	if rate, there := sent["rate"]; there {
		number, isNumber := rate.(json.Number)
		return isNumber && !strings.HasPrefix(number.String(), "-")
	}
	return true
}

// shown is a gadget as an answer has it: alone, with the schema of the body.
func (s *gadgetServer) shown(id int, alone bool) map[string]any {
	shown := maps.Clone(s.made[id])
	shown["id"], shown["made_at"] = id, s.made[id]["made_at"].(time.Time).Format("2006-01-02T15:04:05.000000Z")
	if alone {
		shown["$schema"] = "https://gadgets.example/gadget.json"
	}
	shown["sold_to"], shown["picture"] = nil, "" // as Jackson, and as Flask, write what is not there
	if s.bug == "null for a required member" {
		shown["name"] = nil
	}
	return shown
}

func tellGadget(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}

func judgeGadgets(t *testing.T, bug string, only ...conformance.Option) map[string]report.Result {
	t.Helper()
	server := httptest.NewServer(&gadgetServer{made: map[int]map[string]any{}, owner: map[int]string{}, bug: bug})
	defer server.Close()
	r, err := conformance.Execute(t.Context(), server.URL, append([]conformance.Option{
		conformance.WithSpec("gadgets.yaml", []byte(gadgets)), conformance.WithToken("ada"), conformance.WithForeignToken("bob"), conformance.WithSeed(1),
	}, only...)...)
	require.NoError(t, err)
	results := map[string]report.Result{}
	for _, result := range r.Results {
		results[result.ID] = result
	}
	return results
}

// What popular frameworks do by default fails nobody, and is told.
func TestHabitsOfFrameworksAreNoFailures(t *testing.T) {
	t.Parallel()
	results := judgeGadgets(t, "")
	for id, result := range results {
		if result.Level == report.Must {
			require.NotContains(t, []report.Status{report.Fail, report.Flaky, report.Blocked}, result.Status, "%s: %s", id, result.Reason)
		}
	}
	for _, id := range []string{
		"crud/ids-are-not-reused", "schema/error-not-found", "schema/retrieve", "validation/null", "validation/type", "validation/unknown-members",
		"validation/boundaries", "pagination/odd-values", "pagination/sort", "http/unknown-id",
	} {
		require.Equal(t, report.Warn, results[id].Status, "%s: %s", id, results[id].Reason)
	}
	for _, id := range []string{"auth/no-key", "auth/garbage-key", "pagination/past-the-end", "time/stays-on-read", "isolation/owners", "crud/create-echo"} {
		require.Equal(t, report.Pass, results[id].Status, "%s: %s", id, results[id].Reason)
	}
}

// What goes further than the habit is a bug.
func TestMoreThanTheHabitsOfFrameworksIsFound(t *testing.T) {
	t.Parallel()
	for bug, id := range map[string]string{
		"a boolean is seven":         "validation/type",
		"anything goes":              "validation/unknown-members",
		"great page":                 "pagination/odd-values",
		"no cents":                   "crud/create-echo",
		"null for a required member": "schema/retrieve",
		"odd order":                  "pagination/sort",
		"anybody's":                  "isolation/owners",
	} {
		t.Run(bug, func(t *testing.T) {
			t.Parallel()
			result := judgeGadgets(t, bug)[id]
			require.Equal(t, report.Fail, result.Status, "%s: %s", id, result.Reason)
		})
	}
}
