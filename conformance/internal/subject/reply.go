package subject

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"strconv"
)

// answer is what is said to a request.
type answer struct {
	status  int
	header  http.Header // beside those of every answer; may be nil
	body    any         // nil is none
	problem *problem    // why the request is refused, if it is
}

// reply is an answer as it is sent.
type reply struct {
	status  int
	header  http.Header
	content []byte
}

// send writes an answer.
func (s *server) send(w http.ResponseWriter, r *http.Request, a *answer) {
	out := s.reply(s.miswritten(r, a))
	s.garble(r, a, out)
	maps.Copy(w.Header(), out.header)
	w.WriteHeader(out.status)
	if len(out.content) > 0 {
		_, _ = w.Write(out.content)
	}
}

// reply puts an answer into bytes.
func (s *server) reply(a *answer) *reply {
	out := &reply{status: a.status, header: http.Header{}}
	maps.Copy(out.header, a.header)
	if !s.NoVary {
		out.header.Set("Vary", "Accept, Authorization")
	}
	if a.body == nil {
		return out
	}
	content, err := json.Marshal(a.body)
	if err != nil {
		return &reply{status: http.StatusInternalServerError, header: http.Header{}}
	}
	out.content = content
	out.header.Set("Content-Type", jsonType)
	out.header.Set("Content-Length", strconv.Itoa(len(content)))
	if s.ETags {
		out.header.Set("ETag", fmt.Sprintf("%q", fmt.Sprintf("%x", sha256.Sum256(content))))
	}
	return out
}
