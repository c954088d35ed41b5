package conformance

import (
	"context"
	"slices"
	"strings"

	"understudy/conformance/report"
	"understudy/internal/resource"
)

func httpChecks() []Check {
	return slices.Concat(acceptChecks(), pathChecks(), headChecks(), cacheChecks(), contentChecks(), methodChecks())
}

// listing is the need for nothing but a list.
var listing = Needs{Roles: []resource.Role{resource.List}}

// retrieving is the need for items that can be read.
var retrieving = Needs{Roles: []resource.Role{resource.Retrieve}}

// negotiated are the checks of how requests are written, whose failure shows in each.
var negotiated = []string{"http/accept", "http/encoding", "http/trailing-slash"}

// headChecks are about the methods that ask and change nothing.
func headChecks() []Check {
	return []Check{
		{
			ID: "http/head", Level: report.Must, Source: "RFC 9110, section 9.3.2", Needs: listing, Requires: []string{"crud/list", "crud/retrieve"},
			Requirement: "HEAD is answered as GET is, with its status, content type and length, and without the body. A target that does not support HEAD does not name it in Allow.",
			Sends:       "GET and HEAD of the collection and of a record.", Failure: "HEAD has another status than GET: expected 200, got 204",
			Costs: Costs{Requests: 4},
			run:   checkHead,
		},
		{
			ID: "http/head-refused", Level: report.Must, Source: "RFC 9110, section 9.3.2", Needs: retrieving, Requires: []string{"crud/retrieve"}, Follows: []string{"http/head", "http/unknown-id"},
			Requirement: "HEAD is refused where GET is.",
			Sends:       "GET and HEAD of an id that no record has.", Failure: "HEAD has another status than GET: expected 404, got 200",
			Costs: Costs{Requests: 2},
			run:   checkHeadRefused,
		},
		{
			ID: "http/options", Level: report.Must, Source: "RFC 9110, sections 9.3.7 and 10.2.1", Needs: listing,
			Requirement: "OPTIONS is no failure of the server, and if it tells the methods, it names those of the document.",
			Sends:       "OPTIONS of the collection and of a record.", Failure: "Allow leaves out a method of the document: expected POST, got GET",
			Costs: Costs{Requests: 2},
			run:   checkOptions,
		},
	}
}

// pathChecks are about paths that are written otherwise, or lead nowhere.
func pathChecks() []Check {
	return []Check{
		{
			ID: "http/trailing-slash", Level: report.Must, Source: "RFC 9110, section 4.1", Needs: listing,
			Requirement: "A path answers as the document writes it. With a trailing slash more or less it answers the same, redirects, or is not found: the same way everywhere. A redirect keeps the method and the body.",
			Sends:       "GET of the collection and of a record, with and without the trailing slash; where that redirects, POST too.", Failure: "the path as the document writes it is not found, and the other form is",
			Costs: Costs{Requests: 4},
			run:   checkTrailingSlash,
		},
		{
			ID: "http/unknown-path", Level: report.Must, Source: "RFC 9110, section 15.5.5", Needs: listing,
			Requirement: "A path that is not there is refused.",
			Sends:       "GET of a path below an id that no record has.", Failure: "a path that is not there: expected status 404, got 200",
			run: checkUnknownPath,
		},
		{
			ID: "http/unknown-id", Level: report.Must, Source: "RFC 9110, section 15.6", Needs: retrieving,
			Requirement: "An id that no record has is answered, and is no failure of the server; that one fails which has more than 64 bits is a warning.",
			Sends:       "GET of an id that no record has.", Failure: "an id that no record has fails: status 500",
			run: checkUnknownIDAnswered,
		},
		{
			ID: "http/bad-id", Level: report.Must, Source: "RFC 9110, section 15.5", Needs: retrieving, Requires: []string{"crud/retrieve"}, Follows: []string{"http/unknown-path", "http/unknown-id"},
			Requirement: "An id of the wrong shape is refused, the same way each time.",
			Sends:       "GET of ids that the document does not allow.", Failure: "an id of the wrong shape fails: status 500",
			Costs: Costs{Requests: 3},
			run:   checkBadID,
		},
	}
}

// acceptChecks are about content negotiation.
func acceptChecks() []Check {
	return []Check{
		{
			ID: "http/accept", Level: report.Must, Source: "RFC 9110, section 12.5.1", Needs: listing,
			Requirement: "A request that accepts JSON, or does not say what it accepts, is answered.",
			Sends:       "GET of the collection without Accept and with several that JSON fits.", Failure: "a request that accepts */* is refused: status 406",
			Costs: Costs{Requests: 4},
			run:   checkAccept,
		},
		{
			ID: "http/unacceptable", Level: report.Must, Source: "RFC 9110, sections 12.5.1 and 12.5.5", Needs: listing, Requires: []string{"crud/list"}, Follows: []string{"http/accept"},
			Requirement: "A request that does not accept what the document declares is refused, or answered with that all the same; it is no failure of the server. Where Accept makes a difference, Vary names it.",
			Sends:       "GET of the collection that accepts HTML alone, and a type that nobody knows.", Failure: "a request that accepts text/html alone fails: status 500",
			Costs: Costs{Requests: 3},
			run:   checkUnacceptable,
		},
		{
			ID: "http/encoding", Level: report.Must, Source: "RFC 9110, section 12.5.3", Needs: listing,
			Requirement: "An answer is not compressed for a client that does not accept it.",
			Sends:       "GET of the collection that accepts no compression.", Failure: "the answer is compressed: gzip",
			run: checkEncoding,
		},
	}
}

// cacheChecks are about copies of answers.
func cacheChecks() []Check {
	return []Check{
		{
			ID: "http/cache", Level: report.Must, Source: "RFC 9111, section 3.5", Needs: Needs{Roles: []resource.Role{resource.List}, Secured: true},
			Requirement: "No shared cache may keep an answer to a request with a key, and give it to anybody.",
			Sends:       "GET of the collection and of a record.", Failure: "shared caches may keep the answer: Cache-Control: public, max-age=3600",
			Costs: Costs{Requests: 2},
			run:   checkCache,
		},
		{
			ID: "http/conditional", Level: report.Must, Source: "RFC 9110, sections 8.8.3 and 13.1.2", Needs: needs(resource.Create, resource.Retrieve, resource.Update), Requires: and(readable, "crud/update"), Follows: negotiated,
			Requirement: "Where an entity tag is offered, it changes when the record does, and If-None-Match is answered by it.",
			Sends:       "POST, GET, GET with If-None-Match, PATCH, GET with the same If-None-Match.", Failure: `the record has changed, and its entity tag is still "1"`,
			run: checkConditional,
		},
	}
}

// contentChecks are about the bytes of an answer.
func contentChecks() []Check {
	return []Check{
		{
			ID: "http/content-length", Level: report.Must, Source: "RFC 9110, section 8.6", Needs: needs(resource.Create, resource.Retrieve, resource.Update), Requires: and(readable, "crud/update"), Follows: negotiated,
			Requirement: "The length of an answer is told in bytes, also when it has characters beyond ASCII.",
			Sends:       "POST, PATCH to a text beyond ASCII, then GET.", Failure: "the answer ends before its last byte",
			Costs: Costs{Requests: 3, Records: 1},
			run:   checkContentLength,
		},
		{
			ID: "http/no-content", Level: report.Must, Source: "RFC 9110, sections 8.6 and 15.3.5", Needs: needs(resource.Create, resource.Remove), Requires: []string{"crud/create", "crud/delete"}, Follows: and(negotiated, "crud/retrieve"),
			Requirement: "An answer with the status 204 has no body, and announces none.",
			Sends:       "POST, then DELETE.", Failure: "an answer with the status 204 announces a body of 2 bytes",
			run: checkNoContent,
		},
	}
}

// methodChecks are about methods that the document does not declare.
func methodChecks() []Check {
	return []Check{
		{
			ID: "http/location", Level: report.Must, Source: "RFC 9110, section 10.2.2", Needs: needs(resource.Create, resource.Retrieve), Requires: readable, Follows: negotiated,
			Requirement: "The Location of a new record leads to it, on the target itself.",
			Sends:       "POST, then GET of its Location.", Failure: "Location leads to no record: status 404",
			run: checkLocation,
		},
		{
			ID: "http/method-not-allowed", Level: report.Must, Source: "RFC 9110, sections 9.1, 10.2.1 and 15.5.6", Needs: needs(resource.Create, resource.Retrieve), Requires: readable, Follows: negotiated,
			Requirement: "A method that the document does not declare for a path is refused, and fails nothing. A 405 has an Allow that is true: it names every method that is supported and none that is refused.",
			Sends:       "POST and PUT of a record of the run; PUT and PATCH of the collection, with a body that nobody can read.", Failure: "the answer 405 has no Allow",
			Costs: Costs{Requests: 7, Records: 1},
			run:   checkMethods,
		},
	}
}

// specimen is the path of a record to look at: one of the run's own where it may
// create one, else any that is listed.
func (e *env) specimen(ctx context.Context) (string, error) {
	if own := e.own(); e.shared(newSample) == nil && len(own) > 0 {
		return own[0], nil
	}
	if e.mayCreate() {
		r, err := e.sample(ctx)
		if err == nil {
			return r.path, nil
		}
		if !isFailure(err) && !isObstacle(err) {
			return "", err
		}
	}
	if e.op(resource.List) == nil {
		return "", notApplicable("there is no record to look at")
	}
	p, err := e.list(ctx, e.collectionPath())
	if err != nil {
		return "", err
	}
	if len(p.items) == 0 {
		return "", notApplicable("there is no record to look at")
	}
	id := idOf(p.items[0], e.collection)
	if id == "" {
		return "", notApplicable("no member of a record is its id")
	}
	return e.itemPath(id), nil
}

// readable lists the paths that GET is declared for: the collection, and a record
// if there is one.
func (e *env) readable(ctx context.Context) ([]string, error) {
	paths := []string{e.collectionPath()}
	if e.op(resource.Retrieve) == nil {
		return paths, nil
	}
	item, err := e.specimen(ctx)
	if isFailure(err) || isObstacle(err) {
		return paths, nil
	}
	return append(paths, item), err
}

// declaredMethods are those that the document declares for the path of an
// operation.
func (e *env) declaredMethods(path string) []string {
	var methods []string
	for _, op := range e.contract.Operations {
		if op.Path == path {
			methods = append(methods, op.Method)
		}
	}
	return methods
}

// documentPath is the template of the collection's path, or of an item's, as the
// document writes it.
func (e *env) documentPath(roles ...resource.Role) string {
	for _, role := range roles {
		if op := e.op(role); op != nil {
			return op.Path
		}
	}
	return ""
}

// collectionTemplate and itemTemplate are the two paths of the collection in the
// document.
func (e *env) collectionTemplate() string { return e.documentPath(resource.List, resource.Create) }

func (e *env) itemTemplate() string {
	return e.documentPath(resource.Retrieve, resource.Update, resource.Replace, resource.Remove)
}

// allowed reads an Allow field.
func allowed(a *answer) []string {
	var methods []string
	for _, field := range a.header.Values("Allow") {
		for method := range strings.SplitSeq(field, ",") {
			methods = append(methods, strings.ToUpper(strings.TrimSpace(method)))
		}
	}
	return methods
}
