package conformance

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"understudy/internal/resource"
)

// birth is how an answer tells that a record was created: in which member, and at which
// path the record then is.
type birth struct{ member, id, path string }

// bornAt is the birth of a record, nil where its id is nothing that a shell could find and
// say again.
func bornAt(path, id string, c *resource.Collection) *birth {
	member := c.IDField
	if len(c.IDPath) > 0 {
		member = c.IDPath[len(c.IDPath)-1]
	}
	if !regexp.MustCompile(`^[\w-]+$`).MatchString(member) || !regexp.MustCompile(`^[\w.~-]+$`).MatchString(id) {
		return nil
	}
	return &birth{member, id, path}
}

// before is what stands before the id in the path of the record: the name of what it is
// one of.
func (b *birth) before() string {
	segments := strings.Split(b.path, "/")
	if i := slices.Index(segments, b.id); i > 0 {
		return segments[i-1]
	}
	return ""
}

// isSaid reports whether the first member of its name in an answer holds the id, and no
// other does by chance: then the next answer of its kind says the id there too.
func (b *birth) isSaid(body []byte) bool {
	found := regexp.MustCompile(`"`+b.member+`" *: *"?([^",}\n]*)`).FindAllSubmatch(body, -1)
	if len(found) == 0 || string(found[0][1]) != b.id {
		return false
	}
	return !slices.ContainsFunc(found[1:], func(other [][]byte) bool { return string(other[1]) == b.id })
}

// reading is what a shell does to a line that creates a record, so that its answer is
// shown and a variable holds the id. It must find what isSaid found.
func (b *birth) reading(line, variable string) string {
	return `ANSWER=$(` + line + `); printf '%s\n' "$ANSWER"` + "\n" +
		variable + `=$(printf '%s\n' "$ANSWER" | grep -o '"` + b.member + `" *: *"\{0,1\}[^",}]*' | head -n 1 | sed 's/^"` + b.member + `" *: *"\{0,1\}//')`
}

// mostBirths is how many creates a lane remembers.
const mostBirths = 64

// noteBirth remembers what an answer says was created.
func (l *lane) noteBirth(a *answer, b *birth) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if a.birth = b; b != nil {
		l.births = append(l.births[max(0, len(l.births)-mostBirths+1):], a)
	}
}

// withBirths puts before some exchanges those that created the records which they name,
// and before these likewise.
func (l *lane) withBirths(shown []*answer) []*answer {
	l.mu.Lock()
	births := slices.Clone(l.births)
	l.mu.Unlock()
	var added []*answer
	for open := shown; len(open) > 0; {
		a := open[0]
		open = open[1:]
		earlier := slices.DeleteFunc(slices.Clone(births), func(b *answer) bool { return !b.received.Before(a.received) })
		for _, i := range madeOf(earlier, a.exchange.URL) {
			if i >= 0 && !slices.Contains(shown, earlier[i]) && !slices.Contains(added, earlier[i]) {
				added = append(added, earlier[i])
				open = append(slices.Clone(open), earlier[i]) // what it names may be missing too
			}
		}
	}
	slices.SortFunc(added, func(a, b *answer) int { return a.received.Compare(b.received) })
	return append(added, shown...)
}

// replay writes the lines that repeat some exchanges, to be pasted together. The records
// of the run are gone by then: where a line creates one and others name it, a variable
// takes the new id, if it is certain where to find it. What went at once goes at once.
func replay(answers []*answer) []string {
	lines, variables := make([]string, len(answers)), namedIn(answers)
	for i, a := range answers {
		lines[i] = strings.Replace(a.exchange.Curl, shellQuote(a.exchange.URL), withVariables(a.exchange.URL, answers[:i], variables), 1)
	}
	for i, variable := range variables {
		lines[i] = answers[i].birth.reading(lines[i], variable)
	}
	return atOnce(answers, lines)
}

// namedIn gives a variable to each line that creates a record which a later one names, in
// their order: ID, ID2 and so on.
func namedIn(answers []*answer) map[int]string {
	variables := map[int]string{}
	for i, a := range answers {
		for _, made := range madeOf(answers[:i], a.exchange.URL) {
			if made >= 0 {
				variables[made] = "ID"
			}
		}
	}
	for n, i := range slices.Sorted(maps.Keys(variables)) {
		if n > 0 {
			variables[i] = fmt.Sprintf("ID%d", n+1)
		}
	}
	return variables
}

// withVariables is a URL in a shell, with variables for the ids of records that earlier
// lines create.
func withVariables(url string, earlier []*answer, variables map[int]string) string {
	path, query, hasQuery := strings.Cut(url, "?")
	made, quoted, literal := madeOf(earlier, url), "", ""
	for k, segment := range strings.Split(path, "/") {
		if k > 0 {
			literal += "/"
		}
		i := made[k]
		if i < 0 {
			literal += segment
			continue
		}
		quoted, literal = quoted+shellQuote(literal)+`"$`+variables[i]+`"`, ""
	}
	if hasQuery {
		literal += "?" + query
	}
	if literal == "" {
		return quoted
	}
	return quoted + shellQuote(literal)
}

// madeOf is by which of some earlier lines what each segment of a path names was created,
// -1 where that is not known.
func madeOf(earlier []*answer, url string) []int {
	path, _, _ := strings.Cut(url, "?")
	segments := strings.Split(path, "/")
	made := []int{-1}
	for k, segment := range segments[1:] {
		made = append(made, madeBy(earlier, segments[k], segment))
	}
	return made
}

// madeBy is the last line that creates the record of an id, which stands in a path behind
// the same name as in that of the record; -1 when none surely does. What is created
// at once leaves no variable.
func madeBy(answers []*answer, before, id string) int {
	for i, a := range slices.Backward(answers) {
		if b := a.birth; b != nil && b.id == id && b.before() == before {
			if a.pack == nil && b.isSaid(a.body) {
				return i
			}
			return -1
		}
	}
	return -1
}

// pack is runs of requests that went at once: how many.
type pack struct{ runs int }

// atOnce puts the lines of each pack into the background, one run beside the other, and
// waits for them.
func atOnce(answers []*answer, lines []string) []string {
	for i, a := range answers {
		if a.pack == nil {
			continue
		}
		begins := i == 0 || answers[i-1].pack != a.pack || answers[i-1].turn != a.turn
		isLast := i == len(answers)-1 || answers[i+1].pack != a.pack
		ends := isLast || answers[i+1].turn != a.turn
		switch {
		case begins && ends:
			lines[i] += " &"
		case begins:
			lines[i] = "{ " + lines[i]
		case ends:
			lines[i] += "; } &"
		}
		if isLast {
			lines[i] += "\nwait"
		}
	}
	return lines
}
