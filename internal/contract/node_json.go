package contract

import (
	"bytes"
	"errors"
	"io"

	"github.com/go-json-experiment/json/jsontext"
	"go.yaml.in/yaml/v3"
)

// looksLikeJSON reports whether a file starts as a JSON object or array.
func looksLikeJSON(data []byte) bool {
	trimmed := bytes.TrimLeft(data, " \t\r\n")
	return len(trimmed) > 0 && (trimmed[0] == '{' || trimmed[0] == '[')
}

// parseJSONTree reads JSON into the tree that YAML is read into. YAML is nearly a
// superset of JSON; the difference is in tabs and in surrogate escapes, and
// this is faster.
func parseJSONTree(data []byte) (*yaml.Node, error) {
	p := &treeParser{
		decoder: jsontext.NewDecoder(bytes.NewReader(data), jsontext.AllowDuplicateNames(true)),
		data:    data,
		line:    1,
	}
	root, err := p.value()
	if err != nil {
		return nil, err
	}
	if _, err := p.decoder.ReadToken(); !errors.Is(err, io.EOF) {
		return nil, errors.New("there is more after the end of the JSON value")
	}
	return root, nil
}

type treeParser struct {
	decoder *jsontext.Decoder
	data    []byte
	counted int // how much of data has been counted into line
	line    int
}

// value reads one value with everything inside it.
func (p *treeParser) value() (*yaml.Node, error) {
	token, err := p.decoder.ReadToken()
	if err != nil {
		return nil, err
	}
	n := &yaml.Node{Kind: yaml.ScalarNode, Line: p.lineHere()}
	switch token.Kind() {
	case '{':
		n.Kind, n.Tag = yaml.MappingNode, "!!map"
		return n, p.children(n, '}')
	case '[':
		n.Kind, n.Tag = yaml.SequenceNode, "!!seq"
		return n, p.children(n, ']')
	case '"':
		n.Tag = "!!str"
	case '0':
		n.Tag = "!!float"
	case 't', 'f':
		n.Tag = "!!bool"
	case 'n':
		n.Tag = "!!null"
	}
	n.Value = token.String()
	return n, nil
}

// children reads members or items up to the closing token.
func (p *treeParser) children(n *yaml.Node, end jsontext.Kind) error {
	for p.decoder.PeekKind() != end {
		child, err := p.value()
		if err != nil {
			return err
		}
		n.Content = append(n.Content, child)
	}
	_, err := p.decoder.ReadToken()
	return err
}

// lineHere is the line of the token that was just read.
func (p *treeParser) lineHere() int {
	end := int(p.decoder.InputOffset())
	p.line += bytes.Count(p.data[p.counted:end], []byte{'\n'})
	p.counted = end
	return p.line
}
