package proxy

import (
	"encoding/base64"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// maxHAR bounds a HAR file, in bytes.
const maxHAR = 1 << 30

// HARWriter writes exchanges to a HAR 1.2 file as they come. The file is whole after
// each of them.
type HARWriter struct {
	file io.WriterAt
	size int64 // up to where the next entry goes
	cut  int   // entries that were left out
	err  error
	any  bool
}

// harEnd closes what is open after the last entry.
const harEnd = "\n]}}\n"

// NewHARWriter begins a HAR file. base is the URL of the API that entries are about.
func NewHARWriter(file io.WriterAt, base string) (*HARWriter, error) {
	h := &HARWriter{file: file}
	named, err := json.Marshal(base)
	if err != nil {
		return nil, err
	}
	h.write(`{"log":{"version":"1.2","creator":{"name":"understudy","version":"1"},"_base":` + string(named) + `,"entries":[`)
	return h, h.err
}

// write writes text with the end of the file after it.
func (h *HARWriter) write(text string) {
	if h.err != nil {
		return
	}
	if _, h.err = h.file.WriteAt([]byte(text+harEnd), h.size); h.err == nil {
		h.size += int64(len(text))
	}
}

// add writes an exchange without its secrets.
func (h *HARWriter) add(r *redactor, e *Exchange) {
	entry, err := json.Marshal(newHAREntry(r, e))
	switch {
	case err != nil || h.size+int64(len(entry)) > maxHAR:
		h.cut++
		return
	case h.any:
		h.write(",\n" + string(entry))
	default:
		h.write("\n" + string(entry))
	}
	h.any = true
}

// Close says whether all was written: how many exchanges were left out because the
// file would have become too long, and what kept it from being written, if anything.
func (h *HARWriter) Close() (cut int, err error) { return h.cut, h.err }

// The parts of a HAR file, as far as they are written or read.
type harEntry struct {
	Started  string      `json:"startedDateTime"`
	Time     float64     `json:"time"` // in milliseconds
	Request  harRequest  `json:"request"`
	Response harResponse `json:"response"`
	Cache    struct{}    `json:"cache"`
	Timings  harTimings  `json:"timings"`
}

type harTimings struct {
	Send    float64 `json:"send"`
	Wait    float64 `json:"wait"`
	Receive float64 `json:"receive"`
}

type harRequest struct {
	Method      string       `json:"method"`
	URL         string       `json:"url"`
	HTTPVersion string       `json:"httpVersion"`
	Cookies     []harPair    `json:"cookies"`
	Headers     []harPair    `json:"headers"`
	QueryString []harPair    `json:"queryString"`
	PostData    *harPostData `json:"postData,omitempty"`
	HeadersSize int64        `json:"headersSize"`
	BodySize    int64        `json:"bodySize"`
}

type harResponse struct {
	Status      int        `json:"status"`
	StatusText  string     `json:"statusText"`
	HTTPVersion string     `json:"httpVersion"`
	Cookies     []harPair  `json:"cookies"`
	Headers     []harPair  `json:"headers"`
	Content     harContent `json:"content"`
	RedirectURL string     `json:"redirectURL"`
	HeadersSize int64      `json:"headersSize"`
	BodySize    int64      `json:"bodySize"`
	Error       string     `json:"_error,omitempty"`
}

type harPair struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

type harPostData struct {
	MimeType string     `json:"mimeType"`
	Text     *string    `json:"text,omitempty"`
	Params   []harParam `json:"params,omitempty"`
	// Encoding is base64 for a body that is no text; HAR has it for answers only.
	Encoding string `json:"encoding,omitempty"`
	Comment  string `json:"comment,omitempty"`
}

type harParam struct {
	Name        string `json:"name"`
	Value       string `json:"value"`
	FileName    string `json:"fileName"`
	ContentType string `json:"contentType"`
}

type harContent struct {
	Size     int64   `json:"size"`
	MimeType string  `json:"mimeType"`
	Text     *string `json:"text,omitempty"`
	Encoding string  `json:"encoding,omitempty"`
	Comment  string  `json:"comment,omitempty"`
}

func newHAREntry(r *redactor, e *Exchange) harEntry {
	rest := r.replacer(e)
	entry := harEntry{
		Started: e.Started.UTC().Format(time.RFC3339Nano), Time: milliseconds(e.Took),
		Timings: harTimings{Wait: milliseconds(e.Waited), Receive: milliseconds(e.Took - e.Waited)},
		Request: harRequest{
			Method: e.Method, URL: r.url(e.URL, rest), HTTPVersion: e.Proto, Cookies: []harPair{},
			Headers: harHeaders(r.header(e.Header, rest)), QueryString: harQuery(r.form(e.URL.RawQuery), rest), HeadersSize: -1, BodySize: e.Body.Size,
		},
		Response: harResponse{Cookies: []harPair{}, Headers: []harPair{}, HeadersSize: -1, BodySize: -1, Error: rest.Replace(e.Failure)},
	}
	if e.Body.Size > 0 {
		text, encoding, _ := harText(r, e.Body, e.Header, rest)
		entry.Request.PostData = &harPostData{MimeType: e.Header.Get("Content-Type"), Text: &text, Encoding: encoding, Comment: e.Body.Missing}
	}
	if a := e.Answer; a != nil {
		header := r.header(a.Header, rest)
		text, encoding, size := harText(r, a.Body, a.Header, rest)
		entry.Response.Status, entry.Response.StatusText, entry.Response.HTTPVersion = a.Status, http.StatusText(a.Status), a.Proto
		entry.Response.Headers, entry.Response.RedirectURL, entry.Response.BodySize = harHeaders(header), header.Get("Location"), a.Body.Size
		entry.Response.Content = harContent{Size: size, MimeType: a.Header.Get("Content-Type"), Text: &text, Encoding: encoding, Comment: a.Body.Missing}
		if !a.Body.whole() {
			entry.Response.Content.Size = max(a.Body.Size, size+1)
		}
	}
	return entry
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

func harHeaders(header http.Header) []harPair {
	pairs := []harPair{}
	for _, name := range slices.Sorted(maps.Keys(header)) {
		for _, value := range header[name] {
			pairs = append(pairs, harPair{name, value})
		}
	}
	return pairs
}

func harQuery(query string, rest *strings.Replacer) []harPair {
	pairs := []harPair{}
	for pair := range strings.SplitSeq(query, "&") {
		if pair == "" {
			continue
		}
		name, value, _ := strings.Cut(pair, "=")
		pairs = append(pairs, harPair{unescaped(name), rest.Replace(unescaped(value))})
	}
	return pairs
}

func unescaped(text string) string {
	if plain, err := url.QueryUnescape(text); err == nil {
		return plain
	}
	return text
}

// harText is a body as text, or as base64 when it is none, with its size: without its
// secrets it is longer or shorter than what passed, and whole all the same.
func harText(r *redactor, b Body, header http.Header, rest *strings.Replacer) (text, encoding string, size int64) {
	clean := r.body(b.Data, header.Get("Content-Type"), rest)
	if textual(b.Data) {
		return clean, "", int64(len(clean))
	}
	return base64.StdEncoding.EncodeToString([]byte(clean)), "base64", int64(len(clean))
}
