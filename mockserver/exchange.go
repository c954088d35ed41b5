package mockserver

import (
	"errors"
	"fmt"
	"net/http"
	"runtime/debug"
	"slices"
	"strconv"
	"time"

	"understudy/internal/contract"
)

// exchange is one request on its way to its answer. Exchanges are reused, so
// that a request costs no memory of its own.
type exchange struct {
	w        http.ResponseWriter
	r        *http.Request
	started  time.Time
	match    contract.Match
	endpoint *endpoint
	key      *key

	paranoid *Server // that checks the answer as it is sent; nil when nobody does

	status     int // 0 until the answer is sent
	size       int
	violations []contract.Violation
	body       []byte
	isRead     bool // the body is

	asText  bool                  // a change is made in the text of the item
	members []contract.TextMember // of the body, when it is read as text
	old     []contract.TextMember // of an item that is changed
	writing writing
	buffer  []byte   // for an answer in the making
	records [][]byte // for a page
}

func (s *Server) begin(w http.ResponseWriter, r *http.Request) *exchange {
	e, ok := s.exchanges.Get().(*exchange)
	if !ok {
		e = new(exchange)
	}
	e.w, e.r, e.started = w, r, s.clock()
	if s.paranoid {
		e.paranoid = s
	}
	return e
}

// end answers for a handler that panicked, and keeps the exchange in the
// journal.
func (s *Server) end(e *exchange) {
	if cause := recover(); cause != nil {
		if err, ok := cause.(error); ok && errors.Is(err, http.ErrAbortHandler) {
			panic(cause)
		}
		s.breach(e, fmt.Errorf("panic: %v\n%s", cause, debug.Stack()))
		if e.status == 0 {
			s.fail(e, serverFailed())
		}
	}
	s.journal.add(s, e)
	clear(e.records)
	clear(e.members)
	clear(e.old)
	*e = exchange{buffer: e.buffer[:0], records: e.records[:0], body: e.body[:0], members: e.members[:0], old: e.old[:0], writing: writing{seedKey: e.writing.seedKey[:0]}}
	s.exchanges.Put(e)
}

// breaks checks the answer that is about to be sent; if it breaks the document, an
// error is sent in its place.
func (e *exchange) breaks(status int, body []byte) bool {
	s, op, header := e.paranoid, e.match.Operation, e.w.Header()
	if op == nil || e.endpoint.usual.declared == nil && op.Response(status) == nil {
		return false // nothing is declared that it could break
	}
	broken := op.CheckResponse(status, header, header.Get("Content-Type"), body)
	if len(broken) == 0 {
		return false
	}
	if response := op.Response(status); response != nil {
		for _, h := range response.Headers {
			header.Del(h.Name) // they tell of the answer that is not sent
		}
	}
	header.Del("Location")
	header.Del("Link")
	s.fail(e, &breachError{op, status, broken})
	return true
}

// maxKept is the largest buffer in bytes that an exchange keeps for reuse.
const maxKept = 1 << 20

// header sets a header of the answer.
func (e *exchange) header(name, value string) { e.w.Header().Set(name, value) }

// Values that are shared by many answers; headers are never changed in place.
var (
	jsonContent = []string{"application/json"}
	varyAccept  = []string{"Accept"}
)

// vary says that Accept decides about the answer, since another one is refused.
func (e *exchange) vary() {
	header := e.w.Header()
	if named := header["Vary"]; len(named) == 0 {
		header["Vary"] = varyAccept
	} else if !slices.Contains(named, "Accept") {
		header["Vary"] = append(slices.Clip(named), "Accept")
	}
}

// smallBody is up to what size net/http counts the bytes of a body by itself.
const smallBody = 2048

// send sends the answer. HEAD gets the headers of GET and no body.
func (e *exchange) send(status int, body []byte) {
	if e.paranoid != nil && e.breaks(status, body) {
		return
	}
	e.status, e.size = status, len(body)
	head := e.r.Method == http.MethodHead
	if head && status != http.StatusNoContent || len(body) >= smallBody {
		e.w.Header()["Content-Length"] = []string{strconv.Itoa(len(body))}
	}
	e.w.WriteHeader(status)
	if !head && len(body) > 0 {
		// An error means that the caller is gone, and there is nobody to tell.
		_, _ = e.w.Write(body)
	}
	if cap(e.buffer) > maxKept {
		e.buffer = nil
	}
}
