package resource

import (
	"encoding/json"
	"fmt"
	"strings"

	"understudy/internal/contract"
)

// Decision is one thing that was decided about a document, with its reason.
type Decision struct {
	// About names what was decided: items, id, paging.
	About string `json:"about"`
	// What was decided, and Because of what, each in a few words.
	What    string `json:"what"`
	Because string `json:"because"`
	// Pointer and Line say where in the document x-understudy would say otherwise.
	Pointer string `json:"pointer,omitempty"`
	Line    int    `json:"line,omitempty"`
	// Say is what x-understudy would say for the same decision, as YAML; "" when
	// it has no word for it.
	Say string `json:"say,omitempty"`

	At contract.Node `json:"-"`
}

// String tells the decision in one line.
func (d Decision) String() string {
	return fmt.Sprintf("%s, because %s", d.What, d.Because)
}

// decide keeps a decision about a collection.
func (c *Collection) decide(d Decision) {
	d.Pointer, d.Line = d.At.Pointer(), d.At.Line()
	c.Decisions = append(c.Decisions, d)
}

// say writes one key of the vocabulary with a text.
func say(key, value string) string { return key + ": " + quoted(value) }

// quoted writes a text as YAML.
func quoted(text string) string {
	plainText := text != "" && !strings.ContainsAny(text, ":#{}[],&*!|>'\"%@`\n\t ") && !strings.HasPrefix(text, "-") && contract.YAML([]byte(text)) == text
	if plainText {
		return text
	}
	encoded, _ := json.Marshal(text) // a text is always JSON
	return contract.YAML(encoded)
}

// doubtAt keeps a doubt with the line that would settle it. The arguments are those
// of both texts.
func (in *inference) doubtAt(n contract.Node, say, format, settle string, args ...any) {
	in.model.Doubts = append(in.model.Doubts, Doubt{
		Pointer: n.Pointer(), Line: n.Line(), Message: fill(format, args), Settle: fill(settle, args), Say: say,
	})
}

// doubt keeps a doubt that only the document itself can settle.
func (in *inference) doubt(n contract.Node, format, settle string, args ...any) {
	in.doubtAt(n, "", format, settle, args...)
}

// fill writes a text with as many of the arguments as it asks for.
func fill(format string, args []any) string {
	if strings.Contains(format, "%[") {
		return fmt.Sprintf(format, args...)
	}
	return fmt.Sprintf(format, args[:min(len(args), strings.Count(format, "%"))]...)
}

// leave keeps what was left alone, with the reason.
func (in *inference) leave(n contract.Node, what, because string) {
	in.model.Left = append(in.model.Left, Decision{About: "left alone", What: what, Because: because, Pointer: n.Pointer(), Line: n.Line(), At: n})
}

// object writes values as YAML.
func object(values map[string]any) string {
	if len(values) == 0 {
		return "{}"
	}
	encoded, err := json.Marshal(values)
	if err != nil {
		return "{}"
	}
	return string(encoded)
}
