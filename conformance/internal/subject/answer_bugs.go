package subject

import (
	"fmt"
	"net/http"
)

// miswritten is where choosing the words of an answer goes wrong.
func (s *server) miswritten(r *http.Request, a *answer) *answer {
	body, _ := a.body.(object)
	results, isPage := body["results"].([]object)
	switch {
	case a.problem != nil:
		return &answer{a.status, a.header, s.misexplained(a.problem, body), a.problem}
	case isPage:
		return &answer{status: a.status, body: s.mispaged(body, results)}
	case r.Method == http.MethodPost && s.bug("schema/create-200"):
		return &answer{status: http.StatusOK, body: body}
	case r.Method == http.MethodPost && s.bug("schema/create-answers-id-alone"):
		return &answer{status: a.status, body: object{"id": body["id"]}}
	case r.Method == http.MethodPatch && s.bug("schema/patch-204"):
		return &answer{status: http.StatusNoContent}
	case r.Method == http.MethodPatch && s.bug("schema/patch-answers-change-alone"):
		return &answer{status: a.status, body: object{"domain": body["domain"]}}
	case r.Method == http.MethodDelete && s.bug("schema/delete-200"):
		return &answer{status: http.StatusOK, body: object{"success": true}}
	case r.Method == http.MethodDelete && s.bug("schema/delete-202"):
		return &answer{status: http.StatusAccepted}
	case r.Method == http.MethodGet && s.bug("schema/retrieve-in-data"):
		return &answer{status: a.status, body: object{"data": body}}
	case r.Method == http.MethodGet && s.bug("schema/retrieve-in-list"):
		return &answer{status: a.status, body: []object{body}}
	}
	return a
}

// mispaged is what becomes of the body of a list.
func (s *server) mispaged(body object, results []object) any {
	switch {
	case s.bug("schema/list-bare-array"):
		return results
	case s.bug("schema/list-count-text"):
		body["count"] = fmt.Sprint(body["count"])
	case s.bug("schema/list-count-missing"):
		delete(body, "count")
	case s.bug("schema/list-next-empty-text") && body["next"] == nil:
		body["next"] = ""
	case s.bug("schema/list-next-left-out-when-null") && body["next"] == nil:
		delete(body, "next")
	case s.bug("schema/list-results-null-when-empty") && len(results) == 0:
		body["results"] = nil
	case s.bug("schema/list-results-renamed"):
		body["items"] = results
		delete(body, "results")
	case s.bug("schema/list-results-by-id"):
		body["results"] = byID(results)
	case s.bug("schema/list-entries-summarized"):
		for i, r := range results {
			results[i] = object{"id": r["id"], "domain": r["domain"]}
		}
	}
	return body
}

// byID is a list as an object.
func byID(results []object) object {
	all := object{}
	for _, r := range results {
		all[fmt.Sprint(r["id"])] = r
	}
	return all
}

// misexplained is what becomes of the body of a refusal.
func (s *server) misexplained(p *problem, body object) object {
	switch {
	case s.bug("schema/error-detail-alone"),
		p.status == http.StatusUnauthorized && s.bug("auth/unauthenticated-error-misshapen"):
		return object{"detail": body["detail"]}
	case s.bug("schema/error-attr-left-out-when-null") && p.attr == "":
		delete(body, "attr")
	case s.bug("schema/error-type-undeclared"):
		body["type"] = "error"
	case s.bug("schema/error-detail-empty"):
		body["detail"] = ""
	case s.bug("schema/error-code-is-status"):
		body["code"] = p.status
	case s.bug("schema/error-nested"):
		return object{"error": body}
	case s.bug("schema/error-in-list"):
		return object{"errors": []object{body}}
	}
	return body
}
