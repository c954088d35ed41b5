package report

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// WriteJSON writes a report for programs. It loses nothing but bytes that are
// not UTF-8: ReadJSON reads back what was written.
func WriteJSON(w io.Writer, r *Report) error {
	written := *r
	written.Format = Format
	if written.Results == nil {
		written.Results = []Result{} // a list for every reader, not null
	}
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(&written)
}

// ReadJSON reads a report that WriteJSON wrote. Members that it does not know
// are ignored, so that it can read what a later version adds; a format that it
// would misread is refused.
func ReadJSON(from io.Reader) (*Report, error) {
	decoder := json.NewDecoder(from)
	var r Report
	if err := decoder.Decode(&r); err != nil {
		return nil, fmt.Errorf("not a report: %w", err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("not a report: something follows its end")
	}
	switch {
	case r.Format == 0:
		return nil, errors.New("not a report: it has no format")
	case r.Format != Format:
		return nil, fmt.Errorf("the report has format %d, and this program reads format %d", r.Format, Format)
	}
	return &r, nil
}
