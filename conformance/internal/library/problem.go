package library

import (
	"errors"
	"fmt"
	"net/http"
)

// object is a JSON object.
type object = map[string]any

// problem is a request refused, in the words of the document's Problem.
type problem struct {
	status        int
	code, message string
	field         string // the member or parameter at fault; "" when it is none
	header        http.Header
}

func (p *problem) Error() string { return p.code + ": " + p.message }

// body is the problem as the document's Problem.
func (p *problem) body() object {
	inner := object{"code": p.code, "message": p.message, "field": nil}
	if p.field != "" {
		inner["field"] = p.field
	}
	return object{"error": inner}
}

// problemOf is the problem that an error is; one that is none is the server's.
func problemOf(err error) *problem {
	var p *problem
	if errors.As(err, &p) {
		return p
	}
	return failed()
}

func failed() *problem {
	return &problem{status: http.StatusInternalServerError, code: "failed", message: "The server failed."}
}

func notFound(what string) *problem {
	return &problem{status: http.StatusNotFound, code: "not_found", message: "There is no such " + what + "."}
}

func unauthorized(message string) *problem {
	return &problem{
		status: http.StatusUnauthorized, code: "unauthorized", message: message,
		header: http.Header{"Www-Authenticate": {`Basic realm="library", charset="UTF-8"`}},
	}
}

func methodNotAllowed(method, allow string) *problem {
	return &problem{
		status: http.StatusMethodNotAllowed, code: "method_not_allowed", message: fmt.Sprintf("%s is not supported here.", method),
		header: http.Header{"Allow": {allow}},
	}
}

func malformed(message string) *problem {
	return &problem{status: http.StatusBadRequest, code: "malformed", message: message}
}

func tooLarge() *problem {
	return &problem{status: http.StatusRequestEntityTooLarge, code: "too_large", message: fmt.Sprintf("The body is over %d bytes.", maxBody)}
}

func unsupported() *problem {
	return &problem{status: http.StatusUnsupportedMediaType, code: "unsupported_media_type", message: "The body is no application/json."}
}

// invalid is a value that breaks its schema.
func invalid(field, format string, args ...any) *problem {
	return &problem{status: http.StatusUnprocessableEntity, code: "invalid", message: fmt.Sprintf(format, args...), field: field}
}
