package library

import (
	"net/http"
	"strconv"
	"strings"
)

// action is one of the things that can be asked for.
type action string

const (
	listing    action = "list"
	creating   action = "create"
	retrieving action = "retrieve"
	replacing  action = "put"
	patching   action = "patch"
	deleting   action = "delete"
)

// call is a request on its way to its answer.
type call struct {
	*http.Request
	action action
	kind   *kind
	shelf  string // of the path, before the books; "" for shelves
	id     string // of the path; "" for the collection
	parent int    // the id of the shelf, once it is entered; 0 for shelves
	body   []byte
}

// operation is what a method does to a path.
type operation struct {
	action    action
	takesBody bool
	handle    func(*call) (*answer, error)
}

// route reads the path.
func (s *server) route(r *http.Request) (*call, error) {
	path, slash := strings.CutSuffix(r.URL.Path, "/")
	parts := strings.Split(strings.TrimPrefix(path, "/"), "/")
	if parts[0] != "shelves" || len(parts) > 4 || slash && s.TrailingSlash == Refuse {
		return nil, notFound("path")
	}
	c := &call{Request: r, kind: s.kinds.shelf}
	for _, part := range parts {
		if part == "" {
			return nil, notFound("path")
		}
	}
	if len(parts) > 2 {
		if parts[2] != "books" {
			return nil, notFound("path")
		}
		c.kind, c.shelf = s.kinds.book, parts[1]
		parts = parts[2:]
	}
	if len(parts) == 2 {
		c.id = parts[1]
	}
	return c, nil
}

// redirected is where a path with a slash at its end leads, "" for nowhere.
func (s *server) redirected(r *http.Request) string {
	path, slash := strings.CutSuffix(r.URL.Path, "/")
	if !slash || s.TrailingSlash != Redirect {
		return ""
	}
	if r.URL.RawQuery != "" {
		path += "?" + r.URL.RawQuery
	}
	return path
}

// operations are those of the path, by method.
func (s *server) operations(c *call) map[string]operation {
	if c.id == "" {
		return map[string]operation{
			http.MethodGet:  {listing, false, s.list},
			http.MethodPost: {creating, true, s.create},
		}
	}
	return map[string]operation{
		http.MethodGet:    {retrieving, false, s.retrieve},
		http.MethodPut:    {replacing, true, s.replace},
		http.MethodPatch:  {patching, true, s.patch},
		http.MethodDelete: {deleting, false, s.destroy},
	}
}

// operation is what the request's method does; HEAD is as GET.
func (s *server) operation(c *call) (operation, error) {
	method := c.Method
	if method == http.MethodHead && !s.bug("http/head-405") {
		method = http.MethodGet
	}
	op, known := s.operations(c)[method]
	if !known {
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
	methods = append(methods, http.MethodHead)
	if s.OptionsStatus != http.StatusMethodNotAllowed {
		methods = append(methods, http.MethodOptions)
	}
	return strings.Join(methods, ", ")
}

// options tells the methods of the path, to anybody.
func (s *server) options(c *call) (*answer, error) {
	if s.bug("http/options-500") {
		return nil, failed()
	}
	return &answer{status: s.OptionsStatus, header: http.Header{"Allow": {s.advertised(c, s.allow(c))}}}, nil
}

// number reads an id; ok is false when the text is none.
func number(text string) (id int, ok bool) {
	id, err := strconv.Atoi(text)
	return id, err == nil && id > 0 && strconv.Itoa(id) == text
}

// enter goes to the shelf of the path, if there is one.
func (s *server) enter(c *call) error {
	if c.shelf == "" {
		return nil
	}
	id, ok := number(c.shelf)
	if !ok {
		return s.badID(c, c.shelf)
	}
	c.parent = id
	shelf, there := s.records[id]
	if !there || shelf.kind != s.kinds.shelf || shelf.gone {
		return s.invented(c, notFound("shelf"))
	}
	return nil
}

// badID refuses an id that is none.
func (s *server) badID(c *call, text string) error {
	if err := s.crashedOverID(text); err != nil {
		return err
	}
	if s.BadID == http.StatusBadRequest {
		return malformed("An id is a positive integer.")
	}
	return notFound(c.kind.one)
}
