package understudy_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"understudy"
	"understudy/internal/contract"
)

// `make docs` asks for this.
var update = flag.Bool("update", false, "write openapi.json anew")

// TestOpenAPIJSONIsWhatTheDocumentSays holds the copy that a start reads against the
// document: each value with the line that a message would name.
func TestOpenAPIJSONIsWhatTheDocumentSays(t *testing.T) {
	if *update {
		var document yaml.Node
		require.NoError(t, yaml.Unmarshal(understudy.OpenAPI, &document))
		w := lineWriter{}
		w.value(document.Content[0])
		require.NoError(t, os.WriteFile("openapi.json", append(w.text, '\n'), 0o600))
		return
	}
	written, err := contract.ParseFile("openapi.yaml", understudy.OpenAPI)
	require.NoError(t, err)
	read, err := contract.ParseFile("openapi.yaml", understudy.OpenAPIJSON)
	require.NoError(t, err, "run `make docs`")
	if !sameLines(t, written, read) || !bytes.Equal(written.AppendJSON(nil), read.AppendJSON(nil)) {
		t.Error("openapi.json is not what openapi.yaml says: run `make docs`, and commit the result")
	}
}

// sameLines reports whether two values and all that is in them stand in the same lines.
func sameLines(t *testing.T, want, got contract.Node) bool {
	same := assert.Equal(t, want.Line(), got.Line(), want.Pointer()) && assert.Equal(t, want.Names(), got.Names(), want.Pointer())
	tokens := want.Names()
	for i := range want.Items() {
		tokens = append(tokens, strconv.Itoa(i))
	}
	for _, token := range tokens {
		pointer := "/" + string(bytes.ReplaceAll([]byte(token), []byte("/"), []byte("~1")))
		same = same && sameLines(t, want.At(pointer), got.At(pointer))
	}
	return same
}

// lineWriter writes a YAML value as JSON, each value in the line where it stands.
type lineWriter struct {
	text  []byte
	lines int // that are complete
}

func (w *lineWriter) value(n *yaml.Node) {
	w.reach(n.Line)
	switch {
	case n.Kind == yaml.MappingNode:
		w.text = append(w.text, '{')
		for i := 0; i+1 < len(n.Content); i += 2 {
			w.separate(i)
			w.value(n.Content[i])
			w.text = append(w.text, ':')
			w.value(n.Content[i+1])
		}
		w.text = append(w.text, '}')
	case n.Kind == yaml.SequenceNode:
		w.text = append(w.text, '[')
		for i, item := range n.Content {
			w.separate(i)
			w.value(item)
		}
		w.text = append(w.text, ']')
	case n.Tag == "!!str":
		quoted, _ := json.Marshal(n.Value) // a text can be written
		w.text = append(w.text, quoted...)
	default:
		w.text = append(w.text, n.Value...)
	}
}

// reach begins new lines up to that of a value.
func (w *lineWriter) reach(line int) {
	for ; w.lines < line-1; w.lines++ {
		w.text = append(w.text, '\n')
	}
}

func (w *lineWriter) separate(i int) {
	if i > 0 {
		w.text = append(w.text, ',')
	}
}
