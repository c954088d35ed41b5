package resource

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"understudy/internal/contract"
)

// readCollection reads what the vocabulary says of the order of a collection, of how
// many items it may have, and of what its requests are refused for.
func (in *inference) readCollection(c *Collection) {
	if order := in.words(c, "order"); order.Exists() {
		name, descending := strings.CutPrefix(in.text(order), "-")
		if c.Field(name) == nil {
			in.faults = append(in.faults, order.Fault("name a member of the item, with - before it for descending", "the item has no member %q to order by", name))
		}
		c.Order = Order{Field: name, Descending: descending}
	}
	if quota := in.words(c, "quota"); quota.Exists() {
		c.Quota = in.number(quota, 0, "quota")
	}
	c.Errors = in.errors(in.words(c, "errors"))
	for _, refused := range in.list(in.words(c, "refuse")) {
		members := Refusal(refused.Text())
		if members != ReadOnlyMembers && members != UnknownMembers {
			in.faults = append(in.faults, refused.Fault("use read_only or unknown", "%q is nothing that can be refused", refused.Text()))
		}
		c.Refused = append(c.Refused, members)
	}
}

// count reads the size of a page.
func (in *inference) count(n contract.Node, absent int) int { return in.number(n, absent, "page size") }

// number reads a positive whole number; what says what it is.
func (in *inference) number(n contract.Node, absent int, what string) int {
	if !n.Exists() {
		return absent
	}
	value, err := strconv.Atoi(n.Text())
	if err != nil || value < 1 {
		in.faults = append(in.faults, n.Fault("give a whole number above 0", "%q is no %s", n.Text(), what))
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
		in.object(item, "from", "to", "after", "set", "remove")
		in.state(f, item.Get("from"), item)
		removes := in.flag(item.Get("remove"))
		switch {
		case !removes:
			in.state(f, item.Get("to"), item)
		case item.Get("to").Exists() || item.Get("set").Exists():
			in.faults = append(in.faults, item.Fault("leave out to and set where remove is true", "a transition that removes the item leads to no state"))
		}
		after, err := time.ParseDuration(item.Get("after").Text())
		if err != nil || after < 0 {
			in.faults = append(in.faults, item.Fault("write a duration like 5s or 1m30s", "after: %q is no delay", item.Get("after").Text()))
		}
		in.expect(item.Get("set"), item.Get("set").IsObject(), "an object")
		set, _ := item.Get("set").Value().(map[string]any)
		l.Transitions = append(l.Transitions, Transition{From: item.Get("from").Text(), To: item.Get("to").Text(), After: after, Set: set, Remove: removes})
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
			if at = next.To; at == start.From && !next.Remove {
				in.faults = append(in.faults, n.Fault("give one of the transitions a delay", "the transitions from %q go in a circle without delay", start.From))
				return
			}
		}
	}
}

// causes are the reasons for an error answer that a document can word.
var causes = []string{
	"unauthenticated", "bad_credentials", "missing_scope", "forbidden_parent", "unknown_path", "parent_not_found", "not_found",
	"method_not_allowed", "not_acceptable", "unsupported_media_type", "too_large", "malformed_body", "invalid", "conflict", "quota", "wrong_state", "server_error",
}

// readErrors reads the error bodies and statuses by cause.
func (in *inference) readErrors() {
	n := in.contract.Root().Get(contract.Extension)
	in.object(n, "errors", "statuses")
	in.model.Errors = in.errors(n.Get("errors"))
	statuses := n.Get("statuses")
	in.expect(statuses, statuses.IsObject(), "an object")
	in.model.Statuses = map[string]int{}
	for _, cause := range statuses.Names() {
		said := statuses.Get(cause)
		in.cause(said, cause)
		status, err := strconv.Atoi(said.Text())
		if err != nil || status < 400 || status > 599 {
			in.faults = append(in.faults, said.Fault("give a number from 400 to 599", "%q is no status of an error", said.Text()))
		}
		in.model.Statuses[cause] = status
	}
}

// errors reads error bodies by cause.
func (in *inference) errors(n contract.Node) map[string]contract.Node {
	in.expect(n, n.IsObject(), "an object")
	bodies := map[string]contract.Node{}
	for _, cause := range n.Names() {
		body := n.Get(cause)
		in.cause(body, cause)
		if _, isText := body.Value().(string); !body.IsObject() && !body.IsArray() && !isText {
			in.faults = append(in.faults, body.Fault("write the error body", "the body of %q is no object, list or text", cause))
		}
		bodies[cause] = body
	}
	return bodies
}

// cause checks the name of a cause.
func (in *inference) cause(n contract.Node, cause string) {
	general, _, _ := strings.Cut(cause, ".")
	if !slices.Contains(causes, general) || general != cause && general != "invalid" {
		in.faults = append(in.faults, n.Fault("use one of "+strings.Join(causes, ", ")+", or invalid.KEYWORD", "unknown cause %q", cause))
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

// flag reads true or false.
func (in *inference) flag(n contract.Node) bool {
	value, is := n.Value().(bool)
	in.expect(n, is, "true or false")
	return value
}

// expect reports a value that is not what the vocabulary has in its place.
func (in *inference) expect(n contract.Node, is bool, what string) {
	if n.Value() != nil && !is {
		in.faults = append(in.faults, n.Fault("write "+what, "this must be %s", what))
	}
}
