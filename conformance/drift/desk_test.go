package drift_test

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// deskDocument is that of a desk, whose errors have a number each.
const deskDocument = `
openapi: 3.1.0
info: {title: Desk, version: '1'}
paths:
  /tickets:
    get:
      operationId: list
      responses: {'200': {description: All., content: {application/json: {schema: {type: array, items: {$ref: '#/components/schemas/Ticket'}}}}}}
    post:
      operationId: create
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/NewTicket'}}}}
      responses:
        '201': {description: Made., content: {application/json: {schema: {$ref: '#/components/schemas/Ticket'}}}}
        '400': {$ref: '#/components/responses/Wrong'}
        '422': {$ref: '#/components/responses/Wrong'}
  /tickets/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: string, pattern: '^tkt_[0-9]{9}$'}}]
    get:
      operationId: read
      responses:
        '200': {description: One., content: {application/json: {schema: {$ref: '#/components/schemas/Ticket'}}}}
        '404': {$ref: '#/components/responses/Wrong'}
    put:
      operationId: replace
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/NewTicket'}}}}
      responses:
        '200': {description: As it is now., content: {application/json: {schema: {$ref: '#/components/schemas/Ticket'}}}}
        '400': {$ref: '#/components/responses/Wrong'}
        '404': {$ref: '#/components/responses/Wrong'}
        '422': {$ref: '#/components/responses/Wrong'}
    patch:
      operationId: change
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/Change'}}}}
      responses:
        '200': {description: As it is now., content: {application/json: {schema: {$ref: '#/components/schemas/Ticket'}}}}
        '400': {$ref: '#/components/responses/Wrong'}
        '404': {$ref: '#/components/responses/Wrong'}
        '422': {$ref: '#/components/responses/Wrong'}
    delete:
      operationId: drop
      responses: {'204': {description: Gone.}, '404': {$ref: '#/components/responses/Wrong'}}
components:
  responses:
    Wrong: {description: Wrong., content: {application/json: {schema: {$ref: '#/components/schemas/Error'}}}}
  schemas:
    NewTicket:
      type: object
      required: [subject, body]
      properties: {subject: {type: string, minLength: 3, maxLength: 40}, body: {type: string, minLength: 1}, rank: {type: integer, default: 0}}
    Change:
      type: object
      minProperties: 1
      properties: {subject: {type: string, minLength: 3, maxLength: 40}, body: {type: string, minLength: 1}, rank: {type: integer}}
    Ticket:
      type: object
      required: [id, subject, body, rank]
      properties: {id: {type: string, pattern: '^tkt_[0-9]{9}$', readOnly: true}, subject: {type: string}, body: {type: string}, rank: {type: integer}}
    Error:
      type: object
      required: [error]
      properties:
        error:
          type: object
          required: [code, message, request_id]
          properties:
            code: {type: string}
            message: {type: string}
            fields: {type: array, items: {type: object, required: [path, issue], properties: {path: {type: string}, issue: {type: string}}}}
            request_id: {type: string, pattern: '^req_[0-9a-f]{8}$'}
`

// desk is a server for deskDocument, written by hand.
type desk struct {
	mutex    sync.Mutex
	tickets  map[string]map[string]any
	made     int
	answered int
	// words are what it says of a kind of error; the usual ones where there are none.
	words map[string]string
	// lenient takes a new ticket without a subject.
	lenient bool
}

func newDesk(words map[string]string) *desk {
	said := map[string]string{
		"gone": "there is no such thing", "method": "there is no such method", "media": "send application/json", "json": "the body is not JSON",
		"object": "the body must be an object", "fields": "fields are wrong",
	}
	maps.Copy(said, words)
	return &desk{tickets: map[string]map[string]any{}, words: said}
}

// ServeHTTP answers one request.
func (d *desk) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	id, isItem := strings.CutPrefix(r.URL.Path, "/tickets/")
	if !isItem {
		id = ""
	}
	ticket := d.tickets[id]
	switch {
	case r.URL.Path != "/tickets" && ticket == nil:
		d.refuse(w, 404, "missing", d.words["gone"], nil)
	case r.Method == http.MethodGet || r.Method == http.MethodHead:
		d.show(w, r, ticket)
	case isItem && r.Method == http.MethodDelete:
		delete(d.tickets, id)
		w.WriteHeader(http.StatusNoContent)
	case isItem && (r.Method == http.MethodPut || r.Method == http.MethodPatch), !isItem && r.Method == http.MethodPost:
		d.take(w, r, id)
	default:
		w.Header().Set("Allow", map[bool]string{true: "GET, PUT, PATCH, DELETE", false: "GET, POST"}[isItem])
		d.refuse(w, 405, "method", d.words["method"], nil)
	}
}

func (d *desk) show(w http.ResponseWriter, r *http.Request, ticket map[string]any) {
	switch accepted := r.Header.Get("Accept"); {
	case accepted != "" && !strings.Contains(accepted, "*/*") && !strings.Contains(accepted, "json"):
		d.refuse(w, 406, "media", d.words["media"], nil)
	case ticket != nil:
		d.send(w, 200, ticket)
	default:
		all := []any{}
		for _, id := range slices.Sorted(maps.Keys(d.tickets)) {
			all = append(all, d.tickets[id])
		}
		d.send(w, 200, all)
	}
}

// take makes a ticket, or replaces the one with an id.
func (d *desk) take(w http.ResponseWriter, r *http.Request, id string) {
	text, _ := io.ReadAll(r.Body)
	var sent any
	err := json.Unmarshal(text, &sent)
	object, isObject := sent.(map[string]any)
	switch {
	case !strings.HasPrefix(r.Header.Get("Content-Type"), "application/json"):
		d.refuse(w, 415, "media", d.words["media"], nil)
		return
	case err != nil:
		d.refuse(w, 400, "syntax", d.words["json"], nil)
		return
	case !isObject:
		d.refuse(w, 422, "fields", d.words["object"], []any{map[string]any{"path": "", "issue": "must be an object"}})
		return
	}
	if _, sent := object["subject"]; d.lenient && !sent && id == "" {
		object["subject"] = "Without a subject"
	}
	changed := map[string]any{"id": id, "rank": 0}
	if r.Method == http.MethodPatch {
		changed = maps.Clone(d.tickets[id])
	}
	for _, name := range []string{"subject", "body", "rank"} {
		if value, ok := object[name]; ok {
			changed[name] = value
		}
	}
	if wrong := faults(changed, len(object) == 0); len(wrong) > 0 {
		d.refuse(w, 422, "fields", strconv.Itoa(len(wrong))+" "+d.words["fields"], wrong)
		return
	}
	status := http.StatusOK
	if id == "" {
		d.made++
		id, status = fmt.Sprintf("tkt_%09d", d.made), http.StatusCreated
	}
	changed["id"] = id
	d.tickets[id] = changed
	d.send(w, status, changed)
}

// faults are what is wrong with the members of a ticket, as it is to be.
func faults(sent map[string]any, isEmpty bool) []any {
	var found []any
	wrong := func(name, issue string) { found = append(found, map[string]any{"path": name, "issue": issue}) }
	if isEmpty && sent["subject"] != nil {
		wrong("", "is empty")
	}
	for _, name := range []string{"subject", "body"} {
		least := map[string]int{"subject": 3, "body": 1}[name]
		value, isSent := sent[name]
		text, isText := value.(string)
		switch {
		case !isSent:
			wrong(name, "is required")
		case !isText:
			wrong(name, "must be a string")
		case len([]rune(text)) < least:
			wrong(name, "is too short")
		case name == "subject" && len([]rune(text)) > 40:
			wrong(name, "is too long")
		}
	}
	if rank, isSent := sent["rank"]; isSent {
		if number, isNumber := rank.(float64); rank != 0 && (!isNumber || number != float64(int(number))) {
			wrong("rank", "must be an integer")
		}
	}
	return found
}

func (d *desk) refuse(w http.ResponseWriter, status int, code, message string, fields []any) {
	d.answered++
	told := map[string]any{"code": code, "message": message, "request_id": fmt.Sprintf("req_%08x", uint32(d.answered)*2654435761)}
	if fields != nil {
		told["fields"] = fields
	}
	d.send(w, status, map[string]any{"error": told})
}

func (d *desk) send(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(mustJSON(body))
}
