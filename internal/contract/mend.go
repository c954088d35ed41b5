package contract

import (
	"errors"
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"
)

// mender walks a document with all of its files, before anything else reads it. It
// opens the files that references lead to, and puts something that means nothing in
// the place of whatever does not belong there, with a warning: the rest of the
// package then finds a sound document.
type mender struct {
	files    *files
	seen     map[visit]bool
	waiting  []place // where references lead
	warnings Faults
	faults   Faults
	// refused counts the references that may not be followed, and has the first.
	refused map[error]*refusal
}

// visit is one value, looked at as one kind of thing.
type visit struct {
	value *yaml.Node
	shape *shape
}

// place is a Node with what belongs there.
type place struct {
	node  Node
	shape *shape
}

// refusal is why references may not be followed.
type refusal struct {
	first Node
	count int
}

// mend walks the document. The faults leave it without one meaning.
func mend(s *shape, root Node) (warnings, faults Faults) {
	m := &mender{files: root.file.set, seen: map[visit]bool{}, refused: map[error]*refusal{}}
	m.waiting = []place{{root, s}}
	for len(m.waiting) > 0 {
		next := m.waiting[0]
		m.waiting = m.waiting[1:]
		m.visit(next.shape, next.node)
	}
	hints := map[error]string{
		errNoFolder: "bundle the document into one file, or give it by its path",
		errNoRemote: "allow them (--allow-remote), or bundle the document into one file",
	}
	for reason, refused := range m.refused {
		message := fmt.Sprintf("$ref %q: %v", refused.first.Text(), reason)
		if refused.count > 1 {
			message += fmt.Sprintf("; %d references need it", refused.count)
		}
		m.faults = append(m.faults, refused.first.Fault(hints[reason], "%s", message))
	}
	return m.warnings, m.faults
}

// visit mends one value and all that stands in it.
func (m *mender) visit(s *shape, n Node) {
	if s == nil || !n.Exists() {
		return
	}
	if ref, ok := n.reference(); ok {
		if !m.reference(s, n, ref) || s.kind != schemaKind {
			return // what stands beside the reference does not count
		}
	} else if found := kindOf(n); !s.admits(found) {
		m.misplaced(s, n, found)
		return
	}
	here := visit{n.target(), s}
	if m.seen[here] {
		return
	}
	m.seen[here] = true
	for name, member := range n.members() {
		inside := s.member(name)
		if inside == nil || isNull(member.value) && inside.kind != schemaKind {
			continue // nothing is as good as empty, but it is no schema
		}
		m.visit(inside, member)
	}
	if s.each != nil {
		for _, item := range n.rawItems() {
			m.visit(s.each, item)
		}
	}
}

// misplaced mends a value of the wrong kind.
func (m *mender) misplaced(s *shape, n Node, found valueKind) {
	if text := n.Text(); s.kind == flagKind && (text == "true" || text == "false") {
		m.warn(n.Fault("write it without quotes", "a text stands where true or false belongs"))
		*n.value = yaml.Node{Kind: yaml.ScalarNode, Tag: "!!bool", Value: text, Line: n.value.Line}
		return
	}
	m.warn(n.Fault("correct the structure of the document; until then it is left out", "%s stands where %s belongs", found.withArticle(), s.kind.withArticle()))
	s.leaveOut(n)
}

// reference sees where a reference leads. What leads nowhere is left out: ok is
// false then.
func (m *mender) reference(s *shape, holder, ref Node) (ok bool) {
	const hint = "correct the reference or add what it names; until then it is left out"
	text := ref.Text()
	end := holder.Resolve()
	if end.Exists() && s.admits(kindOf(end)) {
		m.waiting = append(m.waiting, place{ref.Follow(text), s})
		return true
	}
	location, _, _ := strings.Cut(text, "#")
	switch err := m.files.failed[ref.file.resolve(location)]; {
	case location != "" && err != nil:
		m.refuse(ref, err)
	case end.Exists():
		m.warn(ref.Fault(hint, "$ref %q leads to %s, where %s belongs", text, kindOf(end).withArticle(), s.kind.withArticle()))
	default:
		m.warn(ref.Fault(hint, "$ref %q leads nowhere", text))
	}
	s.leaveOut(holder)
	return false
}

// refuse keeps a reference to a file that cannot be had. For some reasons one fault
// speaks for all of them.
func (m *mender) refuse(ref Node, err error) {
	var faults Faults
	switch {
	case errors.Is(err, errNoFolder), errors.Is(err, errNoRemote):
		if m.refused[err] == nil {
			m.refused[err] = &refusal{first: ref}
		}
		m.refused[err].count++
	case errors.As(err, &faults):
		m.faults = append(m.faults, faults...)
	default:
		m.faults = append(m.faults, ref.Fault("correct the reference or add the file", "$ref %q cannot be read: %v", ref.Text(), err))
	}
}

func (m *mender) warn(f Fault) { m.warnings = append(m.warnings, f) }

// leaveOut puts what means nothing in the place of a value: null, or the schema of
// anything.
func (s *shape) leaveOut(n Node) {
	nothing := yaml.Node{Kind: yaml.ScalarNode, Tag: "!!null", Value: "null", Line: n.value.Line}
	if s.kind == schemaKind {
		nothing.Tag, nothing.Value = "!!bool", "true"
	}
	*n.value = nothing
}

// hiddenPrefix comes before the name of a member that is hidden.
const hiddenPrefix = "x-hidden-"

// hide lets an object have a member no longer. Only a JSON pointer still finds it.
func (n Node) hide(name string) {
	object := n.target()
	for i := 0; i+1 < len(object.Content); i += 2 {
		if key := *object.Content[i]; key.Value == name {
			key.Value = hiddenPrefix + name
			object.Content[i] = &key // and not in an object that it is merged into
		}
	}
	if at, ok := n.file.places[object][name]; ok {
		delete(n.file.places[object], name)
		n.file.places[object][hiddenPrefix+name] = at
	}
}
