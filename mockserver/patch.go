package mockserver

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	jsonpatch "github.com/evanphx/json-patch/v5"

	"understudy/internal/contract"
	"understudy/internal/resource"
)

// merge changes an item by a merge patch (RFC 7396): objects are merged, and null
// removes a member.
func (e *exchange) merge(item, sent map[string]any) error {
	for _, f := range e.endpoint.collection.Fields {
		value, ok := sent[f.Name]
		if !ok || f.Source != resource.FromClient {
			continue
		}
		switch {
		case value != nil:
			give(item, f, merged(item[f.Name], value))
		case !f.Required:
			delete(item, f.Name)
		case len(f.Schema.Check(nil)) == 0:
			item[f.Name] = nil // it must be there, and this is how it says that nothing is
		default:
			return e.invalid([]contract.Violation{{In: "body", Field: f.Name, Pointer: "/" + f.Name, Keyword: "required", Message: "is required, so it cannot be removed"}})
		}
	}
	return nil
}

// merged is a value after a merge patch.
func merged(value, patch any) any {
	changes, ok := patch.(map[string]any)
	if !ok {
		return patch
	}
	old, _ := value.(map[string]any)
	result := make(map[string]any, len(old)+len(changes))
	for name, member := range old {
		result[name] = member
	}
	for name, change := range changes {
		if change == nil {
			delete(result, name)
		} else {
			result[name] = merged(result[name], change)
		}
	}
	return result
}

// Bounds of a JSON Patch: of its operations, and of what its copies add in bytes.
const (
	maxPatchOperations = 200
	maxPatchCopies     = 1 << 20
)

// readPatch reads a JSON Patch (RFC 6902) from the body.
func (s *Server) readPatch(e *exchange) (jsonpatch.Patch, error) {
	value, err := s.readBody(e)
	if err != nil {
		return nil, err
	}
	list, isList := value.([]any)
	if !isList {
		return nil, e.invalidPatch("type", "this is no list of patch operations")
	}
	text, err := contract.AppendJSON(nil, e.known(list))
	if err != nil {
		return nil, err
	}
	patch, err := jsonpatch.DecodePatch(text)
	switch {
	case err != nil:
		return nil, e.invalidPatch("type", "this is no list of patch operations")
	case len(patch) > maxPatchOperations:
		return nil, e.invalidPatch("maxItems", fmt.Sprintf("there are more than %d operations", maxPatchOperations))
	}
	for i, operation := range patch {
		if reason := badOperation(operation); reason != "" {
			return nil, e.invalid([]contract.Violation{{In: "body", Field: strconv.Itoa(i), Pointer: "/" + strconv.Itoa(i), Keyword: "patch", Message: reason}})
		}
	}
	return patch, nil
}

// known leaves out the operations that only the document knows: it lists them beside
// those of the RFC, and what they do is anybody's guess.
func (e *exchange) known(list []any) []any {
	mediaType, _, _ := strings.Cut(e.r.Header.Get("Content-Type"), ";")
	media := e.match.Operation.Body.Media(strings.ToLower(strings.TrimSpace(mediaType)))
	if media == nil || media.Schema == nil {
		return list
	}
	kept := make([]any, 0, len(list))
	for _, operation := range list {
		object, _ := operation.(map[string]any)
		kind, _ := object["op"].(string)
		if kind == "" || slices.Contains([]string{"add", "remove", "replace", "move", "copy", "test"}, kind) {
			kept = append(kept, operation)
			continue
		}
		other := maps.Clone(object)
		other["op"] = kind + " or not"
		if len(media.Schema.Check([]any{other})) == 0 {
			kept = append(kept, operation) // the document takes any text for an operation
		}
	}
	return kept
}

func (e *exchange) invalidPatch(keyword, reason string) *failure {
	return e.invalid([]contract.Violation{{In: "body", Keyword: keyword, Message: reason}})
}

// badOperation says what one operation of a patch lacks, "" when it lacks nothing.
func badOperation(operation jsonpatch.Operation) string {
	kind := operation.Kind()
	if _, err := operation.Path(); err != nil {
		return "an operation has a path"
	}
	switch kind {
	case "add", "replace", "test":
		if _, has := operation["value"]; !has {
			return "the operation " + kind + " has a value"
		}
	case "move", "copy":
		if _, err := operation.From(); err != nil {
			return "the operation " + kind + " has a from"
		}
	case "remove":
	default:
		return "there is no such operation; there are add, remove, replace, move, copy and test"
	}
	return ""
}

// patch changes an item by a JSON Patch. What the server sets stays as it is.
func (c *collection) patch(e *exchange, item map[string]any, patch jsonpatch.Patch) error {
	text, err := contract.AppendJSON(nil, item)
	if err != nil {
		return err
	}
	options := jsonpatch.NewApplyOptions()
	options.SupportNegativeIndices = false
	options.AccumulatedCopySizeLimit = maxPatchCopies
	patched, err := patch.ApplyWithOptions(text, options)
	switch {
	case errors.Is(err, jsonpatch.ErrTestFailed):
		return e.refuse("conflict", "a test of the patch fails", nil, http.StatusConflict, http.StatusPreconditionFailed, http.StatusUnprocessableEntity, http.StatusBadRequest)
	case err != nil:
		return e.invalidPatch("patch", "the patch cannot be applied: "+err.Error())
	}
	changed, err := decodeItem(patched)
	if err != nil {
		return e.invalidPatch("patch", "the patch leaves no object")
	}
	for _, f := range c.Fields {
		if f.Source != resource.FromClient {
			continue
		}
		if value, ok := changed[f.Name]; ok {
			item[f.Name] = value
		} else {
			delete(item, f.Name)
		}
	}
	return e.refuseBroken(c, item)
}

// refuseBroken refuses a change that would leave an item that breaks its schema.
func (e *exchange) refuseBroken(c *collection, item map[string]any) error {
	broken := c.check(item)
	if len(broken) == 0 {
		return nil
	}
	for i := range broken {
		broken[i].In = "body"
	}
	return e.invalid(broken)
}
