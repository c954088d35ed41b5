package resource

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"understudy/internal/contract"
)

// readCollection reads the vocabulary on the path item of a collection.
func (in *inference) readCollection(c *Collection) {
	n := in.anyOperation(c).PathNode.Get(contract.Extension)
	if list := c.Operations[List]; list != nil {
		n = list.PathNode.Get(contract.Extension)
	}
	in.object(n, "order", "page")
	if order := n.Get("order"); order.Exists() {
		name, descending := strings.CutPrefix(in.text(order), "-")
		if c.Field(name) == nil {
			in.faults = append(in.faults, order.Fault("name a member of the item, with - before it for descending", "the item has no member %q to order by", name))
		}
		c.Order = Order{Field: name, Descending: descending}
	}
	if page := n.Get("page"); page.Exists() {
		c.Page = in.page(page)
	}
}

// page reads how large pages are. A maximum below the usual size makes them
// smaller.
func (in *inference) page(n contract.Node) *Page {
	in.object(n, "default", "maximum")
	p := &Page{Style: LimitOffset, Default: defaultPageSize, Maximum: in.count(n.Get("maximum"), 0)}
	if p.Maximum > 0 {
		p.Default = min(p.Default, p.Maximum)
	}
	p.Default = in.count(n.Get("default"), p.Default)
	if p.Maximum > 0 && p.Default > p.Maximum {
		in.faults = append(in.faults, n.Get("default").Fault("make the default smaller", "the default page size is above the maximum of %d", p.Maximum))
	}
	return p
}

// count reads a positive whole number.
func (in *inference) count(n contract.Node, absent int) int {
	if !n.Exists() {
		return absent
	}
	value, err := strconv.Atoi(n.Text())
	if err != nil || value < 1 {
		in.faults = append(in.faults, n.Fault("give a whole number above 0", "%q is no page size", n.Text()))
		return absent
	}
	return value
}

// readField reads the vocabulary on a member of an item.
func (in *inference) readField(c *Collection, f *Field, n contract.Node) {
	in.object(n, "generate", "source", "lifecycle")
	if template := n.Get("generate"); template.Exists() {
		f.Template = in.text(template)
		if f.Source != FromClient && f.Source != FromID {
			f.Source = FromTemplate
		}
	}
	if source := n.Get("source"); source.Exists() {
		f.Source = in.source(source)
	}
	if lifecycle := n.Get("lifecycle"); lifecycle.Exists() {
		f.Source = FromLifecycle
		c.Lifecycle = in.lifecycle(f, lifecycle)
		f.Default, f.HasDefault = c.Lifecycle.Initial, true
	}
}

func (in *inference) source(n contract.Node) Source {
	source := Source(n.Text())
	if source != FromUser && source != FromCreated && source != FromUpdated && source != FromClient {
		in.faults = append(in.faults, n.Fault("use one of key.user, created, updated, client", "unknown source %q", n.Text()))
	}
	return source
}

func (in *inference) lifecycle(f *Field, n contract.Node) *Lifecycle {
	in.object(n, "initial", "transitions")
	l := &Lifecycle{Field: f.Name, Initial: n.Get("initial").Text()}
	in.state(f, n.Get("initial"), n)
	for _, item := range in.list(n.Get("transitions")) {
		in.object(item, "from", "to", "after", "set")
		in.state(f, item.Get("from"), item)
		in.state(f, item.Get("to"), item)
		after, err := time.ParseDuration(item.Get("after").Text())
		if err != nil || after < 0 {
			in.faults = append(in.faults, item.Fault("write a duration like 5s or 1m30s", "after: %q is no delay", item.Get("after").Text()))
		}
		in.expect(item.Get("set"), item.Get("set").IsObject(), "an object")
		set, _ := item.Get("set").Value().(map[string]any)
		l.Transitions = append(l.Transitions, Transition{From: item.Get("from").Text(), To: item.Get("to").Text(), After: after, Set: set})
	}
	in.endless(l, n)
	return l
}

// state checks that a state is a value of the member.
func (in *inference) state(f *Field, n, around contract.Node) {
	switch {
	case !n.Exists():
		in.faults = append(in.faults, around.Fault("say initial, and from and to of each transition", "a state is missing"))
	case f.Schema != nil && len(f.Schema.Check(n.Text())) > 0:
		in.faults = append(in.faults, n.Fault("use a value that the schema allows", "%q is no value of %s", n.Text(), f.Name))
	}
}

// endless refuses a circle of transitions without any delay: it would never
// come to rest.
func (in *inference) endless(l *Lifecycle, n contract.Node) {
	for _, start := range l.Transitions {
		at := start.From
		for range l.Transitions {
			next := l.Next(at)
			if next == nil || next.After > 0 {
				break
			}
			if at = next.To; at == start.From {
				in.faults = append(in.faults, n.Fault("give one of the transitions a delay", "the transitions from %q go in a circle without delay", start.From))
				return
			}
		}
	}
}

// causes are the reasons for an error answer that a document can word.
var causes = []string{
	"unauthenticated", "bad_credentials", "missing_scope", "forbidden_parent", "unknown_path", "parent_not_found", "not_found",
	"method_not_allowed", "not_acceptable", "unsupported_media_type", "too_large", "malformed_body", "invalid", "conflict", "server_error",
}

// readErrors reads the error bodies by cause.
func (in *inference) readErrors() {
	n := in.contract.Root().Get(contract.Extension)
	in.object(n, "errors")
	errors := n.Get("errors")
	in.expect(errors, errors.IsObject(), "an object")
	in.model.Errors = map[string]contract.Node{}
	for _, cause := range errors.Names() {
		body := errors.Get(cause)
		general, _, _ := strings.Cut(cause, ".")
		if !slices.Contains(causes, general) || general != cause && general != "invalid" {
			in.faults = append(in.faults, body.Fault("use one of "+strings.Join(causes, ", ")+", or invalid.KEYWORD", "unknown cause %q", cause))
		}
		if !body.IsObject() {
			in.faults = append(in.faults, body.Fault("write the members of the error body", "the body of %q is not an object", cause))
		}
		in.model.Errors[cause] = body
	}
}

// readTokens reads how made-up credentials look.
func (in *inference) readTokens() {
	in.model.Tokens = map[string]string{}
	for _, scheme := range in.contract.SecuritySchemes() {
		n := scheme.Node.Get(contract.Extension)
		in.object(n, "token")
		in.model.Tokens[scheme.Name] = in.text(n.Get("token"))
	}
}

// object reports a vocabulary object that is none, and its members that do not
// exist.
func (in *inference) object(n contract.Node, names ...string) {
	in.expect(n, n.IsObject(), "an object")
	for _, name := range n.Names() {
		if !slices.Contains(names, name) {
			in.faults = append(in.faults, n.Raw(name).Fault("use one of "+strings.Join(names, ", "), "unknown key %q in %s", name, contract.Extension))
		}
	}
}

// list reads the items of a list.
func (in *inference) list(n contract.Node) []contract.Node {
	in.expect(n, n.IsArray(), "a list")
	return n.Items()
}

// text reads a text, or a number as it is written.
func (in *inference) text(n contract.Node) string {
	in.expect(n, !n.IsObject() && !n.IsArray(), "a text")
	return n.Text()
}

// expect reports a value that is not what the vocabulary has in its place.
func (in *inference) expect(n contract.Node, is bool, what string) {
	if n.Value() != nil && !is {
		in.faults = append(in.faults, n.Fault("write "+what, "this must be %s", what))
	}
}

// MarshalJSON gives a collection as `understudy inspect --json` prints it.
func (c *Collection) MarshalJSON() ([]byte, error) {
	return json.Marshal(c.summary())
}
