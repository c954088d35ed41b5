package conformance

import (
	"context"
	"encoding/json"
	"fmt"
	"math/big"
	"net/http"
	"slices"
	"strconv"

	"understudy/internal/contract"
	"understudy/internal/resource"
)

// unknownNumber is a number that no record has, where ids are numbers.
const unknownNumber = 2_047_483_011

// maxUnknown is how many ids are tried, where ids are short, before there is none that
// no record has.
const maxUnknown = 10

// unknownID is an id in the shape of the collection's ids that no record has. Where ids
// are short, the target is asked whether that is so.
func (e *env) unknownID(ctx context.Context) (string, error) {
	schema := e.idSchema()
	if schema == nil {
		return "understudy-unknown", nil
	}
	if large := json.Number(strconv.Itoa(unknownNumber)); takesWhole(schema) && len(schema.Check(large)) == 0 {
		return string(large), nil
	}
	if id := e.samples.generator.UUID("unknown"); len(schema.Check(id)) == 0 {
		return id, nil
	}
	for _, id := range e.shortIDs(schema) {
		path := e.itemPath(id)
		if e.existing[e.collection][id] != nil || e.ledger.owns(path) {
			continue
		}
		if e.op(resource.Retrieve) == nil {
			return id, nil
		}
		a, err := e.do(ctx, request{method: http.MethodGet, path: path, as: writer})
		if err != nil || !a.ok() {
			return id, err
		}
	}
	return "", notApplicable("ids of %s are so short that none is found which no record has", e.collection.Name)
}

// idSchema is the schema of an id in a path; nil where the document gives none.
func (e *env) idSchema() *contract.Schema {
	for _, role := range []resource.Role{resource.Retrieve, resource.Update, resource.Remove, resource.Replace} {
		if op := e.op(role); op != nil {
			if p := op.Parameter("path", e.collection.IDParam); p != nil && p.Schema != nil {
				return p.Schema
			}
		}
	}
	return nil
}

// takesWhole reports whether a schema is of whole numbers.
func takesWhole(schema *contract.Schema) bool {
	return slices.Contains(contract.Types(schema.Node()), "integer")
}

// shortIDs are some ids of a schema: of numbers the largest, as records are counted from
// the smallest on.
func (e *env) shortIDs(schema *contract.Schema) []string {
	var ids []string
	add := func(value any) {
		if id := fmt.Sprint(value); len(schema.Check(value)) == 0 && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	largest, ok := new(big.Int).SetString(contract.Keyword(schema.Node(), "maximum").Text(), 10)
	for i := range int64(maxUnknown) {
		if label := fmt.Sprint("unknown ", i); ok && takesWhole(schema) {
			add(json.Number(new(big.Int).Sub(largest, big.NewInt(i)).String()))
		} else if value, err := e.samples.generator.Value(schema.Compiled(), label); err == nil {
			add(value)
		}
	}
	return ids
}
