package refusal

import (
	"strings"

	"understudy/internal/contract"
)

// shared is the body that all errors have which a document declares, or those of
// one path: what nothing is declared for is answered alike.
type shared struct {
	document *contract.Media            // nil where they differ
	paths    map[string]*contract.Media // by template
}

// newShared looks at every declared error.
func newShared(operations []*contract.Operation) shared {
	found := shared{paths: map[string]*contract.Media{}}
	byPath := map[string][]*contract.Operation{}
	for _, op := range operations {
		byPath[op.Path] = append(byPath[op.Path], op)
	}
	for path, group := range byPath {
		if media := commonError(group); media != nil {
			found.paths[path] = media
		}
	}
	found.document = commonError(operations)
	return found
}

// of is the body of an error that an operation does not declare, nil for none. The
// operation is nil where the path is not known.
func (s shared) of(op *contract.Operation) *contract.Media {
	if op != nil && s.paths[op.Path] != nil {
		return s.paths[op.Path]
	}
	return s.document
}

// commonError is the body that the declared errors of some operations have in common.
// One that stands for a single status says nothing of others.
func commonError(operations []*contract.Operation) *contract.Media {
	var common *contract.Media
	statuses := map[string]bool{}
	for _, op := range operations {
		for _, r := range op.Responses {
			media := r.JSON()
			isDefault := r.Status == "default" && len(op.Responses) > 1
			if media == nil || media.Schema == nil || !isDefault && !strings.HasPrefix(r.Status, "4") {
				continue
			}
			if common != nil && !sameSchema(common, media) {
				return nil
			}
			common, statuses[r.Status] = media, true
		}
	}
	if len(statuses) < 2 && !statuses["default"] && !statuses["4XX"] {
		return nil
	}
	return common
}

// sameSchema reports whether two bodies have one schema.
func sameSchema(a, b *contract.Media) bool {
	return a.Schema.Node().Resolve().Place() == b.Schema.Node().Resolve().Place()
}
