package refusal

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// Of the values that a document lists the one is told that says what is wrong, and no
// other than a vague one where none does.
func TestTheValueThatSaysBestWhatIsWrong(t *testing.T) {
	const desk = "bad_request unauthorized not_found conflict invalid_fields rate_limited"
	for _, test := range []struct {
		listed string
		status int
		cause  string
		chosen string // "" for none
		vague  string
	}{
		{desk, 400, "malformed_body", "bad_request", "bad_request"},
		{desk, 401, "unauthenticated", "unauthorized", "bad_request"},
		{desk, 403, "missing_scope", "", "bad_request"},
		{desk, 404, "unknown_path", "not_found", "bad_request"},
		{desk, 405, "method_not_allowed", "", "bad_request"},
		{desk, 409, "conflict", "conflict", "bad_request"},
		{desk, 415, "unsupported_media_type", "", "bad_request"},
		{desk, 422, "invalid.minLength", "invalid_fields", "bad_request"},
		{desk, 429, "too_many_requests", "rate_limited", "bad_request"},
		{desk, 503, "service_unavailable", "", "bad_request"},
		{"NotFound BadRequest InternalError ServiceUnavailable", 503, "service_unavailable", "ServiceUnavailable", "InternalError"},
		{"NotFound BadRequest InternalError ServiceUnavailable", 500, "server_error", "InternalError", "InternalError"},
		{"NotFound BadRequest InternalError", 502, "bad_gateway", "", "InternalError"},
		{"rate_limit_error api_error authentication_error invalid_request_error", 404, "not_found", "", "invalid_request_error"},
		{"rate_limit_error api_error authentication_error invalid_request_error", 401, "bad_credentials", "authentication_error", "invalid_request_error"},
		{"rate_limit_error api_error authentication_error invalid_request_error", 500, "server_error", "", "api_error"},
		{"unsupported-media-type payment-required missing-field wrong-type", 422, "invalid.required", "missing-field", "wrong-type"},
		{"unsupported-media-type payment-required missing-field wrong-type", 422, "invalid.type", "wrong-type", "wrong-type"},
		{"unsupported-media-type payment-required missing-field wrong-type", 415, "unsupported_media_type", "unsupported-media-type", "wrong-type"},
		{"item_name_invalid bad_request", 422, "unprocessable_entity", "bad_request", "bad_request"},
		{"user_not_found not_found not_exists", 404, "not_found", "not_found", "user_not_found"},
		{"user_not_found not_exists exists", 409, "conflict", "exists", "user_not_found"},
		{"invalid_token invalid", 422, "invalid.format", "invalid", "invalid"},
		{"invalid invalid_token", 401, "bad_credentials", "invalid_token", "invalid"},
		{"open closed", 404, "not_found", "", "open"},
	} {
		values := strings.Fields(test.listed)
		n := Refusal{Status: test.status, Cause: test.cause}.news()
		chosen, _ := n.chosen(values)
		assert.Equal(t, test.chosen, chosen, "%d %s of %s", test.status, test.cause, test.listed)
		assert.Equal(t, test.vague, n.vague(values), "%d %s of %s", test.status, test.cause, test.listed)
	}
}
