package proxy

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"understudy/internal/contract"
)

// hidden stands for a secret.
const hidden = "[redacted]"

// redactor hides secrets by their names: those of the document's security schemes,
// those that HTTP and OAuth have for credentials, and those that the user names.
type redactor struct {
	headers map[string]bool // by canonical name
	queries map[string]bool
	named   map[string]bool // also members of bodies, in lower case
	written patterns
}

func newRedactor(c *contract.Contract, names []string) *redactor {
	r := &redactor{headers: map[string]bool{}, queries: map[string]bool{}, named: map[string]bool{}}
	for _, name := range []string{"Authorization", "Proxy-Authorization", "Cookie", "Set-Cookie"} {
		r.headers[name] = true
	}
	for _, scheme := range c.SecuritySchemes() {
		switch {
		case scheme.Type == "apiKey" && scheme.In == "header":
			r.headers[http.CanonicalHeaderKey(scheme.Parameter)] = true
		case scheme.Type == "apiKey" && scheme.In == "query":
			r.queries[strings.ToLower(scheme.Parameter)] = true
		}
	}
	for _, name := range []string{"access_token", "refresh_token", "id_token", "client_secret", "client_assertion", "password"} {
		r.queries[name], r.named[name] = true, true // as OAuth and OpenID Connect name them
	}
	for _, name := range names {
		r.headers[http.CanonicalHeaderKey(name)] = true
		r.queries[strings.ToLower(name)] = true
		r.named[strings.ToLower(name)] = true
	}
	r.written = newPatterns(r.queries, r.named)
	return r
}

// minSecret is how long a secret must be to be looked for elsewhere than under its
// name: a shorter one stands in many texts by chance.
const minSecret = 6

// replacer hides the secrets of one exchange wherever they stand in a text.
func (r *redactor) replacer(e *Exchange) *strings.Replacer {
	var secrets []string
	collect := func(values ...string) {
		for _, value := range values {
			if len(value) >= minSecret && value != hidden {
				secrets = append(secrets, value, url.QueryEscape(value), quoted(value))
			}
		}
	}
	headers := []http.Header{e.Header}
	if e.Answer != nil {
		headers = append(headers, e.Answer.Header)
	}
	for _, header := range headers {
		for name, values := range header {
			if !r.headers[name] {
				continue
			}
			for _, value := range values {
				collect(secretsIn(name, value)...)
			}
		}
	}
	for name, values := range e.URL.Query() {
		if r.queries[strings.ToLower(name)] {
			collect(values...)
		}
	}
	slices.SortStableFunc(secrets, func(a, b string) int { return len(b) - len(a) })
	pairs := make([]string, 0, 2*len(secrets))
	for _, secret := range secrets {
		pairs = append(pairs, secret, hidden)
	}
	return strings.NewReplacer(pairs...)
}

// quoted is a text as it stands inside a JSON text.
func quoted(text string) string {
	return strings.Trim(string(contract.AppendJSONString(nil, text)), `"`)
}

// secretsIn are the secrets in the value of a header: what follows the name of the
// authentication scheme, and the values of cookies.
func secretsIn(name, value string) []string {
	switch name {
	case "Authorization", "Proxy-Authorization":
		_, after, ok := strings.Cut(value, " ")
		if !ok {
			return []string{value}
		}
		found := []string{strings.TrimSpace(after)}
		request := &http.Request{Header: http.Header{"Authorization": {value}}}
		if user, password, ok := request.BasicAuth(); ok {
			found = append(found, user+":"+password, password)
		}
		return found
	case "Cookie", "Set-Cookie":
		var found []string
		for pair := range strings.SplitSeq(value, ";") {
			if _, secret, ok := strings.Cut(pair, "="); ok {
				found = append(found, strings.Trim(strings.TrimSpace(secret), `"`))
			}
			if name == "Set-Cookie" {
				break // what follows are attributes
			}
		}
		return found
	}
	return []string{value}
}

// header is a copy without secrets.
func (r *redactor) header(h http.Header, rest *strings.Replacer) http.Header {
	clean := make(http.Header, len(h))
	for name, values := range h {
		for _, value := range values {
			if r.headers[name] {
				value = hiddenHeader(name, value)
			}
			clean[name] = append(clean[name], rest.Replace(r.written.links(value)))
		}
	}
	return clean
}

// hiddenHeader keeps of a credential how it authenticates, and of a cookie its name.
func hiddenHeader(name, value string) string {
	switch name {
	case "Authorization", "Proxy-Authorization":
		if scheme, _, ok := strings.Cut(value, " "); ok && len(scheme) < 20 {
			return scheme + " " + hidden
		}
	case "Cookie", "Set-Cookie":
		var kept []string
		for pair := range strings.SplitSeq(value, ";") {
			cookie, _, ok := strings.Cut(pair, "=")
			if ok {
				kept = append(kept, strings.TrimSpace(cookie)+"="+hidden)
			}
			if name == "Set-Cookie" {
				break
			}
		}
		if kept != nil {
			return strings.Join(kept, "; ")
		}
	}
	return hidden
}

// url is a URL without secrets.
func (r *redactor) url(u *url.URL, rest *strings.Replacer) string {
	clean := *u
	clean.User, clean.Fragment, clean.RawFragment, clean.Opaque = nil, "", "", ""
	clean.RawQuery = r.form(u.RawQuery)
	return rest.Replace(clean.String())
}

// form is a query, or the body of a form, without secrets.
func (r *redactor) form(text string) string {
	pairs := strings.Split(text, "&")
	for i, pair := range pairs {
		name, _, _ := strings.Cut(pair, "=")
		if plain, err := url.QueryUnescape(name); err == nil && r.queries[strings.ToLower(plain)] {
			pairs[i] = name + "=" + url.QueryEscape(hidden)
		}
	}
	return strings.Join(pairs, "&")
}

// body is the text of a body without secrets. It may be cut or malformed.
func (r *redactor) body(data []byte, contentType string, rest *strings.Replacer) string {
	text := string(data)
	switch kind := strings.ToLower(contentType); {
	case strings.HasPrefix(kind, "application/x-www-form-urlencoded"):
		text = r.form(text)
	case strings.HasPrefix(kind, "multipart/"):
		text = r.written.parts(text)
	case strings.Contains(kind, "xml"):
		text = r.written.elements(text)
	default:
		text = r.members(text)
	}
	return rest.Replace(r.written.links(text))
}

// members hides the values of named members in a text that is JSON, as long as it is.
func (r *redactor) members(text string) string {
	var b strings.Builder
	for {
		start := strings.IndexByte(text, '"')
		if start < 0 {
			break
		}
		end := stringEnd(text, start)
		var name string
		isName := json.Unmarshal([]byte(text[start:end]), &name) == nil && r.named[strings.ToLower(name)]
		colon := end + len(text[end:]) - len(strings.TrimLeft(text[end:], " \t\r\n"))
		if !isName || colon >= len(text) || text[colon] != ':' {
			b.WriteString(text[:end])
			text = text[end:]
			continue
		}
		b.WriteString(text[:colon+1] + `"` + hidden + `"`)
		text = text[valueEnd(text, colon+1):]
	}
	b.WriteString(text)
	return b.String()
}

// stringEnd is the end of the JSON text that starts at a quote.
func stringEnd(text string, start int) int {
	for i := start + 1; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(text)
}

// valueEnd is the end of the JSON value that starts after i.
func valueEnd(text string, i int) int {
	depth := 0
	for ; i < len(text); i++ {
		switch text[i] {
		case '"':
			i = stringEnd(text, i) - 1
		case '{', '[':
			depth++
		case '}', ']':
			if depth == 0 {
				return i
			}
			depth--
		case ',':
			if depth == 0 {
				return i
			}
		}
	}
	return len(text)
}

// violation is a violation without secrets: the message about a named member may hold
// its value.
func (r *redactor) violation(v contract.Violation, rest *strings.Replacer) contract.Violation {
	for part := range strings.SplitSeq(v.Field, ".") {
		if r.named[strings.ToLower(part)] || v.In == "query" && r.queries[strings.ToLower(part)] || v.In == "header" && r.headers[http.CanonicalHeaderKey(part)] || v.In == "cookie" {
			v.Message = "breaks " + v.Keyword
		}
	}
	v.Message, v.Field, v.Pointer = rest.Replace(v.Message), rest.Replace(v.Field), rest.Replace(v.Pointer)
	return v
}

// isHidden reports whether a violation is about a value that a recording does not
// hold, because it was redacted.
func isHidden(header http.Header, query url.Values, body []byte, v contract.Violation) bool {
	switch v.In {
	case "header":
		return strings.Contains(header.Get(v.Field), hidden)
	case "query":
		return slices.Contains(query[v.Field], hidden)
	case "cookie":
		return strings.Contains(header.Get("Cookie"), hidden)
	case "body":
		return strings.Contains(string(body), hidden) && valueAt(body, v) == hidden
	}
	return false
}

// valueAt is the value in a JSON body that a violation is about.
func valueAt(body []byte, v contract.Violation) any {
	value, err := contract.DecodeJSON(body)
	if err != nil {
		return nil
	}
	for token := range strings.SplitSeq(strings.TrimPrefix(v.Pointer, "/"), "/") {
		value = inside(value, strings.NewReplacer("~1", "/", "~0", "~").Replace(token))
	}
	return value
}

// inside is a member of an object, or an item of a list.
func inside(value any, token string) any {
	switch value := value.(type) {
	case map[string]any:
		return value[token]
	case []any:
		if i, err := strconv.Atoi(token); err == nil && i >= 0 && i < len(value) {
			return value[i]
		}
	}
	return nil
}
