package mockserver

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"understudy/internal/contract"
)

// preferences are what a request asks for in Prefer (RFC 7240). The zero value
// asks for nothing.
type preferences struct {
	code    string
	example string
	dynamic bool
}

func (p preferences) asked() bool { return p.code != "" || p.example != "" || p.dynamic }

// applied is the value of Preference-Applied.
func (p preferences) applied() string {
	var list []string
	if p.code != "" {
		list = append(list, "code="+p.code)
	}
	if p.example != "" {
		list = append(list, "example="+p.example)
	}
	if p.dynamic {
		list = append(list, "dynamic=true")
	}
	return strings.Join(list, ", ")
}

// readPreferences reads the three preferences that the stand-in knows. Others
// are ignored, as RFC 7240 asks.
func readPreferences(headers []string) preferences {
	var p preferences
	for _, header := range headers {
		for item := range strings.SplitSeq(header, ",") {
			item, _, _ = strings.Cut(item, ";")
			name, value, _ := strings.Cut(strings.TrimSpace(item), "=")
			value = strings.Trim(strings.TrimSpace(value), `"`)
			switch strings.ToLower(strings.TrimSpace(name)) {
			case "code":
				p.code = value
			case "example":
				p.example = value
			case "dynamic":
				p.dynamic = value == "" || value == "true"
			}
		}
	}
	return p
}

// prefer answers a request that asks for a certain answer, valid or not, and
// leaves the state alone.
func (s *Server) prefer(e *exchange) (answered bool, err error) {
	headers := e.r.Header["Prefer"]
	if len(headers) == 0 {
		return false, nil
	}
	asked := readPreferences(headers)
	if !asked.asked() {
		return false, nil
	}
	status, err := e.preferredStatus(asked)
	if err != nil {
		return false, err
	}
	return true, s.sendCanned(e, status, asked)
}

// preferredStatus is the status to answer with: the code that is asked for, or
// that of the answer which has the example.
func (e *exchange) preferredStatus(asked preferences) (int, error) {
	op := e.match.Operation
	if asked.code != "" {
		status, err := strconv.Atoi(asked.code)
		undeclared := op.Response(status) == nil
		if err != nil || status < 200 || status > 599 || undeclared && (!isError(status) || asked.example != "" || asked.dynamic) {
			return 0, e.badPreference("code=%s is not declared for this operation; declared: %s", asked.code, statuses(op))
		}
		return status, nil
	}
	if _, status := op.Success(); asked.example == "" || hasExample(op.Response(status), asked.example) {
		return status, nil
	}
	for _, response := range op.Responses {
		if status, err := strconv.Atoi(response.Status); err == nil && hasExample(response, asked.example) {
			return status, nil
		}
	}
	return 0, e.badPreference("no example %q is declared for this operation; declared: %s", asked.example, exampleNames(op.Responses...))
}

// badPreference refuses a preference that cannot be met, rather than answer
// something else without a word.
func (e *exchange) badPreference(format string, args ...any) error {
	return e.invalid([]contract.Violation{{In: "header", Field: "Prefer", Keyword: "declared", Message: fmt.Sprintf(format, args...)}})
}

func statuses(op *contract.Operation) string {
	var list []string
	for _, response := range op.Responses {
		list = append(list, response.Status)
	}
	return strings.Join(list, ", ")
}

// exampleNames lists the named examples of responses, each name once.
func exampleNames(responses ...*contract.Response) string {
	var list []string
	for _, response := range responses {
		for _, media := range response.Content {
			for _, example := range media.Examples {
				if example.Name != "" && !slices.Contains(list, example.Name) {
					list = append(list, example.Name)
				}
			}
		}
	}
	if list == nil {
		return "none"
	}
	return strings.Join(list, ", ")
}

func hasExample(response *contract.Response, name string) bool {
	if response == nil {
		return false
	}
	for _, media := range response.Content {
		if _, ok := media.Example(name); ok {
			return true
		}
	}
	return false
}

// sendCanned answers from the document alone: with an example, or, when there is none
// that tells the truth, with what the stand-in would say itself in an error, and else
// with data made from the schema, as when dynamic data is asked for. It is proven
// before it is sent.
func (s *Server) sendCanned(e *exchange, status int, asked preferences) error {
	op := e.match.Operation
	response := op.Response(status)
	if response == nil {
		s.sendUndeclared(e, status, asked)
		return nil
	}
	media := response.JSON()
	if media != nil {
		body, err := s.appendCanned(e, status, media, asked)
		if err != nil {
			return err
		}
		e.buffer = body
	}
	s.cannedHeaders(e, response)
	if isError(status) {
		s.failureHeaders(e, &failure{status: status})
	}
	if asked.asked() {
		e.header("Preference-Applied", asked.applied())
	}
	if media == nil {
		return s.sendCannedText(e, status, response)
	}
	contentType := concrete(media.Type)
	if broken := op.CheckResponse(status, e.w.Header(), contentType, e.buffer); len(broken) > 0 {
		return &breachError{op, status, broken}
	}
	e.header("Content-Type", contentType)
	e.send(status, e.buffer)
	return nil
}

// appendCanned writes the example, or a value that is made up, into the
// exchange's buffer.
func (s *Server) appendCanned(e *exchange, status int, media *contract.Media, asked preferences) ([]byte, error) {
	if !asked.dynamic {
		example, ok := media.Example(asked.example)
		if !ok && asked.example != "" {
			return nil, e.badPreference("no example %q is declared for %d; declared: %s", asked.example, status, exampleNames(e.match.Operation.Response(status)))
		}
		// An example of all errors together says nothing of this one.
		if isError(status) && asked.example == "" && (!ok || !e.match.Operation.Declares(status)) {
			if body, ok := s.preferredBody(e, status, media); ok {
				return body, nil
			}
		}
		if ok {
			return example.Node.AppendJSON(e.buffer[:0]), nil
		}
	}
	if media.Schema == nil {
		return append(e.buffer[:0], "{}"...), nil
	}
	// The same request gets the same data, whatever came before it.
	value, err := s.generator.Value(media.Schema.Compiled(), e.r.Method+" "+e.r.URL.RequestURI()+" "+strconv.Itoa(status))
	if err != nil {
		return nil, err
	}
	return contract.AppendJSON(e.buffer[:0], value)
}

// cannedHeaders sets the declared headers of an answer.
func (s *Server) cannedHeaders(e *exchange, response *contract.Response) {
	for _, header := range response.Headers {
		if strings.EqualFold(header.Name, "Allow") {
			e.header("Allow", e.match.Allow)
			continue
		}
		if value, ok := s.headerValue(header); ok {
			e.header(header.Name, value)
		}
	}
}
