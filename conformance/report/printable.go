package report

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// printable is a copy of the report in which every text can be shown. Texts hold
// what a server sent, and a server may send anything: sequences that rewrite the
// screen of a terminal, marks that turn the direction of a line around, bytes
// that XML cannot hold. They become visible escapes, such as \x1b. The copy is
// made in one place so that no writer can forget a field.
func (r *Report) printable() *Report {
	clean := *r
	clean.Target = Printable(r.Target)
	clean.Document = Printable(r.Document)
	clean.Ledger = Printable(r.Ledger)
	clean.Cleanup = Printable(r.Cleanup)
	clean.Notes = mapped(r.Notes, Printable)
	clean.Results = mapped(r.Results, Result.printable)
	return &clean
}

func (r Result) printable() Result {
	for _, text := range []*string{
		&r.ID, &r.Subject, &r.Requirement, &r.Source, &r.Reason, &r.Expected, &r.Actual, &r.BlockedBy, &r.Link,
	} {
		*text = Printable(*text)
	}
	r.Exchanges = mapped(r.Exchanges, Exchange.Printable)
	return r
}

// Printable is a copy of the exchange in which every text can be shown.
func (e Exchange) Printable() Exchange {
	for _, text := range []*string{&e.Method, &e.URL, &e.Request, &e.Curl, &e.Response, &e.Error} {
		*text = Printable(*text)
	}
	e.Headers = mapped(e.Headers, Printable)
	return e
}

// mapped applies a function to every element of a list.
func mapped[T, U any](list []T, change func(T) U) []U {
	changed := make([]U, len(list))
	for i, element := range list {
		changed[i] = change(element)
	}
	return changed
}

// Printable escapes what is not a graphic character, as a Go string would. Tabs
// and line feeds stay; a line may end in CR LF.
func Printable(text string) string {
	text = strings.ReplaceAll(text, "\r\n", "\n")
	var b strings.Builder
	for len(text) > 0 {
		r, size := utf8.DecodeRuneInString(text)
		switch {
		case r == utf8.RuneError && size == 1:
			b.WriteString(`\x` + strconv.FormatUint(uint64(text[0]), 16)) // never below 0x80
		case r == '\n' || r == '\t' || unicode.IsGraphic(r):
			b.WriteString(text[:size])
		default:
			b.WriteString(strings.Trim(strconv.QuoteRuneToASCII(r), "'"))
		}
		text = text[size:]
	}
	return b.String()
}
