package library

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"strconv"
	"strings"
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
	a = s.miswritten(r, a)
	out := s.reply(a)
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
	if a.body == nil {
		return out
	}
	var content bytes.Buffer
	encoder := json.NewEncoder(&content)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(a.body); err != nil {
		return &reply{status: http.StatusInternalServerError, header: http.Header{}}
	}
	out.header.Set("Content-Type", jsonType)
	out.resize(content.Bytes())
	if s.ETags {
		out.header.Set("ETag", fmt.Sprintf("%q", fmt.Sprintf("%x", sha256.Sum256(out.content))))
	}
	return out
}

// resize replaces the content of a reply.
func (out *reply) resize(content []byte) {
	out.content = content
	out.header.Set("Content-Length", strconv.Itoa(len(content)))
}

// slashless is a path without the slash at its end.
func slashless(path string) string { return strings.TrimSuffix(path, "/") }
