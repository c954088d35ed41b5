package conformance

import (
	"cmp"
	"encoding/base64"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"understudy/internal/contract"
	"understudy/internal/resource"
)

// variable is the environment variable that stands for a key in curl lines.
func variable(as who) string {
	return map[who]string{writer: "UNDERSTUDY_TOKEN", reader: "UNDERSTUDY_TOKEN_READONLY", unscoped: "UNDERSTUDY_TOKEN_UNSCOPED", foreigner: "UNDERSTUDY_TOKEN_FOREIGN"}[as]
}

// SchemeVariable is the environment variable that stands in curl lines for what the
// key that may do all sends for one security scheme of the document.
func SchemeVariable(scheme string) string { return schemeVariable(writer, scheme) }

// schemeVariable is the one for what a key sends for one scheme alone.
func schemeVariable(as who, scheme string) string {
	name := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
			return r
		}
		return '_'
	}, scheme)
	return strings.Replace(variable(as), "TOKEN", "SCHEME_TOKEN", 1) + "_" + strings.ToUpper(name)
}

// checkSchemes refuses keys for security schemes that the document does not have.
func (s *suite) checkSchemes() error {
	var known []string
	for _, scheme := range s.contract.SecuritySchemes() {
		known = append(known, scheme.Name)
	}
	for _, tokens := range s.options.schemes {
		for scheme := range tokens {
			if !slices.Contains(known, scheme) {
				return usagef("--scheme-token %s: the document has no security scheme of this name; its own are: %s", scheme, cmp.Or(strings.Join(known, ", "), "none"))
			}
		}
	}
	return nil
}

// credential is what one scheme gets of a request.
type credential struct {
	scheme *contract.SecurityScheme
	word   string // before it, in the Authorization header
	key    string // of the caller
	sent   string
	shell  string // how a shell makes what is sent
}

// credentials are what a request authenticates with: something for each scheme of
// one of the document's alternatives.
func (c *client) credentials(r request) []credential {
	if r.as == nobody {
		return nil
	}
	var found []credential
	for _, required := range c.requirement(r) {
		scheme := required.Scheme
		key, name := c.token(r.as, scheme)
		if key == "" && r.forged == nil || scheme.Type == "mutualTLS" {
			continue // there is nothing to send
		}
		made := credential{scheme: scheme, word: word(scheme), key: key, sent: key, shell: "$" + name}
		switch {
		case r.forged == nil, r.forged.scheme != "" && made.word == "":
		case r.forged.scheme != "":
			made.word, made.sent, made.shell = r.forged.scheme, r.forged.of(key), r.forged.expression(name)
		default:
			made.sent, made.shell = r.forged.of(key), r.forged.expression(name)
		}
		if isBasic(scheme) && made.word == word(scheme) && !strings.Contains(made.sent, ":") {
			made.sent, made.shell = made.sent+":", made.shell+":" // a user without a password
		}
		found = append(found, made)
	}
	return found
}

// keyless is the end of a sentence about an operation that was refused because the run
// has no key for it, and "" for any other answer.
func (e *env) keyless(a *answer, role resource.Role) string {
	op := e.op(role)
	if a.status != http.StatusUnauthorized || !guarded(op) || len(e.client.credentials(request{method: op.Method, path: e.collectionPath(), as: writer})) > 0 {
		return ""
	}
	return "; no key was sent, as none is given: --token"
}

// token is what a caller has for a scheme, and the variable that stands for it.
func (c *client) token(as who, scheme *contract.SecurityScheme) (token, name string) {
	if token := c.options.schemes[as][scheme.Name]; token != "" {
		return token, schemeVariable(as, scheme.Name)
	}
	return c.options.tokens[as], variable(as)
}

// has reports whether a caller has something to authenticate with.
func (c *client) has(as who, requirement contract.Requirement) bool {
	return !slices.ContainsFunc(requirement, func(required contract.RequiredScheme) bool {
		token, _ := c.token(as, required.Scheme)
		return token == "" && required.Scheme.Type != "mutualTLS"
	})
}

// requirement is the alternative that a request authenticates by.
func (c *client) requirement(r request) contract.Requirement {
	if r.with != nil {
		return r.with
	}
	path, _, _ := strings.Cut(r.path, "?")
	match := c.contract.Match(r.method, path)
	op := cmp.Or(match.Operation, match.Sibling)
	if op == nil {
		return c.usual()
	}
	return c.alternative(op, r.as)
}

// usual is what authenticates where the document asks for nothing: its first
// scheme.
func (c *client) usual() contract.Requirement {
	for _, scheme := range c.contract.SecuritySchemes() {
		return contract.Requirement{{Scheme: scheme}}
	}
	return nil
}

// alternative is the way to authenticate that fits a caller best: one for whose
// schemes it has tokens of their own, or else the first. Who lacks scopes goes
// where scopes are asked for, as that is what checks try.
func (c *client) alternative(op *contract.Operation, as who) contract.Requirement {
	if len(op.Security) == 0 {
		if op.Node.Get("security").Exists() {
			return nil // the operation is open
		}
		return c.usual()
	}
	best, highest := contract.Requirement(nil), 0
	for _, requirement := range op.Security {
		rank := 1
		if c.hasOwn(as, requirement) {
			rank++
		}
		if (as == reader || as == unscoped) && isScoped(requirement) {
			rank += 2
		}
		if len(requirement) > 0 && rank > highest {
			best, highest = requirement, rank
		}
	}
	return best
}

// maxWays bounds how many ways to authenticate are tried.
const maxWays = 4

// ways lists the alternatives of an operation that ask for something which a request
// can hold.
func (c *client) ways(op *contract.Operation) []contract.Requirement {
	var found []contract.Requirement
	for _, requirement := range op.Security {
		if slices.ContainsFunc(requirement, travels) && len(found) < maxWays {
			found = append(found, requirement)
		}
	}
	return found
}

// hasOwn reports whether a caller has tokens for just the schemes of a requirement.
func (c *client) hasOwn(as who, requirement contract.Requirement) bool {
	return !slices.ContainsFunc(requirement, func(required contract.RequiredScheme) bool {
		return c.options.schemes[as][required.Scheme.Name] == ""
	})
}

// isScoped reports whether a requirement asks for a scope.
func isScoped(requirement contract.Requirement) bool {
	return slices.ContainsFunc(requirement, func(required contract.RequiredScheme) bool { return len(required.Scopes) > 0 })
}

func isBasic(scheme *contract.SecurityScheme) bool {
	return scheme.Type == "http" && scheme.Scheme == "basic"
}

// word is what stands before a credential in the Authorization header; "" for a
// scheme whose credentials travel elsewhere.
func word(scheme *contract.SecurityScheme) string {
	switch {
	case scheme.Bearer():
		return "Bearer"
	case isBasic(scheme):
		return "Basic"
	case scheme.Type == "http" && scheme.Scheme != "":
		return strings.ToUpper(scheme.Scheme[:1]) + scheme.Scheme[1:]
	}
	return ""
}

// present sends what authenticates a request.
func (c *client) present(request *http.Request, r request) {
	for _, made := range c.credentials(r) {
		switch scheme := made.scheme; {
		case made.word != "":
			request.Header.Set("Authorization", made.word+" "+made.text())
		case scheme.In == "header":
			request.Header.Set(scheme.Parameter, made.sent)
		case scheme.In == "cookie":
			request.AddCookie(&http.Cookie{Name: scheme.Parameter, Value: made.sent})
		case scheme.In == "query":
			// Nothing else of the query is touched: it may be malformed on purpose.
			query := url.QueryEscape(scheme.Parameter) + "=" + url.QueryEscape(made.sent)
			request.URL.RawQuery = strings.TrimPrefix(request.URL.RawQuery+"&"+query, "&")
		}
	}
}

// text is the credential as it stands in the Authorization header.
func (made credential) text() string {
	if isBasic(made.scheme) && made.word == "Basic" {
		return base64.StdEncoding.EncodeToString([]byte(made.sent))
	}
	return made.sent
}

// curl is a command that repeats a request, with the key's variable in place of
// the key.
func (c *client) curl(r request) string {
	var b strings.Builder
	b.WriteString("curl -sS -i")
	switch r.method {
	case http.MethodGet:
	case http.MethodHead:
		b.WriteString(" --head") // with -X it would wait for a body
	default:
		b.WriteString(" -X " + r.method)
	}
	query := ""
	for _, made := range c.credentials(r) {
		option, more := made.curl()
		b.WriteString(option)
		query += more
	}
	for _, name := range slices.Sorted(maps.Keys(r.header)) {
		values := r.header[name]
		if len(values) == 0 {
			b.WriteString(" -H " + shellQuote(name+":")) // leaves it out
		}
		for _, value := range values {
			b.WriteString(" -H " + shellQuote(name+": "+c.redact(r, value)))
		}
	}
	if len(r.body) > 0 {
		b.WriteString(" --data-binary " + shellQuote(c.shown(r, r.body)))
	}
	b.WriteString(" " + shellQuote(c.base.String()+c.redactSentence(r.path, nil)))
	switch {
	case query == "":
	case strings.Contains(r.path, "?"):
		b.WriteString(`"&` + query[1:] + `"`)
	default:
		b.WriteString(`"?` + query[1:] + `"`)
	}
	return b.String()
}

// curl is the option that sends the credential, or what it adds to the query.
func (made credential) curl() (option, query string) {
	switch scheme := made.scheme; {
	case made.word == "Basic" && isBasic(scheme):
		return ` -u "` + made.shell + `"`, ""
	case made.word != "":
		return ` -H "Authorization: ` + made.word + " " + made.shell + `"`, ""
	case scheme.In == "header":
		return ` -H "` + scheme.Parameter + `: ` + made.shell + `"`, ""
	case scheme.In == "cookie":
		return ` -b "` + scheme.Parameter + `=` + made.shell + `"`, ""
	case scheme.In == "query":
		return "", "&" + scheme.Parameter + "=" + made.shell
	}
	return "", ""
}
