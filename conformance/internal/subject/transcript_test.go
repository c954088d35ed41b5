package subject_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"slices"
	"strings"
	"time"
)

// A transcript is what a server says to a script, in words that are the same for
// every run of a correct server: ids and entity tags are numbered, times are
// described.
type transcript struct {
	*browser
	ctx      context.Context
	lines    []string
	expected []string // what a right server says; nil when that is to be found out
	stopped  bool     // since the first line that is not as expected
	ids      map[string]string
	tags     map[string]string
	times    map[string]sighting // by id
}

// A sighting is what the times of a record were.
type sighting struct{ created, updated string }

func newTranscript(ctx context.Context, b *browser) *transcript {
	return &transcript{browser: b, ctx: ctx, ids: map[string]string{}, tags: map[string]string{}, times: map[string]sighting{}}
}

// ask sends a request and writes down what comes back. A failure counts as an
// answer.
func (t *transcript) ask(label string, a ask) got {
	if t.stopped {
		return got{}
	}
	g, err := t.try(t.ctx, a)
	if err != nil {
		t.note(label + ": no answer")
		return got{}
	}
	t.note(fmt.Sprintf("%s: %d %s %s", label, g.status, t.headers(a, g), t.body(g)))
	return g
}

// note writes a line.
func (t *transcript) note(line string) {
	t.lines = append(t.lines, strings.ReplaceAll(line, strings.TrimPrefix(t.url, "http://"), "HOST"))
	t.stopped = t.expected != nil && t.last() != t.wanted()
}

// last is the line that was written last, wanted the one that was expected then.
func (t *transcript) last() string { return t.lines[len(t.lines)-1] }

func (t *transcript) wanted() string {
	if len(t.lines) > len(t.expected) {
		return "nothing more"
	}
	return t.expected[len(t.lines)-1]
}

// headers are those that matter, in words.
func (t *transcript) headers(a ask, g got) string {
	var words []string
	names := []string{"Content-Type", "Allow", "Www-Authenticate", "Location", "Cache-Control", "Vary", "Content-Encoding"}
	if a.method == http.MethodHead {
		names = append(names, "Content-Length")
	}
	for _, name := range names {
		if value := g.header.Get(name); value != "" {
			words = append(words, name+"="+value)
		}
	}
	if tag := g.header.Get("Etag"); tag != "" {
		words = append(words, "ETag="+numbered(t.tags, "tag", tag))
	}
	return strings.Join(words, " ")
}

// numbered is a name for a value: the same for the same value.
func numbered(names map[string]string, kind, value string) string {
	if names[value] == "" {
		names[value] = fmt.Sprint(kind, len(names)+1)
	}
	return names[value]
}

// body is the body in words.
func (t *transcript) body(g got) string {
	if g.value == nil {
		return g.text
	}
	text, err := json.Marshal(t.described(g.value))
	if err != nil {
		return err.Error()
	}
	return string(text)
}

// described is a value with its ids numbered and its times described.
func (t *transcript) described(value any) any {
	switch value := value.(type) {
	case []any:
		list := make([]any, len(value))
		for i := range value {
			list[i] = t.described(value[i])
		}
		return list
	case map[string]any:
		object := map[string]any{}
		for name, member := range value {
			object[name] = t.described(member)
		}
		if id, there := value["id"]; there {
			text := fmt.Sprint(id)
			object["id"] = fmt.Sprintf("%T %s %s", id, shape(text), numbered(t.ids, "id", text))
			t.describeTimes(text, value, object)
		}
		return object
	}
	return value
}

// describeTimes describes the times of a record.
func (t *transcript) describeTimes(id string, record, described map[string]any) {
	created, createdThere := record["created_at"].(string)
	updated, updatedThere := record["updated_at"].(string)
	if !createdThere || !updatedThere {
		return
	}
	before, seen := t.times[id]
	if !seen {
		before = sighting{created, updated}
	}
	t.times[id] = sighting{created, updated}
	described["created_at"] = fmt.Sprint(shape(created), " ", age(created), " ", compared(created, before.created))
	described["updated_at"] = fmt.Sprint(shape(updated), " ", age(updated), " ", compared(updated, before.updated), " created ", compared(updated, created))
}

// shape is a text with 9 for digits and letters that may stand for digits. It
// tells the layout of a time or an id.
func shape(text string) string {
	digits := "0123456789"
	if strings.Trim(text, digits+"abcdef-") == "" {
		digits += "abcdef"
	}
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(digits, r) {
			return '9'
		}
		return r
	}, text)
}

// age is how many hours ago a time was.
func age(text string) string {
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return "unreadable"
	}
	return fmt.Sprintf("%dh", int(math.Round(time.Since(at).Hours())))
}

// compared says which of two times is later.
func compared(a, b string) string {
	return []string{"<", "=", ">"}[strings.Compare(a, b)+1]
}

// idOf is the id of an answer for a path, or one that nothing has.
func idOf(g got) string {
	switch id := asObject(g.value)["id"].(type) {
	case string:
		return id
	case float64:
		return fmt.Sprint(id)
	}
	return noRecord
}

func asObject(value any) map[string]any {
	object, _ := value.(map[string]any)
	return object
}

// newest and oldest are the ids at the ends of a list.
func newest(g got) string { return idAt(g, func(all []any) any { return all[0] }) }

func oldest(g got) string { return idAt(g, func(all []any) any { return all[len(all)-1] }) }

func idAt(g got, choose func([]any) any) string {
	ids := slices.DeleteFunc(g.column("id"), func(id any) bool { return id == nil })
	if len(ids) == 0 {
		return noRecord
	}
	return fmt.Sprint(choose(ids))
}
