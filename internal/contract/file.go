package contract

import (
	"net/url"
	"path"
	"path/filepath"
	"strings"

	"go.yaml.in/yaml/v3"
)

// file is one parsed file.
type file struct {
	name     string // in faults
	location string // what its references are relative to: a path, or the URL of a remote file
	root     *yaml.Node
	set      *files                // the files of its document, nil when it stands alone
	named    map[string]Node       // schemas by their "#" and $anchor, or by their $id
	grafts   map[*yaml.Node]*graft // values that an overlay brought
	places   map[*yaml.Node]places // of the large objects
	swagger  bool                  // it is OpenAPI 3 that was made of Swagger 2.0
}

// places are where the members of an object are among its content.
type places map[string]int

// largeObject is how many members an object has that is worth knowing by heart.
const largeObject = 32

// learn finds the members of all large objects. The file must not change in what
// members it has after that.
func (f *file) learn() {
	f.places = map[*yaml.Node]places{}
	var visit func(*yaml.Node)
	visit = func(n *yaml.Node) {
		if n.Kind == yaml.MappingNode && len(n.Content) > 2*largeObject {
			known := make(places, len(n.Content)/2)
			for i := len(n.Content) - 2; i >= 0; i -= 2 {
				known[n.Content[i].Value] = i
			}
			f.places[n] = known
		}
		for _, child := range n.Content {
			visit(child)
		}
	}
	visit(f.root)
}

// graft is an overlay that values came from.
type graft struct{ name string }

// whole is the Node of all that stands in the file.
func (f *file) whole() Node { return Node{file: f, line: f.root.Line, value: f.root} }

// at is the whole file at a location as a reference gives it, "" for the file
// itself, or the schema that has the location for its $id.
func (f *file) at(location string) Node {
	if location == "" {
		return f.whole()
	}
	if named, ok := f.named[location]; ok {
		return named
	}
	if f.set == nil {
		return Node{}
	}
	if other := f.set.get(f.resolve(location)); other != nil {
		return other.whole()
	}
	return Node{}
}

// resolve is a location, as a reference in the file gives it, as it is from
// outside.
func (f *file) resolve(location string) string {
	if isRemote(location) {
		return location
	}
	if base, err := url.Parse(f.location); err == nil && isRemote(f.location) {
		if target, err := base.Parse(location); err == nil {
			return target.String()
		}
		return location
	}
	return path.Join(path.Dir(f.location), unescapeFragment(location))
}

// index finds the schemas of the file that have names of their own.
func (f *file) index(n Node) {
	if n.value.Kind == yaml.AliasNode {
		return // what it stands for is indexed where it stands
	}
	if anchor := n.Raw("$anchor").Text(); anchor != "" {
		f.label("#"+anchor, n)
	}
	if id := n.Raw("$id").Text(); id != "" {
		f.label(strings.TrimSuffix(id, "#"), n)
	}
	for _, member := range n.members() {
		f.index(member)
	}
	for _, item := range n.rawItems() {
		f.index(item)
	}
}

// label gives a schema a name that no other has yet.
func (f *file) label(name string, n Node) {
	if f.named == nil {
		f.named = map[string]Node{}
	}
	if _, taken := f.named[name]; !taken {
		f.named[name] = n
	}
}

// isRemote reports whether a location is on another machine.
func isRemote(location string) bool {
	return strings.HasPrefix(location, "https://") || strings.HasPrefix(location, "http://")
}

// cleanLocation is the location of a file by its name.
func cleanLocation(name string) string {
	if isRemote(name) {
		return name
	}
	return path.Clean(filepath.ToSlash(name))
}
