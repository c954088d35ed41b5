package contract

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/theory/jsonpath"
	"go.yaml.in/yaml/v3"
)

// overlay is an OpenAPI Overlay under way: a list of changes to a document, each of
// what a JSONPath finds there. What it brings keeps its own file and line.
type overlay struct {
	document Node
	graft    *graft
	warnings Faults
	faults   Faults
	values   any // the document as JSON; nil after a change
	left     int // how many values it may still bring
}

// maxGrafted bounds the values that an overlay may bring, since one change may
// apply in many places.
const maxGrafted = 100_000

// applyOverlay changes the document as an overlay says. The error is a Faults: an
// overlay that is none. What changes nothing is a warning.
func applyOverlay(document Node, file overlayFile) (warnings Faults, err error) {
	root, err := ParseFile(file.name, file.data)
	if err != nil {
		return nil, err
	}
	o := &overlay{document: document, graft: &graft{file.name}, left: maxGrafted}
	const hint = "give an OpenAPI Overlay 1.0 or 1.1"
	version, actions := root.Raw("overlay"), root.Raw("actions")
	switch text := version.Text(); {
	case !version.Exists():
		o.fault(root, hint, "not an overlay: there is no \"overlay\" version")
	case !isVersion(text, "1.0") && !isVersion(text, "1.1"):
		o.fault(version, hint, "Overlay %s is not supported", text)
	case !actions.IsArray() || len(actions.rawItems()) == 0:
		o.fault(root, "list what it changes under actions", "the overlay has no actions")
	}
	if o.faults == nil {
		for _, action := range actions.rawItems() {
			if o.left >= 0 {
				o.apply(action)
			}
		}
	}
	return o.warnings, o.faults.Err()
}

func (o *overlay) fault(n Node, hint, format string, args ...any) {
	o.faults = append(o.faults, n.Fault(hint, format, args...))
}

func (o *overlay) warn(n Node, hint, format string, args ...any) {
	o.warnings = append(o.warnings, n.Fault(hint, format, args...))
}

// apply carries out one action.
func (o *overlay) apply(action Node) {
	if !action.IsObject() {
		o.fault(action, "give an object with a target", "the action is no object")
		return
	}
	targets := o.find(action, "target")
	update, source := action.Raw("update"), action.Raw("copy")
	switch {
	case len(targets) == 0:
	case action.Raw("remove").Bool():
		o.remove(action, targets)
	case update.Exists():
		o.update(update, targets)
	case source.Exists():
		if found := o.find(action, "copy"); len(found) == 1 {
			o.update(found[0].Node, targets)
		} else if len(found) > 1 {
			o.fault(source, "select a single value", "copy selects %d values", len(found))
		}
	default:
		o.warn(action, "give it update, remove: true or copy", "the action changes nothing")
	}
}

// found is a value of the document that a path selects.
type found struct {
	Node
	holder *yaml.Node // the object or array that it is in, nil for the whole document
	at     int        // its place among the holder's content
}

// find lists what the path under a name of an action selects.
func (o *overlay) find(action Node, name string) []found {
	n := action.Raw(name)
	text, ok := n.scalar()
	if !ok {
		o.fault(action, "give a JSONPath, like $.paths['/items'].get", "the action has no %s", name)
		return nil
	}
	path, err := parsePath(text)
	if err != nil {
		o.fault(n, "give a JSONPath (RFC 9535), like $.paths['/items'].get", "%s %q: %v", name, text, strings.TrimPrefix(err.Error(), "jsonpath: "))
		return nil
	}
	if o.values == nil {
		o.values = o.document.Value()
	}
	var selected []found
	for _, located := range path.SelectLocated(o.values) {
		if f, ok := o.descend(located.Path.Pointer()); ok {
			selected = append(selected, f)
		}
	}
	if len(selected) == 0 {
		o.warn(n, "correct the path, or remove the action", "%s %q selects nothing", name, text)
	}
	return selected
}

// dashed is a name with dashes behind a dot, which RFC 9535 does not allow, and the
// specification of overlays itself writes; it passes over texts in quotes.
var dashed = regexp.MustCompile(`'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|\.[A-Za-z_]\w*(?:-\w+)+`)

// parsePath reads a JSONPath.
func parsePath(text string) (*jsonpath.Path, error) {
	path, err := jsonpath.Parse(text)
	if err == nil {
		return path, nil
	}
	quoted := dashed.ReplaceAllStringFunc(text, func(found string) string {
		if name, isName := strings.CutPrefix(found, "."); isName {
			return "['" + name + "']"
		}
		return found
	})
	if path, failed := jsonpath.Parse(quoted); failed == nil {
		return path, nil
	}
	return nil, err
}

// expand puts copies in the place of YAML aliases, so that a change in one place is
// none in another.
func expand(value *yaml.Node) {
	for i, content := range value.Content {
		if content.Kind == yaml.AliasNode {
			copied := copyOf(content.Alias)
			copied.Line = content.Line
			value.Content[i] = copied
			continue
		}
		expand(content)
	}
}

// copyOf copies a value with all that is in it, and what its aliases stand for.
func copyOf(value *yaml.Node) *yaml.Node {
	copied := *unalias(value)
	copied.Content = nil
	for _, content := range unalias(value).Content {
		copied.Content = append(copied.Content, copyOf(content))
	}
	return &copied
}

// descend goes to a place of the document.
func (o *overlay) descend(pointer string) (found, bool) {
	at := found{Node: o.document}
	if pointer == "" {
		return at, true
	}
	for token := range strings.SplitSeq(strings.TrimPrefix(pointer, "/"), "/") {
		next := at.inside(unescapeToken(token))
		if !next.Exists() {
			return found{}, false
		}
		holder := at.target()
		place, err := strconv.Atoi(token)
		if err != nil || !at.IsArray() {
			place = indexOf(holder, next.value)
		}
		at = found{next, holder, place}
	}
	return at, true
}

func indexOf(holder, value *yaml.Node) int {
	for i, content := range holder.Content {
		if content == value {
			return i
		}
	}
	return -1
}

// remove takes values out of what they are in.
func (o *overlay) remove(action Node, targets []found) {
	o.values = nil
	for _, target := range targets {
		if target.holder == nil {
			o.fault(action, "select a part of it", "the whole document cannot be removed")
			continue
		}
		at := indexOf(target.holder, target.value) // an earlier one may have been before it
		if at < 0 {
			continue
		}
		from := at
		if target.holder.Kind == yaml.MappingNode {
			from-- // with its name
		}
		target.holder.Content = append(target.holder.Content[:from:from], target.holder.Content[at+1:]...)
	}
}

// update merges a value into others. It comes from the overlay, or from elsewhere
// in the document.
func (o *overlay) update(value Node, targets []found) {
	o.values = nil
	for _, target := range targets {
		switch {
		case target.IsObject() && value.IsObject():
			o.merge(target.Node, value)
		case target.IsArray():
			o.extend(target.Node, value)
		case target.holder == nil:
			o.fault(value, "give an object", "the whole document can only be merged with an object")
		default:
			target.holder.Content[target.at] = o.bring(value)
		}
		if o.left < 0 {
			o.fault(value, "simplify the overlay", "the overlay brings more than %d values", maxGrafted)
			return
		}
	}
}

// merge puts the members of one object into another.
func (o *overlay) merge(target, value Node) {
	into := target.target()
	for name, member := range value.members() {
		there := target.Raw(name)
		switch {
		case !there.Exists():
			key := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: name, Line: member.Line()}
			into.Content = append(into.Content, key, o.bring(member))
		default:
			o.mergeMember(into, there, member)
		}
	}
}

func (o *overlay) mergeMember(into *yaml.Node, there, member Node) {
	switch at := indexOf(into, there.value); {
	case there.IsObject() && member.IsObject():
		o.merge(there, member)
	case there.IsArray() && member.IsArray():
		o.extend(there, member)
	default:
		into.Content[at] = o.bring(member)
		into.Content[at-1] = &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: into.Content[at-1].Value, Line: member.Line()}
	}
}

// extend puts a value, or the items of a list, at the end of a list.
func (o *overlay) extend(target, value Node) {
	into := target.target()
	items := []Node{value}
	if value.IsArray() {
		items = value.rawItems()
	}
	for _, item := range items {
		into.Content = append(into.Content, o.bring(item))
	}
}

// bring copies a value, and keeps where it came from.
func (o *overlay) bring(value Node) *yaml.Node {
	made := o.copy(value.value)
	from := value.graft
	if value.file != o.document.file {
		from = o.graft
	}
	if o.document.file.grafts == nil {
		o.document.file.grafts = map[*yaml.Node]*graft{}
	}
	o.document.file.grafts[made] = from
	return made
}

// copy copies a value with all that is in it, and what its aliases stand for.
func (o *overlay) copy(value *yaml.Node) *yaml.Node {
	line := value.Line
	value = unalias(value)
	if o.left--; o.left < 0 {
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!null", Value: "null", Line: line}
	}
	made := *value
	made.Anchor, made.Line, made.Content = "", line, nil
	for _, content := range value.Content {
		made.Content = append(made.Content, o.copy(content))
	}
	if from, ok := o.document.file.grafts[value]; ok {
		o.document.file.grafts[&made] = from
	}
	return &made
}
