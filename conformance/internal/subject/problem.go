package subject

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
)

// object is a JSON object.
type object = map[string]any

// problem is a request refused, in the words of the document's Error.
type problem struct {
	status             int
	kind, code, detail string
	attr               string // the field or parameter at fault; "" when it is none
	header             http.Header
}

func (p *problem) Error() string { return p.code + ": " + p.detail }

// body is the problem as the document's Error.
func (p *problem) body() object {
	return object{"type": p.kind, "code": p.code, "detail": p.detail, "attr": orNull(p.attr)}
}

// orNull is a text, or null for none.
func orNull(text string) any {
	if text == "" {
		return nil
	}
	return text
}

// problemOf is the problem that an error is; one that is none is the server's.
func problemOf(err error) *problem {
	var p *problem
	if errors.As(err, &p) {
		return p
	}
	return serverError()
}

func serverError() *problem {
	return &problem{status: http.StatusInternalServerError, kind: "server_error", code: "error", detail: "A server error occurred."}
}

// refused is a problem of the request as a whole.
func refused(status int, code, detail string) *problem {
	return &problem{status: status, kind: "invalid_request", code: code, detail: detail}
}

func unknownPath() *problem {
	return refused(http.StatusNotFound, "not_found", "Endpoint not found.")
}

func organizationNotFound() *problem {
	return refused(http.StatusNotFound, "not_found", "Organization not found.")
}

func notFound() *problem { return refused(http.StatusNotFound, "not_found", "Not found.") }

func methodNotAllowed(method, allow string) *problem {
	p := refused(http.StatusMethodNotAllowed, "method_not_allowed", fmt.Sprintf("Method %q not allowed.", method))
	p.header = http.Header{"Allow": {allow}}
	return p
}

func notAcceptable() *problem {
	return refused(http.StatusNotAcceptable, "not_acceptable", "Could not satisfy the request Accept header.")
}

func unsupported(mediaType string) *problem {
	return refused(http.StatusUnsupportedMediaType, "unsupported_media_type", fmt.Sprintf("Unsupported media type %q in request.", mediaType))
}

func tooLarge() *problem {
	return refused(http.StatusRequestEntityTooLarge, "request_too_large", "Request body exceeds "+strconv.Itoa(maxBody)+" bytes.")
}

func malformed(format string, err error) *problem {
	return refused(http.StatusBadRequest, "parse_error", fmt.Sprintf("%s parse error - %v", format, err))
}

// invalid is a value that breaks its schema.
func invalid(code, detail, attr string) *problem {
	return &problem{status: http.StatusBadRequest, kind: "validation_error", code: code, detail: detail, attr: attr}
}

// forbidden is a key that may not do what it asks for.
func forbidden(detail string) *problem {
	return &problem{status: http.StatusForbidden, kind: "authentication_error", code: "permission_denied", detail: detail}
}

// unauthenticated is a request without a key that is known.
func unauthenticated(code, detail string) *problem {
	return &problem{
		status: http.StatusUnauthorized, kind: "authentication_error", code: code, detail: detail,
		header: http.Header{"Www-Authenticate": {"Bearer"}},
	}
}
