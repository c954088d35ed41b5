package mockserver

import (
	"fmt"
	"log/slog"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"understudy/internal/contract"
)

// Exchange is one request with its answer, as /__admin/requests lists it. No
// credential is in it.
type Exchange struct {
	Time      time.Time `json:"time"`
	Method    string    `json:"method"`
	Path      string    `json:"path"`
	Query     string    `json:"query,omitempty"`
	Operation string    `json:"operation,omitempty"` // "" when none matched
	Key       string    `json:"key,omitempty"`       // the name of the caller's key
	Body      string    `json:"body,omitempty"`      // of the request, its beginning
	Status    int       `json:"status"`
	Size      int       `json:"size"`     // of the answer's body, in bytes
	Duration  float64   `json:"duration"` // in seconds

	Violations []contract.Violation `json:"violations,omitempty"`
}

// journal remembers the last exchanges. It is bounded in their number, and in
// the size of each.
type journal struct {
	secrets  []string          // query parameters that hold credentials
	redactor *strings.Replacer // hides known credentials wherever they stand

	mu   sync.Mutex
	ring []Exchange
	next int
	full bool
}

// Bounds of what is remembered of a request, in bytes.
const (
	maxJournalText = 2048
	maxJournalBody = 2048
)

func newJournal(size int, c *contract.Contract, keys *keyring) *journal {
	var pairs []string
	for _, token := range keys.tokens() {
		pairs = append(pairs, token, hidden, url.QueryEscape(token), hidden)
	}
	j := &journal{ring: make([]Exchange, max(size, 0)), redactor: strings.NewReplacer(pairs...)}
	for _, scheme := range c.SecuritySchemes() {
		if scheme.Type == "apiKey" && scheme.In == "query" {
			j.secrets = append(j.secrets, scheme.Parameter)
		}
	}
	return j
}

// add remembers an exchange, and logs it.
func (j *journal) add(s *Server, e *exchange) {
	elapsed := s.clock().Sub(e.started)
	if s.logger.Enabled(e.r.Context(), slog.LevelInfo) {
		j.log(s, e, elapsed)
	}
	if len(j.ring) == 0 {
		return
	}
	entry := Exchange{
		Time: e.started, Method: bounded(e.r.Method), Path: bounded(e.r.URL.Path), Query: bounded(e.r.URL.RawQuery),
		Status: e.status, Size: e.size, Duration: elapsed.Seconds(), Violations: e.violations,
	}
	if e.match.Operation != nil {
		entry.Operation = e.match.Operation.ID
	}
	if e.key != nil {
		entry.Key = e.key.Name
	}
	if len(e.body) > 0 {
		entry.Body = string(e.body[:min(len(e.body), maxJournalBody)])
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	j.ring[j.next] = entry
	j.next++
	if j.next == len(j.ring) {
		j.next, j.full = 0, true
	}
}

// log writes an exchange to the server's log.
func (j *journal) log(s *Server, e *exchange, elapsed time.Duration) {
	attributes := []slog.Attr{
		slog.String("method", e.r.Method), slog.String("path", j.redactor.Replace(bounded(e.r.URL.Path))), slog.Int("status", e.status), slog.Duration("took", elapsed),
	}
	if query := j.redactQuery(bounded(e.r.URL.RawQuery)); query != "" {
		attributes = append(attributes, slog.String("query", query))
	}
	for _, v := range e.violations {
		told := v.String()
		if n := e.match.Operation.Constraint(v); n.Exists() {
			told += fmt.Sprintf(" (%s:%d)", n.File(), n.Line())
		}
		attributes = append(attributes, slog.String("violation", j.redactor.Replace(told)))
	}
	s.logger.LogAttrs(e.r.Context(), slog.LevelInfo, "request", attributes...)
}

// bounded copies the beginning of a text that is too long to be kept.
func bounded(text string) string {
	if len(text) <= maxJournalText {
		return text
	}
	return strings.Clone(text[:maxJournalText]) + "…"
}

// hidden stands for a credential.
const hidden = "***"

// redactQuery hides the credentials in a query.
func (j *journal) redactQuery(query string) string {
	query = j.redactor.Replace(query)
	pairs := strings.Split(query, "&")
	for i, pair := range pairs {
		name, _, _ := strings.Cut(pair, "=")
		if decoded, err := url.QueryUnescape(name); err == nil && slices.Contains(j.secrets, decoded) {
			pairs[i] = name + "=" + hidden
		}
	}
	return strings.Join(pairs, "&")
}

// list returns the remembered exchanges, oldest first, without credentials.
func (j *journal) list() []Exchange {
	j.mu.Lock()
	list := make([]Exchange, 0, len(j.ring))
	if j.full {
		list = append(list, j.ring[j.next:]...)
	}
	list = append(list, j.ring[:j.next]...)
	j.mu.Unlock()
	for i := range list {
		list[i].Path = j.redactor.Replace(list[i].Path)
		list[i].Query = j.redactQuery(list[i].Query)
		list[i].Body = j.redactor.Replace(list[i].Body)
		list[i].Violations = j.redactViolations(list[i].Violations)
	}
	return list
}

func (j *journal) redactViolations(violations []contract.Violation) []contract.Violation {
	redacted := slices.Clone(violations)
	for i := range redacted {
		redacted[i].Message = j.redactor.Replace(redacted[i].Message)
	}
	return redacted
}

// reset forgets everything.
func (j *journal) reset() {
	j.mu.Lock()
	defer j.mu.Unlock()
	if !j.full {
		clear(j.ring[:j.next]) // the rest is as it was made
	} else {
		clear(j.ring)
	}
	j.next, j.full = 0, false
}
