package conformance

import (
	"net/http"
	"slices"
	"strings"

	"understudy/internal/contract"
)

// judgeChallenge says what is wrong with the WWW-Authenticate of an answer with 401.
// Most frameworks leave it out unless they are told: where the document does not declare
// it, nobody waits for it.
func judgeChallenge(a *answer, op *contract.Operation) error {
	challenge := strings.ToLower(strings.Join(a.header.Values("WWW-Authenticate"), ", "))
	words := authenticationWords(op)
	switch {
	case challenge == "" && !declaresChallenge(op):
		return warnf(a, "an answer with 401 does not say how to authenticate: there is no WWW-Authenticate")
	case challenge == "":
		return mismatch(a, "an answer with 401 does not say how to authenticate", "a WWW-Authenticate header", "none")
	case len(words) > 0 && !slices.ContainsFunc(words, func(word string) bool { return strings.Contains(challenge, strings.ToLower(word)) }):
		return warnf(a, "WWW-Authenticate names another scheme than the document's %s: %s", strings.ToLower(strings.Join(words, " or ")), challenge)
	}
	return nil
}

// declaresChallenge reports whether an answer with 401 is declared to have the header.
func declaresChallenge(op *contract.Operation) bool {
	response := op.Response(http.StatusUnauthorized)
	return response != nil && slices.ContainsFunc(response.Headers, func(h *contract.Header) bool {
		return strings.EqualFold(h.Name, "WWW-Authenticate")
	})
}

// authenticationWords lists the HTTP authentication schemes that an operation takes.
func authenticationWords(op *contract.Operation) []string {
	var words []string
	for _, requirement := range op.Security {
		for _, required := range requirement {
			if word := word(required.Scheme); word != "" && !slices.Contains(words, word) {
				words = append(words, word)
			}
		}
	}
	return words
}

// wordless reports whether some key travels in the Authorization header without a
// scheme of HTTP.
func wordless(op *contract.Operation) bool {
	return slices.ContainsFunc(op.Security, func(requirement contract.Requirement) bool {
		return slices.ContainsFunc(requirement, func(required contract.RequiredScheme) bool {
			return required.Scheme.In == "header" && strings.EqualFold(required.Scheme.Parameter, "Authorization")
		})
	})
}
