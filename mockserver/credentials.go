package mockserver

import (
	"context"
	"encoding/base64"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"understudy/internal/contract"
	"understudy/internal/resource"
)

// credential reads what a request sends for a scheme, "" when nothing.
func credential(scheme *contract.SecurityScheme, r *http.Request) string {
	switch {
	case scheme.Bearer():
		return authorization(r, "bearer")
	case scheme.Type == "http" && scheme.Scheme == "basic":
		decoded, err := base64.StdEncoding.DecodeString(authorization(r, "basic"))
		if err != nil {
			return "?" // sent, and known to nobody
		}
		return string(decoded)
	case scheme.Type == "http":
		return authorization(r, scheme.Scheme)
	case scheme.In == "header":
		return headerKey(scheme, r.Header.Get(scheme.Parameter))
	case scheme.In == "query":
		return r.URL.Query().Get(scheme.Parameter)
	case scheme.In == "cookie":
		if cookie, err := r.Cookie(scheme.Parameter); err == nil {
			return cookie.Value
		}
	}
	return ""
}

// headerKey is the API key in a header. In Authorization a word before it says what
// kind of key it is, which the document tells in prose at most.
func headerKey(scheme *contract.SecurityScheme, value string) string {
	if strings.EqualFold(scheme.Parameter, "Authorization") {
		value = value[strings.LastIndexByte(value, ' ')+1:]
	}
	return value
}

// authorization is the credential of the Authorization header for a scheme,
// whose name is compared without case (RFC 9110, 11.1).
func authorization(r *http.Request, scheme string) string {
	sent, token, ok := strings.Cut(r.Header.Get("Authorization"), " ")
	if !ok || !strings.EqualFold(sent, scheme) {
		return ""
	}
	return strings.TrimSpace(token)
}

// token is the credential of a key for a scheme.
func (k *key) token(scheme *contract.SecurityScheme) string {
	if token := k.Tokens[scheme.Name]; token != "" {
		return token
	}
	return k.Token
}

// Curl is a command that works when pasted: the first list of the API that is there,
// or else the first that reads anything, with the key "write". It is "" when nothing can
// be read.
func (s *Server) Curl(ctx context.Context, baseURL string) string {
	op := s.firstRead(ctx)
	if op == nil {
		return ""
	}
	return s.curl(ctx, baseURL, op, firstRequirement(op))
}

// firstRead is the operation that somebody who is new to the API calls first, nil when
// none can be called as things are.
func (s *Server) firstRead(ctx context.Context) *contract.Operation {
	var lists []*contract.Operation
	for _, c := range s.model.Collections {
		if list := c.Operations[resource.List]; list != nil {
			lists = append(lists, list)
		}
	}
	for _, op := range append(lists, s.contract.Operations...) {
		if op.Method == http.MethodGet && s.answers(ctx, op) && s.curl(ctx, "", op, firstRequirement(op)) != "" {
			return op
		}
	}
	return nil
}

// answers reports whether what an operation reads is there: the parents in its path,
// and an item where it is one.
func (s *Server) answers(ctx context.Context, op *contract.Operation) bool {
	ep := s.endpoints[op]
	switch c := ep.collection; {
	case c == nil:
		return ep.usual.status/100 == 2
	case ep.view != nil && ep.view.Role == resource.List:
		return true
	case ep.view != nil || c.Singleton && c.requested():
		return false // it may be
	}
	p := s.samplePartition(ctx, ep.collection)
	values := ep.collection.parentValues(p)
	for i := range ep.scope.parents {
		if parent := &ep.scope.parents[i]; parent.collection != nil && !ep.scope.apart && values[parent.Param] == "" {
			return false
		}
	}
	return ep.scope.id == "" || s.firstID(ctx, ep.collection, p) != ""
}

func firstRequirement(op *contract.Operation) contract.Requirement {
	if len(op.Security) == 0 {
		return nil
	}
	return op.Security[0]
}

// Curls are commands that work when pasted, one for each way to authenticate: the
// first operation that reads something that way, with the key "write".
func (s *Server) Curls(ctx context.Context, baseURL string) []string {
	var lines, ways []string
	if first := s.firstRead(ctx); first != nil {
		lines = append(lines, s.curl(ctx, baseURL, first, firstRequirement(first)))
		ways = append(ways, way(firstRequirement(first)))
	}
	for _, op := range s.contract.Operations {
		if op.Method != http.MethodGet || !s.answers(ctx, op) {
			continue
		}
		for _, requirement := range op.Security {
			name := way(requirement)
			if open(requirement) || slices.Contains(ways, name) {
				continue
			}
			if line := s.curl(ctx, baseURL, op, requirement); line != "" {
				lines, ways = append(lines, line), append(ways, name)
			}
		}
	}
	return lines
}

// way names a way to authenticate.
func way(requirement contract.Requirement) string {
	var names []string
	for _, required := range requirement {
		names = append(names, required.Scheme.Name)
	}
	slices.Sort(names)
	return strings.Join(names, " ")
}

// curl is a command that calls an operation, "" when a parameter of it has no
// value.
func (s *Server) curl(ctx context.Context, baseURL string, op *contract.Operation, requirement contract.Requirement) string {
	path := s.samplePath(ctx, op)
	writer := s.keys.writer()
	if strings.Contains(path, "{") || requiresQuery(op) {
		return ""
	}
	line, query := "curl ", url.Values{}
	for _, required := range requirement {
		if writer == nil {
			break
		}
		option := curlOption(required.Scheme, writer.token(required.Scheme), query)
		line += option
	}
	if len(query) > 0 {
		path += "?" + query.Encode()
	}
	return line + quotedForShell(baseURL+path)
}

func requiresQuery(op *contract.Operation) bool {
	return slices.ContainsFunc(op.Parameters, func(p *contract.Parameter) bool { return p.Required && p.In != "path" })
}

// curlOption is the option that sends a credential; one in the query is added to
// it.
func curlOption(scheme *contract.SecurityScheme, token string, query url.Values) string {
	header := func(value string) string { return "-H " + quotedForShell(value) + " " }
	switch {
	case scheme.Bearer():
		return header("Authorization: Bearer " + token)
	case scheme.Type == "http" && scheme.Scheme == "basic":
		return "-u " + quotedForShell(token) + " "
	case scheme.Type == "http":
		return header("Authorization: " + scheme.Scheme + " " + token)
	case scheme.In == "header":
		return header(scheme.Parameter + ": " + token)
	case scheme.In == "cookie":
		return "-b " + quotedForShell(scheme.Parameter+"="+token) + " "
	case scheme.In == "query":
		query.Set(scheme.Parameter, token)
	}
	return ""
}

// quotedForShell is a text as one word of a shell.
func quotedForShell(text string) string {
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}
