package mockserver

import (
	"bytes"
	"errors"
	"io"
	"maps"
	"net/http"
	"slices"
	"strconv"

	"understudy/internal/contract"
	"understudy/internal/refusal"
	"understudy/internal/resource"
)

// readBody reads the request's body and checks it: 413, 415, 400 in that order.
// An operation that takes no body has none, whatever is sent.
func (s *Server) readBody(e *exchange) (any, error) {
	if e.match.Operation.Body == nil {
		return nil, nil
	}
	if err := s.readBytes(e); err != nil {
		return nil, err
	}
	value, err := e.match.Operation.CheckBody(e.r.Header.Get("Content-Type"), e.body, s.strict)
	if err != nil {
		return nil, e.bodyFailure(err)
	}
	return value, nil
}

// readOrigin reads what a new item is to be made of: the members of the body as they
// stand there, where they are certainly valid, or else decoded.
func (s *Server) readOrigin(e *exchange) (origin, error) {
	asText, err := s.readText(e)
	if asText || err != nil {
		return origin{asText: asText}, err
	}
	sent, err := s.readItem(e)
	return origin{sent: sent}, err
}

// readText finds the members of the body in its text; ok is false when the body is not
// certainly valid, or when its items are made as trees.
func (s *Server) readText(e *exchange) (ok bool, err error) {
	op := e.match.Operation
	if s.strict || op.Body == nil || e.endpoint.binding.Sent != "" || len(e.endpoint.binding.Spelled) > 0 || e.endpoint.collection.itemText() == nil {
		return false, nil
	}
	if err := s.readBytes(e); err != nil {
		return false, err
	}
	if !op.AcceptsObject(e.r.Header.Get("Content-Type"), e.body) {
		return false, nil
	}
	e.members, ok = contract.AppendMembers(e.members[:0], e.body)
	return ok, nil
}

// readItem reads the members of an item out of the request's body, where the item
// may be wrapped in a member. It is empty when the body is another value.
func (s *Server) readItem(e *exchange) (map[string]any, error) {
	value, err := s.readBody(e)
	if err != nil {
		return nil, err
	}
	object, _ := value.(map[string]any)
	wrapper := e.endpoint.binding.Sent
	if wrapper == "" || value == nil {
		item := e.respell(object)
		return item, e.refuseMembers(item)
	}
	wrapped, there := object[wrapper]
	item, isObject := wrapped.(map[string]any)
	switch {
	case !there:
		return nil, e.invalid([]contract.Violation{{In: "body", Field: wrapper, Pointer: "/" + wrapper, Keyword: "required", Message: "is required: the item stands in it"}})
	case !isObject:
		return nil, e.invalid([]contract.Violation{{In: "body", Field: wrapper, Pointer: "/" + wrapper, Keyword: "type", Message: "the item in it must be an object", Expected: "object"}})
	}
	item = e.respell(item)
	return item, e.refuseMembers(item)
}

// respell gives members that are sent the names that they have in an item.
func (e *exchange) respell(sent map[string]any) map[string]any {
	spelled := e.endpoint.binding.Spelled
	if len(spelled) == 0 {
		return sent
	}
	item := make(map[string]any, len(sent))
	for name, value := range sent {
		if own := spelled[name]; own != "" {
			name = own
		}
		item[name] = value
	}
	return item
}

// refuseMembers refuses the members of an item that the document says are refused: those
// that the server sets, and those that nobody knows.
func (e *exchange) refuseMembers(item map[string]any) error {
	c := e.endpoint.collection
	if c == nil || len(c.Refused) == 0 {
		return nil
	}
	for _, name := range slices.Sorted(maps.Keys(item)) {
		v := contract.Violation{In: "body", Field: name, Pointer: "/" + name}
		f := c.Field(name)
		switch {
		case f != nil && !c.Writable(f) && c.Refuses(resource.ReadOnlyMembers):
			v.Keyword, v.Message = "read_only", "the server sets it"
		case f == nil && c.Refuses(resource.UnknownMembers) && !e.names(name):
			v.Keyword, v.Message = "unknown", "is not known"
		default:
			continue
		}
		return e.invalid([]contract.Violation{v})
	}
	return nil
}

// names reports whether the body of the operation has a member, in the item or
// beside it.
func (e *exchange) names(name string) bool {
	return slices.ContainsFunc(e.match.Operation.Body.Content, func(m *contract.Media) bool {
		return m.Schema != nil && slices.ContainsFunc(contract.Members(m.Schema.Node()), func(member contract.Member) bool {
			return member.Name == name || slices.ContainsFunc(contract.Members(member.Node), func(inner contract.Member) bool { return inner.Name == name })
		})
	})
}

// readBytes reads the body into the exchange, once and up to the limit.
func (s *Server) readBytes(e *exchange) error {
	if e.isRead {
		return nil
	}
	e.isRead = true
	var err error
	e.body, err = appendBody(e.body[:0], e.r.Body, s.bodyLimit)
	switch {
	case errors.Is(err, errTooLarge):
		return s.tooLarge(s.bodyLimit, "the body is")
	case errors.Is(err, io.ErrUnexpectedEOF):
		return &failure{status: e.malformedStatus(), cause: "malformed_body", reason: "the body ends too early", values: values{"reason": "the body ends too early", "format": "HTTP"}}
	case err != nil:
		return &failure{status: e.malformedStatus(), cause: "malformed_body", reason: "the body cannot be read", values: values{"reason": err.Error(), "format": "HTTP"}}
	}
	return nil
}

// errTooLarge says that a body is larger than the limit.
var errTooLarge = errors.New("the body is too large")

// appendBody appends what a body holds, unless it is more than the limit. The answer
// to one that is closes the connection.
func appendBody(dst []byte, body io.Reader, limit int64) ([]byte, error) {
	for {
		if len(dst) == cap(dst) {
			dst = slices.Grow(dst, max(bytes.MinRead, len(dst)))
		}
		n, err := body.Read(dst[len(dst):cap(dst)])
		dst = dst[:len(dst)+n]
		switch {
		case int64(len(dst)) > limit:
			return dst[:limit], errTooLarge
		case errors.Is(err, io.EOF):
			return dst, nil
		case err != nil:
			return dst, err
		}
	}
}

// malformedStatus is what a body that cannot be read is refused with.
func (e *exchange) malformedStatus() int { return refusal.MalformedStatus(e.match.Operation) }

// tooLarge is the failure of a body, or of an item that it makes, which is larger than
// the server takes.
func (s *Server) tooLarge(most int64, what string) *failure {
	limit := strconv.FormatInt(most, 10)
	return &failure{status: http.StatusRequestEntityTooLarge, cause: "too_large", reason: what + " larger than " + limit + " bytes", values: values{"limit": limit}}
}

// bodyFailure turns what the contract says of a body into an answer.
func (e *exchange) bodyFailure(err error) error {
	if r, ok := refusal.OfBody(e.match.Operation, err); ok {
		return failing(r)
	}
	return err
}
