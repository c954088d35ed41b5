package proxy

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"

	"understudy/conformance/report"
	"understudy/internal/contract"
)

// secretVariable stands for a credential in curl lines, as in those of check.
const secretVariable = "$UNDERSTUDY_TOKEN"

// maxShown bounds how much of a body a report shows, in bytes.
const maxShown = 2048

// shown is an exchange as reports show it, without secrets.
func (w *Witness) shown(e *Exchange) report.Exchange {
	rest := w.redactor.replacer(e)
	body := e.Body
	made := report.Exchange{
		Method: e.Method, URL: w.redactor.url(e.URL, rest), Marked: true, Error: rest.Replace(e.Failure),
		Request: clip(w.redactor.body(body.Data[:min(len(body.Data), 2*maxShown)], e.Header.Get("Content-Type"), rest)),
	}
	if e.Answer == nil && made.Error == "" {
		made.Error = "the request was not passed on"
	}
	made.Curl = w.curl(e, rest, made.URL)
	if a := e.Answer; a != nil {
		answered := a.Body
		made.Status = a.Status
		made.Response = clip(w.redactor.body(answered.Data[:min(len(answered.Data), 2*maxShown)], a.Header.Get("Content-Type"), rest))
		clean := w.redactor.header(a.Header, rest)
		for _, name := range slices.Sorted(maps.Keys(clean)) {
			for _, value := range clean[name] {
				made.Headers = append(made.Headers, name+": "+value)
			}
		}
	}
	return made
}

// curl is a command that repeats a request, at the API.
func (w *Witness) curl(e *Exchange, rest *strings.Replacer, shownURL string) string {
	var b strings.Builder
	b.WriteString("curl -sS -i")
	switch e.Method {
	case http.MethodGet:
	case http.MethodHead:
		b.WriteString(" --head")
	default:
		b.WriteString(" -X " + shellQuote(e.Method))
	}
	for _, name := range slices.Sorted(maps.Keys(e.Header)) {
		for _, value := range e.Header[name] {
			b.WriteString(w.curlHeader(name, value, rest))
		}
	}
	if data := e.Body.Data; len(data) > 0 {
		b.WriteString(" --data-binary " + shellQuote(clip(w.redactor.body(data, e.Header.Get("Content-Type"), rest))))
	}
	b.WriteString(" " + shellQuote(shownURL))
	return b.String()
}

// curlHeader is the option for a header; "" for one that curl sets by itself, or that
// is about a connection or a browser.
func (w *Witness) curlHeader(name, value string, rest *strings.Replacer) string {
	switch {
	case name == "Authorization" && strings.HasPrefix(value, "Basic "):
		return ` -u "` + secretVariable + `"`
	case name == "Authorization":
		scheme, _, _ := strings.Cut(hiddenHeader(name, value), hidden)
		return ` -H "Authorization: ` + scheme + secretVariable + `"`
	case w.redactor.headers[name] && name != "Cookie":
		return ` -H "` + name + ": " + secretVariable + `"`
	case slices.Contains([]string{"Host", "Content-Length", "User-Agent", "Accept-Encoding", "Connection", "Te", "Origin", "Referer", "Dnt", "Priority", "Content-Encoding", "Accept-Language"}, name),
		strings.HasPrefix(name, "Sec-"), strings.HasPrefix(name, ":"):
		return ""
	case w.redactor.headers[name]:
		value = hiddenHeader(name, value)
	}
	return " -H " + shellQuote(name+": "+rest.Replace(value))
}

func shellQuote(text string) string {
	if isWord(text) {
		return text
	}
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}

func isWord(text string) bool {
	for _, r := range text {
		if (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') {
			return false
		}
	}
	return text != ""
}

// clip is the beginning of a text.
func clip(text string) string {
	if len(text) <= maxShown {
		return strings.ToValidUTF8(text, "�")
	}
	return strings.ToValidUTF8(text[:maxShown], "�") + "…"
}

// textual reports whether a body can stand in a text as it is.
func textual(data []byte) bool { return utf8.Valid(data) }

// jsonValue is a body as JSON; nil when it is none.
func jsonValue(data []byte, contentType string) any {
	base, _, _ := strings.Cut(strings.ToLower(contentType), ";")
	if base = strings.TrimSpace(base); base != "application/json" && !strings.HasSuffix(base, "+json") {
		return nil
	}
	value, err := contract.DecodeJSON(data)
	if err != nil {
		return nil
	}
	return value
}
