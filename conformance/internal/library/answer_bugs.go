package library

import (
	"fmt"
	"net/http"
)

// miswritten is where choosing the words of an answer goes wrong.
func (s *server) miswritten(r *http.Request, a *answer) *answer {
	body, _ := a.body.(object)
	switch _, isPage := body["meta"]; {
	case a.problem != nil:
		return &answer{a.status, a.header, s.misexplained(a.problem, body), a.problem}
	case isPage:
		return &answer{status: a.status, header: a.header, body: s.mispaged(body)}
	case body != nil:
		return s.miswrapped(r.Method, a, body)
	case r.Method == http.MethodDelete && s.bug("schema/delete-200"):
		return &answer{status: http.StatusOK, body: object{"success": true}}
	case r.Method == http.MethodDelete && s.bug("schema/delete-202"):
		return &answer{status: http.StatusAccepted}
	}
	return a
}

// miswrapped is what becomes of an answer with one record.
func (s *server) miswrapped(method string, a *answer, body object) *answer {
	var one string
	for one = range body { // the only member is the wrapper
	}
	inner, _ := body[one].(object)
	with := func(body any) *answer { return &answer{status: a.status, header: a.header, body: body} }
	unwrapped := map[string]string{
		http.MethodGet: "schema/retrieve-unwrapped", http.MethodPost: "schema/create-unwrapped",
		http.MethodPut: "schema/put-unwrapped", http.MethodPatch: "schema/patch-unwrapped",
	}
	creates := method == http.MethodPost
	switch {
	case s.bug(unwrapped[method]):
		return with(inner)
	case s.bug("schema/wrapper-renamed"):
		return with(object{"data": inner})
	case s.bug("schema/wrapped-twice"):
		return with(object{one: body})
	case s.bug("schema/wrapped-in-list"):
		return with(object{one: []any{inner}})
	case creates && s.bug("schema/create-200"):
		return &answer{status: http.StatusOK, header: a.header, body: body}
	case creates && s.bug("schema/create-answers-id-alone"):
		return with(object{one: object{"id": inner["id"]}})
	case creates && s.bug("schema/location-missing"):
		return &answer{status: a.status, body: body}
	case method == http.MethodPut && s.bug("schema/put-204"), method == http.MethodPatch && s.bug("schema/patch-204"):
		return &answer{status: http.StatusNoContent}
	case method == http.MethodPut && s.bug("schema/put-201"):
		return &answer{status: http.StatusCreated, body: body}
	case method == http.MethodPatch && s.bug("schema/patch-answers-nothing-else"):
		return with(object{one: object{"id": inner["id"], "updated_at": inner["updated_at"]}})
	}
	return a
}

// mispaged is what becomes of the body of a list.
func (s *server) mispaged(body object) any {
	many := "books"
	if body["shelves"] != nil {
		many = "shelves"
	}
	entries, _ := body[many].([]object)
	meta, _ := body["meta"].(object)
	switch {
	case s.bug("schema/list-bare-array"):
		return entries
	case s.bug("schema/list-total-text"):
		meta["total"] = fmt.Sprint(meta["total"])
	case s.bug("schema/list-total-beside-meta"):
		return object{many: entries, "meta": object{}, "total": meta["total"]}
	case s.bug("schema/list-meta-missing"):
		delete(body, "meta")
	case s.bug("schema/list-null-when-empty") && len(entries) == 0:
		body[many] = nil
	case s.bug("schema/list-renamed"):
		return object{"items": entries, "meta": meta}
	case s.bug("schema/list-in-data"):
		return object{"data": body}
	case s.bug("schema/list-entries-wrapped"):
		for i, entry := range entries {
			entries[i] = object{many[:len(many)-1]: entry}
		}
	case s.bug("schema/list-entries-summarized"):
		for i, entry := range entries {
			entries[i] = object{"id": entry["id"]}
		}
	}
	return body
}

// misexplained is what becomes of the body of a refusal.
func (s *server) misexplained(p *problem, body object) object {
	inner, _ := body["error"].(object)
	switch {
	case s.bug("schema/error-unwrapped"):
		return inner
	case s.bug("schema/error-message-alone"), p.status == http.StatusUnauthorized && s.bug("auth/unauthorized-error-misshapen"):
		return object{"message": p.message}
	case s.bug("schema/error-text"):
		return object{"error": p.message}
	case s.bug("schema/error-field-left-out-when-null") && p.field == "":
		delete(inner, "field")
	case s.bug("schema/error-code-undeclared"):
		inner["code"] = "error"
	case s.bug("schema/error-code-is-status"):
		inner["code"] = p.status
	case s.bug("schema/error-message-empty"):
		inner["message"] = ""
	case s.bug("schema/error-in-list"):
		return object{"errors": []object{inner}}
	}
	return body
}
