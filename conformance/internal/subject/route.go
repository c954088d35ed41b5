package subject

import (
	"net/http"
	"strings"
)

// action is one of the things that can be asked for.
type action string

const (
	listing    action = "list"
	creating   action = "create"
	retrieving action = "retrieve"
	updating   action = "update"
	replacing  action = "replace"
	deleting   action = "delete"
)

// call is a request on its way to its answer.
type call struct {
	*http.Request
	action       action
	organization string // of the path, in lower case
	id           string // of the path, in lower case; "" for the collection
	key          Key
	body         []byte
}

// operation is what a method does to a path.
type operation struct {
	action    action
	scope     string
	takesBody bool
	handle    func(*call) (*answer, error)
}

// route reads the path, which may end with a slash or not.
func route(r *http.Request) (*call, error) {
	parts := strings.Split(strings.TrimSuffix(r.URL.Path, "/"), "/")
	if len(parts) < 5 || len(parts) > 6 || parts[0] != "" || parts[1] != "api" || parts[2] != "organizations" || parts[4] != "proxy_records" {
		return nil, unknownPath()
	}
	c := &call{Request: r, organization: strings.ToLower(parts[3])}
	if len(parts) == 6 {
		if parts[5] == "" {
			return nil, unknownPath()
		}
		c.id = strings.ToLower(parts[5])
	}
	return c, nil
}

// operations are those of the path, by method.
func (s *server) operations(c *call) map[string]operation {
	if c.id == "" {
		return map[string]operation{
			http.MethodGet:  {listing, ReadScope, false, s.list},
			http.MethodPost: {creating, WriteScope, true, s.create},
		}
	}
	operations := map[string]operation{
		http.MethodGet:    {retrieving, ReadScope, false, s.retrieve},
		http.MethodPatch:  {updating, WriteScope, true, s.update},
		http.MethodDelete: {deleting, WriteScope, false, s.destroy},
	}
	if s.ExtraMethods {
		operations[http.MethodPut] = operation{replacing, WriteScope, true, s.replace}
	}
	return operations
}

// operation is what the request's method does; HEAD is as GET.
func (s *server) operation(c *call) (operation, error) {
	method := c.Method
	if method == http.MethodHead {
		method = http.MethodGet
	}
	op, known := s.operations(c)[method]
	if !known || s.misunderstood(c) {
		return operation{}, s.misrefused(c, methodNotAllowed(c.Method, s.allow(c)))
	}
	c.action = op.action
	return op, nil
}

// allow lists the methods of the path.
func (s *server) allow(c *call) string {
	operations := s.operations(c)
	var methods []string
	for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete} {
		if _, known := operations[method]; known {
			methods = append(methods, method)
		}
	}
	return strings.Join(append(methods, http.MethodHead, http.MethodOptions), ", ")
}

// options tells the methods of the path, to anybody.
func (s *server) options(c *call) (*answer, error) {
	if err := s.misadvised(); err != nil {
		return nil, err
	}
	a := &answer{status: s.OptionsStatus, header: http.Header{"Allow": {s.advertised(c, s.allow(c))}}}
	if a.status == http.StatusOK {
		a.body = object{"name": "Proxy records", "parses": []string{jsonType, formType, multipartType}}
	}
	return a, nil
}
