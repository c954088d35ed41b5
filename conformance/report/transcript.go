package report

import (
	"fmt"
	"net/http"
	"strings"
)

// How much of an answer a transcript holds. The other forms hold all of it.
const (
	maxBodyLines      = 12
	maxBodyCharacters = 800
)

// line is one line of a transcript.
type line struct {
	text   string
	marked bool // the failure shows here
}

// transcript is a sequence of exchanges as a shell script: the commands that
// repeat the requests, with the answers as comments, so that it can be pasted
// as it stands. Only a marked answer tells its headers.
func transcript(exchanges []Exchange) []line {
	var lines []line
	for i, e := range exchanges {
		if i > 0 {
			lines = append(lines, line{})
		}
		for text := range strings.SplitSeq(strings.TrimRight(e.Curl, "\n"), "\n") {
			lines = append(lines, line{text, e.Marked})
		}
		for text := range strings.SplitSeq(e.answer(), "\n") {
			lines = append(lines, line{strings.TrimRight("# "+text, " "), e.Marked})
		}
	}
	return lines
}

// answer is what came back: a status, headers and the beginning of the body, or
// the reason why nothing came.
func (e Exchange) answer() string {
	if e.Status == 0 {
		return "no answer: " + e.Error
	}
	lines := []string{e.statusLine()}
	if e.Marked {
		lines = append(lines, e.Headers...)
	}
	if e.Response != "" {
		lines = append(lines, beginning(e.Response))
	}
	return strings.Join(lines, "\n")
}

// beginning is as much of a body as a transcript holds.
func beginning(body string) string {
	lines := strings.Split(strings.TrimRight(clip(body, maxBodyCharacters), "\n"), "\n")
	if more := len(lines) - maxBodyLines; more > 0 {
		lines = append(lines[:maxBodyLines], fmt.Sprintf("… (%s more)", Counted(more, "line")))
	}
	return strings.Join(lines, "\n")
}

// Answer is what came back, as people read it: the status, or why there is none.
func (e Exchange) Answer() string {
	if e.Status == 0 {
		return "no answer: " + e.Error
	}
	return e.statusLine()
}

// statusLine is the status with its name: "201 Created".
func (e Exchange) statusLine() string {
	return strings.TrimRight(fmt.Sprintf("%d %s", e.Status, http.StatusText(e.Status)), " ")
}

// here is the comment before what a failure shows in.
const here = "# → the failure shows here"

// script is a transcript with a comment where the failure shows. There is no arrow beside
// the commands: a reader copies the whole block.
func script(exchanges []Exchange) []string {
	var lines []string
	marked := false
	for _, l := range transcript(exchanges) {
		if l.marked && !marked {
			lines = append(lines, here)
		}
		marked = l.marked
		lines = append(lines, l.text)
	}
	return lines
}
