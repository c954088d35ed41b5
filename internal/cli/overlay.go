package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"understudy/internal/contract"
	"understudy/internal/resource"
)

// writeOverlay writes an OpenAPI Overlay that says in the words of x-understudy what
// was decided: applied as it is, it changes nothing but the doubts that it settles.
func writeOverlay(w io.Writer, read *contract.Contract, model *resource.Model) {
	fmt.Fprintf(w, "overlay: 1.0.0\ninfo:\n  title: %s\n  version: %s\n", inQuotes("What was understood of "+read.Title), inQuotes(read.Version))
	fmt.Fprint(w, "# Each action says what was decided. Change what was guessed wrongly, and delete the rest.\n")
	said := map[string]bool{}
	action := func(pointer, why, say, before string) {
		if say == "" || said[pointer+" "+say] {
			return
		}
		if len(said) == 0 {
			fmt.Fprint(w, "actions:\n")
		}
		said[pointer+" "+say] = true
		for _, line := range []string{"- target: " + inQuotes(jsonPath(pointer)), "  description: " + inQuotes(why), "  update:", "    x-understudy:", "      " + say} {
			fmt.Fprintf(w, "  %s%s\n", before, line)
		}
	}
	for _, doubt := range model.Doubts {
		before := ""
		if strings.Contains(doubt.Say, "MEMBER") {
			before = "# " // to be filled in first
		}
		action(doubt.Pointer, "doubt: "+doubt.Message+"; "+doubt.Settle, doubt.Say, before)
	}
	for _, c := range model.Collections {
		for _, d := range c.Decisions {
			action(d.Pointer, d.About+": "+d.String(), d.Say, "")
		}
	}
	if len(said) == 0 {
		fmt.Fprint(w, "actions: []\n")
	}
}

// jsonPath writes a JSON pointer as a JSONPath (RFC 9535).
func jsonPath(pointer string) string {
	var b strings.Builder
	b.WriteString("$")
	for token := range strings.SplitSeq(strings.TrimPrefix(pointer, "/"), "/") {
		token = strings.NewReplacer("~1", "/", "~0", "~").Replace(token)
		b.WriteString("['" + strings.NewReplacer(`\`, `\\`, "'", `\'`).Replace(token) + "']")
	}
	return b.String()
}

// inQuotes writes a text in quotes, as JSON and YAML do.
func inQuotes(text string) string {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(text); err != nil {
		return `""` // a text always has a form in JSON
	}
	return strings.TrimSpace(b.String())
}
