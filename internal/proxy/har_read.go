package proxy

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"net/url"
	"strings"
	"time"
)

// maxEntry bounds one entry of a HAR file, in bytes.
const maxEntry = 64 << 20

// ReadHAR reads a HAR file entry by entry, so that it may be long. see is told of each
// exchange, with the URL of the API when the file names it, as ours do. The error says
// what in the file is none of HAR's.
func ReadHAR(r io.Reader, see func(e *Exchange, base string) error) error {
	bounded := &boundedReader{reader: withoutMark(r), left: maxEntry}
	h := &harReader{decoder: json.NewDecoder(bounded), bound: bounded, see: see}
	found, err := h.object(func(name string) (bool, error) {
		if name != "log" {
			return false, nil
		}
		_, err := h.object(h.log)
		return true, err
	})
	switch {
	case err != nil:
		return harError(err)
	case !found || !h.isHAR:
		return errors.New("not a HAR file: it has no log with entries")
	}
	return nil
}

// withoutMark leaves out the byte order mark that some tools begin a text with.
func withoutMark(r io.Reader) io.Reader {
	const mark = "\ufeff"
	buffered := bufio.NewReader(r)
	if begin, err := buffered.Peek(len(mark)); err == nil && string(begin) == mark {
		_, _ = buffered.Discard(len(mark))
	}
	return buffered
}

// harError words an error of the decoder.
func harError(err error) error {
	var syntax *json.SyntaxError
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return errors.New("the file ends too early")
	case errors.Is(err, errTooLong):
		return fmt.Errorf("longer than %d MB", maxEntry>>20)
	case errors.As(err, &syntax):
		return errors.New("not JSON: " + syntax.Error())
	}
	return err
}

var errTooLong = errors.New("what is read at once is too long")

// boundedReader bounds what is read until it is told to begin anew.
type boundedReader struct {
	reader io.Reader
	left   int
}

func (b *boundedReader) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errTooLong
	}
	n, err := b.reader.Read(p[:min(len(p), b.left)])
	b.left -= n
	return n, err
}

// harReader walks through a file.
type harReader struct {
	decoder *json.Decoder
	bound   *boundedReader
	see     func(*Exchange, string) error
	base    string
	entries int
	isHAR   bool
}

// object reads an object; member reads the value of a name or says that it did not,
// and found that it read any.
func (h *harReader) object(member func(name string) (bool, error)) (found bool, err error) {
	if err := h.delimiter('{'); err != nil {
		return false, err
	}
	for h.decoder.More() {
		token, err := h.decoder.Token()
		if err != nil {
			return found, err
		}
		name, _ := token.(string)
		read, err := member(name)
		if err != nil {
			return found, err
		}
		found = found || read
		if !read {
			var passed json.RawMessage
			if err := h.decode(&passed); err != nil {
				return found, err
			}
		}
	}
	_, err = h.decoder.Token()
	return found, err
}

func (h *harReader) delimiter(want json.Delim) error {
	token, err := h.decoder.Token()
	if err == nil && token != want {
		err = fmt.Errorf("not a HAR file: %v where %v belongs", token, want)
	}
	return err
}

func (h *harReader) decode(value any) error {
	h.bound.left = maxEntry
	return h.decoder.Decode(value)
}

// log reads what matters of the log.
func (h *harReader) log(name string) (bool, error) {
	switch name {
	case "_base":
		return true, h.decode(&h.base)
	case "entries":
		h.isHAR = true
		if err := h.delimiter('['); err != nil {
			return true, err
		}
		for h.decoder.More() {
			h.entries++
			if err := h.entry(); err != nil {
				return true, fmt.Errorf("entry %d: %w", h.entries, err)
			}
		}
		_, err := h.decoder.Token()
		return true, err
	}
	return false, nil
}

// entry reads one entry, and tells of it.
func (h *harReader) entry() error {
	var entry harEntry
	if err := h.decode(&entry); err != nil {
		return harError(err)
	}
	if p := entry.Request.PostData; p != nil && h.base == "" {
		p.Comment = "" // in our own files alone it says why a body is not whole
	}
	e, err := entry.exchange()
	if err != nil {
		return err
	}
	return h.see(e, h.base)
}

// exchange is an entry as an exchange.
func (entry *harEntry) exchange() (*Exchange, error) {
	target, err := url.Parse(entry.Request.URL)
	if err != nil {
		return nil, fmt.Errorf("its URL makes no sense: %w", err)
	}
	if entry.Request.Method == "" || target.Scheme == "" {
		return nil, errors.New("it has no method or no URL")
	}
	e := &Exchange{
		Method: strings.ToUpper(entry.Request.Method), URL: target, Path: target.EscapedPath(), Proto: entry.Request.HTTPVersion,
		Header: headerOf(entry.Request.Headers), Took: time.Duration(entry.Time * float64(time.Millisecond)),
	}
	if e.Path == "" {
		e.Path = "/"
	}
	e.Started, _ = time.Parse(time.RFC3339Nano, entry.Started) // without it the zero time will do
	e.Body = entry.Request.body(e.Header)
	if entry.Response.Status == 0 {
		e.Failure = entry.Response.Error
		e.Gone = e.Failure == "" || strings.HasPrefix(e.Failure, "net::ERR_") // a browser's own reasons
		if e.Failure == "" {
			e.Failure = "the recording has no answer"
		}
		return e, nil
	}
	e.Answer = &Answer{
		Status: entry.Response.Status, Proto: entry.Response.HTTPVersion, Header: headerOf(entry.Response.Headers), Body: entry.Response.body(),
	}
	if e.Answer.Header.Get("Content-Type") == "" && entry.Response.Content.MimeType != "x-unknown" && len(e.Answer.Body.Data) > 0 {
		e.Answer.Header.Set("Content-Type", entry.Response.Content.MimeType)
	}
	return e, nil
}

// headerOf is a header without the pseudo headers of HTTP/2, and without the content
// coding: bodies are decoded in a recording.
func headerOf(pairs []harPair) http.Header {
	header := http.Header{}
	for _, pair := range pairs {
		if pair.Name == "" || strings.HasPrefix(pair.Name, ":") || strings.EqualFold(pair.Name, "Content-Encoding") {
			continue
		}
		for value := range strings.SplitSeq(pair.Value, "\n") { // how browsers join a header that came twice
			header.Add(pair.Name, value)
		}
	}
	return header
}

// notRecorded is why a body of a recording is not judged.
const notRecorded = "the recording does not hold it"

// body is the body of a request, from its text or from its parameters.
func (r *harRequest) body(header http.Header) Body {
	if r.PostData == nil {
		if r.BodySize > 0 || r.BodySize < 0 && header.Get("Content-Type") != "" {
			return Body{Size: max(r.BodySize, 0), Missing: notRecorded}
		}
		return Body{}
	}
	p := r.PostData
	if header.Get("Content-Type") == "" && p.MimeType != "" {
		header.Set("Content-Type", p.MimeType)
	}
	var b Body
	switch {
	case p.Text != nil && (*p.Text != "" || len(p.Params) == 0):
		b = bodyOf(*p.Text, p.Encoding)
	case len(p.Params) > 0:
		b.Data = formOf(p.Params, header)
	}
	b.Size = max(r.BodySize, int64(len(b.Data)))
	if b.Missing == "" {
		b.Missing = p.Comment
	}
	if b.Missing == "" && r.BodySize > 0 && len(b.Data) == 0 {
		b.Missing = notRecorded
	}
	return b
}

// formOf is the body of a form that a recording has taken apart.
func formOf(params []harParam, header http.Header) []byte {
	if !strings.HasPrefix(header.Get("Content-Type"), "multipart/") {
		var pairs []string
		for _, p := range params {
			pairs = append(pairs, escapedOnce(p.Name)+"="+escapedOnce(p.Value))
		}
		return []byte(strings.Join(pairs, "&"))
	}
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for _, p := range params {
		disposition := fmt.Sprintf(`form-data; name=%q`, p.Name)
		if p.FileName != "" {
			disposition += fmt.Sprintf(`; filename=%q`, p.FileName)
		}
		part := textproto.MIMEHeader{"Content-Disposition": {disposition}}
		if p.ContentType != "" {
			part.Set("Content-Type", p.ContentType)
		}
		w, err := form.CreatePart(part)
		if err != nil {
			continue // a buffer takes all
		}
		_, _ = io.WriteString(w, p.Value)
	}
	_ = form.Close()
	header.Set("Content-Type", form.FormDataContentType())
	return body.Bytes()
}

// escapedOnce is a parameter as a form holds it. Some browsers record it so already.
func escapedOnce(text string) string {
	if plain, err := url.QueryUnescape(text); err == nil && plain != text {
		return text
	}
	return url.QueryEscape(text)
}

// body is the body of an answer.
func (r *harResponse) body() Body {
	c := r.Content
	if c.Text == nil || *c.Text == "" {
		b := Body{Size: max(c.Size, 0)}
		if c.Size > 0 || c.Text == nil && r.BodySize > 0 {
			b.Missing = notRecorded
		}
		return b
	}
	b := bodyOf(*c.Text, c.Encoding)
	b.Size = max(r.BodySize, int64(len(b.Data)))
	if c.Size > int64(len(b.Data)) && c.Comment != "" {
		b.Missing = c.Comment
	} else if c.Size > int64(len(b.Data)) {
		b.Missing = "the recording holds only its beginning"
	}
	return b
}

// bodyOf reads the text of a body.
func bodyOf(text, encoding string) Body {
	if encoding != "base64" {
		return Body{Data: []byte(text)}
	}
	data, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return Body{Data: data, Missing: "its base64 cannot be read"}
	}
	return Body{Data: data}
}
