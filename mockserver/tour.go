package mockserver

import (
	"context"
	"net/url"
	"regexp"
	"strings"

	"understudy/internal/contract"
	"understudy/internal/resource"
	"understudy/mockserver/store"
)

// Stop is one operation on a tour of the API: how to call it now.
type Stop struct {
	Method string
	// Path has every parameter filled with a value that exists, where there is
	// one.
	Path    string
	Summary string
}

// Tour lists every operation with a path that can be called as it stands.
func (s *Server) Tour(ctx context.Context) []Stop {
	stops := make([]Stop, 0, len(s.contract.Operations))
	for _, op := range s.contract.Operations {
		stops = append(stops, Stop{Method: op.Method, Path: s.samplePath(ctx, op), Summary: op.Summary})
	}
	return stops
}

var placeholder = regexp.MustCompile(`\{[^{}]+\}`)

// samplePath fills the parameters of an operation's path.
func (s *Server) samplePath(ctx context.Context, op *contract.Operation) string {
	writer := s.keys.writer()
	return placeholder.ReplaceAllStringFunc(op.Path, func(match string) string {
		name := strings.Trim(match, "{}")
		if value := s.enterable(writer, name); value != "" {
			return url.PathEscape(value)
		}
		if id := s.sampleID(ctx, op, name); id != "" {
			return url.PathEscape(id)
		}
		return match
	})
}

// sampleID is the id of an item that exists, for the parameter that names it.
func (s *Server) sampleID(ctx context.Context, op *contract.Operation, param string) string {
	binding, ok := s.model.Bind(op)
	if !ok || binding.Collection.IDParam != param {
		return ""
	}
	c := s.collection(binding.Collection.Path)
	writer := s.keys.writer()
	p := c.partitionOf(func(param string) string { return s.enterable(writer, param) })
	records, _, err := s.store.Page(ctx, p, store.Range{Limit: 1}, nil)
	if err != nil || len(records) == 0 {
		return ""
	}
	item, err := decodeItem(records[0])
	if err != nil {
		return ""
	}
	return text(item[c.IDField])
}

// Curl is a command that works when pasted: the first list of the API, read
// with the key "write". It is "" when the API lists nothing.
func (s *Server) Curl(ctx context.Context, baseURL string) string {
	for _, c := range s.model.Collections {
		list := c.Operations[resource.List]
		if list == nil {
			continue
		}
		path := s.samplePath(ctx, list)
		if strings.Contains(path, "{") {
			continue
		}
		return "curl " + s.curlCredential(list) + "'" + baseURL + path + "'"
	}
	return ""
}

// curlCredential is the option that sends the key "write" to an operation.
func (s *Server) curlCredential(op *contract.Operation) string {
	writer := s.keys.writer()
	if len(op.Security) == 0 || len(op.Security[0]) == 0 || writer == nil {
		return ""
	}
	switch scheme := op.Security[0][0].Scheme; {
	case scheme.Bearer():
		return "-H 'Authorization: Bearer " + writer.Token + "' "
	case scheme.Type == "http" && scheme.Scheme == "basic":
		return "-u '" + writer.Token + "' "
	case scheme.In == "header":
		return "-H '" + scheme.Parameter + ": " + writer.Token + "' "
	case scheme.In == "cookie":
		return "-b '" + scheme.Parameter + "=" + writer.Token + "' "
	}
	return ""
}

// Title names the document.
func (s *Server) Title() string { return s.contract.String() }
