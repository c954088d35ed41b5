package proxy

import (
	"net/http"
	"net/url"
	"time"
)

// Exchange is one request with its answer, as far as they are known.
type Exchange struct {
	Started time.Time
	// Waited is how long the answer took to begin, Took how long to end.
	Waited, Took time.Duration

	Method string
	URL    *url.URL // where the request went
	// Path is the escaped path by which the document is asked, and Base what stands
	// before it at the API.
	Path, Base string
	Proto      string
	Header     http.Header
	Body       Body

	// Answer is nil when none came.
	Answer *Answer
	// Failure says why no answer came, or why it has no end; "" when it has.
	Failure string
	// Gone says that the caller left before the end, so that the failure is not the
	// API's.
	Gone bool
	// Sanitized says that credentials may have been taken out before anybody judged.
	Sanitized bool
}

// plain is the exchange with its bodies decoded, which is what is judged and shown.
func (e *Exchange) plain() *Exchange {
	plain := *e
	plain.Body = decoded(e.Body, e.Header)
	if e.Answer != nil {
		answer := *e.Answer
		answer.Body = decoded(answer.Body, answer.Header)
		plain.Answer = &answer
	}
	return &plain
}

// Answer is what came back.
type Answer struct {
	Status int
	Proto  string
	Header http.Header
	Body   Body
}

// Body is a body, or as much of it as was kept.
type Body struct {
	Data []byte
	Size int64 // of all of it, as it was sent; Data may be decoded
	// Missing says why Data is not all of it; "" when it is.
	Missing string
}

// whole reports whether all of the body is there to be judged.
func (b Body) whole() bool { return b.Missing == "" }
