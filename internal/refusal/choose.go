package refusal

import (
	"net/http"
	"slices"
	"strings"

	"understudy/internal/contract"
)

// wordings are what APIs call what a status stands for, the best first, without case
// and the marks between words.
var wordings = map[int][]string{
	400: {"badrequest", "malformed", "invalidrequest", "badinput", "validation", "invalid", "unprocessable"},
	401: {"unauthenticated", "unauthorized", "unauthorised", "authentication", "notauthenticated", "credential", "invalidtoken", "invalidapikey", "invalidkey", "login", "token", "apikey"},
	402: {"paymentrequired", "payment"},
	403: {"forbidden", "permission", "accessdenied", "denied", "insufficient", "scope", "notallowed"},
	404: {"notfound", "nosuch", "doesnotexist", "notexist", "missing", "unknown"},
	405: {"methodnotallowed", "method"},
	406: {"notacceptable"},
	408: {"requesttimeout", "timeout"},
	409: {"conflict", "alreadyexists", "exists", "duplicate", "taken"},
	410: {"gone", "deleted", "notfound"},
	412: {"preconditionfailed", "precondition"},
	413: {"toolarge", "payload", "sizelimit"},
	415: {"unsupportedmediatype", "mediatype", "contenttype", "unsupported"},
	422: {"unprocessable", "validation", "invalidfield", "invalidparam", "invalidinput", "invaliddata", "invalidrequest", "invalidbody", "badrequest", "malformed", "invalid"},
	423: {"locked"},
	428: {"preconditionrequired", "precondition"},
	429: {"toomany", "ratelimit", "throttl", "quota", "limit"},
	500: {"internal", "servererror", "unexpected"},
	501: {"notimplemented"},
	502: {"badgateway", "gateway", "upstream"},
	503: {"unavailable", "maintenance", "overload"},
	504: {"gatewaytimeout", "timeout", "gateway"},
}

// breaks are what APIs call that a value breaks a keyword of its schema.
var breaks = map[string][]string{
	"required": {"required", "missing", "presence", "blank", "empty"}, "type": {"type"}, "null": {"null", "required"},
	"minLength": {"tooshort", "short", "length"}, "maxLength": {"toolong", "long", "length"},
	"minimum": {"toosmall", "toolow", "min", "range"}, "maximum": {"toobig", "toolarge", "toohigh", "max", "range"},
	"enum": {"inclusion", "choice", "option", "enum"}, "pattern": {"pattern", "format"}, "format": {"format"},
	"declared": {"unknown", "unexpected", "unrecognized"}, "uniqueItems": {"duplicate", "unique"},
}

// unspecific are what APIs call an error of which they say no more: of who asks, and of
// the server.
var unspecific = map[bool][]string{
	false: {"badrequest", "invalidrequest", "requesterror", "clienterror", "validation", "invalid", "error", "general", "generic", "other"},
	true:  {"internal", "servererror", "unavailable", "unexpected", "apierror", "unknown", "error", "general", "generic", "other"},
}

// among are what a member that lists its values may hold, best first: what the examples
// of the status have there, what is told by the member's name, the value that says what
// is wrong, and where the name asks for one at all, any. What an item of a list shows is
// one fault of many, and so comes last.
func (n news) among(listed, shown []string, told []any) []any {
	var values []any
	example := func() {
		if value, ok := n.chosen(shown); ok {
			values = append(values, value)
		}
		if len(shown) > 0 {
			values = append(values, shown[0])
		}
	}
	if !n.isItem {
		example()
	}
	values = append(values, told...)
	if value, ok := n.chosen(listed); ok {
		values = append(values, value)
	}
	if n.isItem {
		example()
	}
	if len(told) > 0 {
		values = append(values, n.vague(listed))
	}
	return values
}

// chosen is that of the listed values which says best what is wrong; ok is false where
// none does.
func (n news) chosen(listed []string) (value string, ok bool) {
	keyword := n.cause[strings.LastIndexByte(n.cause, '.')+1:]
	for _, phrases := range [][]string{{joined(n.cause), joined(n.phrase)}, breaks[keyword], wordings[n.status]} {
		if value, ok := best(listed, phrases, longestWording); ok {
			return value, true
		}
	}
	return "", false
}

// vague is that of the listed values which says least, where none says what is wrong:
// rather an error of no kind than one of another.
func (n news) vague(listed []string) string {
	isServer := n.status >= http.StatusInternalServerError
	elsewhere := func(word string) int {
		longest := 0
		for status, phrases := range wordings {
			isVague := status == http.StatusBadRequest || status == http.StatusUnprocessableEntity || isServer && status >= http.StatusInternalServerError
			if !isVague {
				longest = max(longest, longestIn(word, phrases))
			}
		}
		return longest
	}
	if value, ok := best(listed, unspecific[isServer], elsewhere); ok {
		return value
	}
	if i := slices.IndexFunc(listed, func(value string) bool { return longestWording(joined(value)) == 0 }); i >= 0 {
		return listed[i]
	}
	return listed[0]
}

// best is the value that has the foremost phrase, and of several the shortest. One that
// has a longer phrase of something else speaks of that.
func best(listed, phrases []string, elsewhere func(word string) int) (value string, ok bool) {
	least := len(phrases)
	for _, candidate := range listed {
		word := joined(candidate)
		rank := slices.IndexFunc(phrases, func(phrase string) bool { return phrase != "" && strings.Contains(word, phrase) })
		if rank < 0 || rank > least || longestIn(word, phrases) < elsewhere(word) {
			continue
		}
		if rank < least || len(candidate) < len(value) {
			least, value, ok = rank, candidate, true
		}
	}
	return value, ok
}

// longestWording is how long the longest phrase for any status is that a word has.
func longestWording(word string) int {
	longest := 0
	for _, phrases := range wordings {
		longest = max(longest, longestIn(word, phrases))
	}
	return longest
}

func longestIn(word string, phrases []string) int {
	longest := 0
	for _, phrase := range phrases {
		if len(phrase) > longest && strings.Contains(word, phrase) {
			longest = len(phrase)
		}
	}
	return longest
}

// joined is a value without case and the marks between words.
func joined(value string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune("_-. /:", r) {
			return -1
		}
		return r
	}, strings.ToLower(value))
}

// listed are the texts that a schema admits, where it names them one by one.
func listed(schema contract.Node) []string {
	found := contract.Keyword(schema, "enum").Texts()
	for _, alternative := range contract.Alternatives(schema) {
		found = append(found, contract.Keyword(alternative, "enum").Texts()...)
	}
	return found
}
