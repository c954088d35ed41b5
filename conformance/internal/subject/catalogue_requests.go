package subject

import "slices"

// authBugs are about who may do what.
func authBugs() []Bug {
	return []Bug{
		{ID: "auth/list-without-key", Summary: "A list needs no key."},
		{ID: "auth/create-without-key", Summary: "POST needs no key."},
		{ID: "auth/retrieve-without-key", Summary: "GET of a record needs no key."},
		{ID: "auth/patch-without-key", Summary: "PATCH needs no key."},
		{ID: "auth/delete-without-key", Summary: "DELETE needs no key."},
		{ID: "auth/head-without-key", Summary: "HEAD needs no key."},
		{ID: "auth/unknown-key-accepted", Summary: "Any bearer token is taken for a key."},
		{ID: "auth/key-prefix-accepted", Summary: "The beginning of a key is taken for the key."},
		{ID: "auth/key-with-suffix-accepted", Summary: "A key with more after it is taken for the key."},
		{ID: "auth/key-case-ignored", Summary: "A key in other letter case is taken for the key."},
		{ID: "auth/any-scheme-accepted", Summary: "A key is accepted under any authentication scheme."},
		{ID: "auth/basic-accepted", Summary: "A key is accepted as the password of Basic authentication."},
		{ID: "auth/bare-bearer-accepted", Summary: "An Authorization header without a token opens everything."},
		{ID: "auth/bare-bearer-500", Summary: "An Authorization header without a token fails with 500."},
		{ID: "auth/missing-key-500", Summary: "A request without an Authorization header fails with 500."},
		{ID: "auth/missing-key-403", Summary: "A request without a known key is refused with 403 instead of 401."},
		{ID: "auth/challenge-missing", Summary: "A 401 has no WWW-Authenticate header."},
		{ID: "auth/unauthenticated-error-misshapen", Summary: "The body of a 401 has only a detail."},
		{ID: "auth/missing-scope-401", Summary: "A key that lacks a scope is refused with 401 instead of 403.", Needs: NeedsReadKey},
		{ID: "auth/unscoped-key-lists", Summary: "A key without scopes may list.", Needs: NeedsUnscopedKey},
		{ID: "auth/unscoped-key-retrieves", Summary: "A key without scopes may GET a record.", Needs: NeedsUnscopedKey},
		{ID: "auth/read-key-creates", Summary: "A key with the read scope may POST.", Needs: NeedsReadKey},
		{ID: "auth/read-key-patches", Summary: "A key with the read scope may PATCH.", Needs: NeedsReadKey},
		{ID: "auth/read-key-deletes", Summary: "A key with the read scope may DELETE.", Needs: NeedsReadKey},
		{ID: "auth/read-key-cannot-list", Summary: "A key with the read scope may not list.", Needs: NeedsReadKey},
		{ID: "auth/write-key-cannot-delete", Summary: "A key with both scopes may not DELETE."},
		{ID: "auth/refused-create-performed", Summary: "POST with a key that lacks the scope is refused, but the record is stored.", Needs: NeedsReadKey},
		{ID: "auth/refused-patch-performed", Summary: "PATCH with a key that lacks the scope is refused, but the change is stored.", Needs: NeedsReadKey},
		{ID: "auth/refused-delete-performed", Summary: "DELETE with a key that lacks the scope is refused, but the record is gone.", Needs: NeedsReadKey},
	}
}

// validationBugs are about what is taken from a request and what is refused.
func validationBugs() []Bug {
	return slices.Concat(domainBugs(), bodyBugs())
}

func domainBugs() []Bug {
	return []Bug{
		{ID: "validation/missing-accepted", Summary: "POST without a domain creates a record with an empty one."},
		{ID: "validation/missing-500", Summary: "POST without a domain fails with 500."},
		{ID: "validation/null-accepted", Summary: "A domain that is null is stored as an empty one."},
		{ID: "validation/null-500", Summary: "A domain that is null fails with 500."},
		{ID: "validation/blank-accepted", Summary: "An empty domain is stored."},
		{ID: "validation/too-long-accepted", Summary: "A domain of more than 64 characters is stored."},
		{ID: "validation/too-long-500", Summary: "A domain of more than 64 characters fails with 500."},
		{ID: "validation/too-long-cut", Summary: "A domain of more than 64 characters is stored without the rest."},
		{ID: "validation/longest-refused", Summary: "A domain of 64 characters is refused."},
		{ID: "validation/shortest-refused", Summary: "A domain of one character is refused."},
		{ID: "validation/length-in-bytes", Summary: "The length of a domain is measured in bytes of UTF-8."},
		{ID: "validation/length-in-utf16", Summary: "The length of a domain is measured in units of UTF-16."},
		{ID: "validation/non-ascii-refused", Summary: "A domain with a character beyond ASCII is refused."},
		{ID: "validation/number-500", Summary: "A domain that is a number fails with 500."},
		{ID: "validation/boolean-accepted", Summary: "A domain that is true or false is stored as the word."},
		{ID: "validation/array-accepted", Summary: "A domain that is an array is stored as the language prints one."},
		{ID: "validation/array-500", Summary: "A domain that is an array fails with 500."},
		{ID: "validation/object-accepted", Summary: "A domain that is an object is stored as the language prints one."},
		{ID: "validation/patch-unchecked", Summary: "PATCH stores a domain that POST would refuse."},
		{ID: "validation/refused-but-stored", Summary: "POST of a domain that is refused stores it all the same."},
		{ID: "validation/field-not-named", Summary: "The refusal of a domain names no field."},
		{ID: "validation/wrong-field-named", Summary: "The refusal of a domain names another field."},
		{ID: "validation/parameter-not-named", Summary: "The refusal of a limit or offset names no parameter."},
		{ID: "validation/status-422", Summary: "A body that breaks its schema is refused with 422, which is not declared."},
		{ID: "validation/unknown-field-500", Summary: "A field that is not known fails with 500."},
		{ID: "validation/read-only-field-500", Summary: "A read-only field in a body fails with 500."},
	}
}

func bodyBugs() []Bug {
	return []Bug{
		{ID: "validation/malformed-json-500", Summary: "Malformed JSON fails with 500."},
		{ID: "validation/malformed-patch-accepted", Summary: "PATCH with malformed JSON answers 200 and changes nothing."},
		{ID: "validation/trailing-data-accepted", Summary: "What follows the JSON value of a body is not looked at."},
		{ID: "validation/trailing-data-500", Summary: "A body that goes on after its JSON value fails with 500."},
		{ID: "validation/list-500", Summary: "A body that is an array fails with 500."},
		{ID: "validation/list-accepted", Summary: "Of a body that is an array, the first item is used."},
		{ID: "validation/null-body-500", Summary: "A body that is null fails with 500."},
		{ID: "validation/empty-body-500", Summary: "POST without a body fails with 500."},
		{ID: "validation/patch-without-body-400", Summary: "PATCH without a body is refused, though the body is optional."},
		{ID: "validation/large-body-500", Summary: "A body that is too large fails with 500."},
		{ID: "validation/text-plain-as-json", Summary: "A body labelled text/plain is read as JSON."},
		{ID: "validation/content-type-ignored", Summary: "Every body is read as JSON, also a form."},
		{ID: "validation/charset-415", Summary: "application/json with a charset is refused."},
		{ID: "validation/form-415", Summary: "A form is refused."},
		{ID: "validation/form-lost", Summary: "The fields of a form are not seen."},
		{ID: "validation/form-undecoded", Summary: "Percent and plus signs of a form are stored as they are."},
		{ID: "validation/multipart-415", Summary: "A multipart form is refused."},
		{ID: "validation/multipart-line-ends-kept", Summary: "A field of a multipart form is stored with the line end after it."},
	}
}

// httpBugs are about the protocol.
func httpBugs() []Bug {
	return []Bug{
		{ID: "http/head-405", Summary: "HEAD is refused with 405."},
		{ID: "http/head-204", Summary: "HEAD answers 204 where GET answers 200."},
		{ID: "http/head-always-200", Summary: "HEAD answers 200 where GET is refused."},
		{ID: "http/head-length-zero", Summary: "HEAD says that the body of GET is empty."},
		{ID: "http/options-500", Summary: "OPTIONS fails with 500."},
		{ID: "http/options-allow-get-only", Summary: "OPTIONS names GET as the only method."},
		{ID: "http/wrong-method-404", Summary: "A method that is not supported is refused with 404 instead of 405."},
		{ID: "http/wrong-method-500", Summary: "A method that is not supported fails with 500."},
		{ID: "http/wrong-method-without-allow", Summary: "A 405 has no Allow header."},
		{ID: "http/allow-get-only", Summary: "The Allow header of a 405 names GET as the only method."},
		{ID: "http/allow-names-refused-method", Summary: "The Allow header of a 405 names the method that is refused."},
		{ID: "http/slash-404", Summary: "A path with a slash at its end is not found."},
		{ID: "http/no-slash-404", Summary: "A path without a slash at its end is not found."},
		{ID: "http/no-slash-redirected", Summary: "A path without a slash at its end redirects with 301, which loses the body of a POST."},
		{ID: "http/accept-missing-406", Summary: "A request without an Accept header is refused."},
		{ID: "http/accept-wildcard-406", Summary: "A request that accepts anything is refused."},
		{ID: "http/accept-compared-whole", Summary: "An Accept header with several types is refused, also if JSON is one."},
		{ID: "http/accept-html-500", Summary: "A request that does not accept JSON fails with 500."},
		{ID: "http/accept-html-served", Summary: "A request that accepts HTML alone is answered with a web page."},
		{ID: "http/not-found-200", Summary: "A refusal with 404 has the status 200."},
		{ID: "http/unknown-id-500", Summary: "An id that is not there fails with 500."},
		{ID: "http/unknown-id-hangs-up", Summary: "For an id that is not there the connection is closed without an answer."},
		{ID: "http/bad-id-500", Summary: "An id that is no UUID fails with 500."},
		{ID: "http/length-in-characters", Summary: "Content-Length is in characters instead of bytes."},
		{ID: "http/gzip-unasked", Summary: "Good answers are compressed though the request does not accept it."},
		{ID: "http/cache-public", Summary: "Good answers may be kept by shared caches and given to anybody."},
		{ID: "http/etag-never-changes", Summary: "Every good answer has the same entity tag."},
	}
}
