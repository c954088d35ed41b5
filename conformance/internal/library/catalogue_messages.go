package library

import "slices"

// schemaBugs are about the form of what is answered.
func schemaBugs() []Bug {
	return slices.Concat(memberBugs(), answerBugs(), listBugs(), errorBugs())
}

func memberBugs() []Bug {
	return []Bug{
		{ID: "schema/id-text", Summary: "An id is a text."},
		{ID: "schema/shelf-id-text", Summary: "The shelf_id of a book is a text."},
		{ID: "schema/created-at-missing", Summary: "A record has no created_at."},
		{ID: "schema/created-at-without-zone", Summary: "created_at has no time zone."},
		{ID: "schema/created-at-number", Summary: "created_at is a number of seconds."},
		{ID: "schema/updated-at-null-until-changed", Summary: "updated_at is null until the first change."},
		{ID: "schema/null-left-out", Summary: "A member that is null is left out."},
		{ID: "schema/names-in-camel-case", Summary: "The members of a record are named in camel case."},
		{ID: "schema/genre-in-capitals", Summary: "A genre is written in capitals."},
		{ID: "schema/lendable-number", Summary: "lendable is 1 or 0."},
		{ID: "schema/lendable-text", Summary: "lendable is a text."},
		{ID: "schema/pages-text", Summary: "pages is a text."},
		{ID: "schema/date-with-time", Summary: "published_on has a time."},
		{ID: "schema/tags-text", Summary: "tags are one text."},
		{ID: "schema/no-tags-null", Summary: "tags are null when there are none."},
	}
}

func answerBugs() []Bug {
	return []Bug{
		{ID: "schema/retrieve-unwrapped", Summary: "GET answers without the wrapper."},
		{ID: "schema/create-unwrapped", Summary: "POST answers without the wrapper."},
		{ID: "schema/put-unwrapped", Summary: "PUT answers without the wrapper."},
		{ID: "schema/patch-unwrapped", Summary: "PATCH answers without the wrapper."},
		{ID: "schema/wrapper-renamed", Summary: "The wrapper of a record is named data."},
		{ID: "schema/wrapped-twice", Summary: "A record is wrapped twice."},
		{ID: "schema/wrapped-in-list", Summary: "The wrapper holds a list with the record."},
		{ID: "schema/create-200", Summary: "POST answers 200 instead of 201."},
		{ID: "schema/create-answers-id-alone", Summary: "POST answers with the id alone."},
		{ID: "schema/location-missing", Summary: "POST answers without Location."},
		{ID: "schema/put-201", Summary: "PUT answers 201 instead of 200."},
		{ID: "schema/put-204", Summary: "PUT answers 204 without the record."},
		{ID: "schema/patch-204", Summary: "PATCH answers 204 without the record."},
		{ID: "schema/patch-answers-nothing-else", Summary: "PATCH answers with id and updated_at alone."},
		{ID: "schema/delete-200", Summary: "DELETE answers 200 with a body instead of 204."},
		{ID: "schema/delete-202", Summary: "DELETE answers 202 instead of 204."},
		{ID: "schema/success-as-plain-text", Summary: "A good answer is labelled text/plain."},
		{ID: "schema/success-encoded-twice", Summary: "A good answer is JSON in a JSON text."},
		{ID: "schema/success-after-byte-order-mark", Summary: "A good answer starts with a byte order mark."},
		{ID: "schema/success-in-latin-1", Summary: "A good answer is in ISO 8859-1 instead of UTF-8."},
	}
}

func listBugs() []Bug {
	return []Bug{
		{ID: "schema/link-missing", Summary: "A list has no Link header."},
		{ID: "schema/list-bare-array", Summary: "A list is an array."},
		{ID: "schema/list-renamed", Summary: "The records of a list are named items."},
		{ID: "schema/list-in-data", Summary: "A list is wrapped in data."},
		{ID: "schema/list-entries-wrapped", Summary: "Each record of a list is wrapped."},
		{ID: "schema/list-entries-summarized", Summary: "The records of a list have only an id."},
		{ID: "schema/list-null-when-empty", Summary: "The records of an empty page are null."},
		{ID: "schema/list-meta-missing", Summary: "A list has no meta."},
		{ID: "schema/list-total-text", Summary: "The total of a list is a text."},
		{ID: "schema/list-total-beside-meta", Summary: "The total of a list stands beside meta."},
	}
}

func errorBugs() []Bug {
	return []Bug{
		{ID: "schema/error-unwrapped", Summary: "The body of a refusal is not wrapped in error."},
		{ID: "schema/error-message-alone", Summary: "The body of a refusal has only a message."},
		{ID: "schema/error-text", Summary: "The error of a refusal is a text."},
		{ID: "schema/error-in-list", Summary: "The body of a refusal is a list of errors."},
		{ID: "schema/error-field-left-out-when-null", Summary: "field is left out when it should be null."},
		{ID: "schema/error-code-undeclared", Summary: "The code of a refusal is not one of those declared."},
		{ID: "schema/error-code-is-status", Summary: "The code of a refusal is its status as a number."},
		{ID: "schema/error-message-empty", Summary: "The message of a refusal is empty."},
		{ID: "schema/error-as-plain-text", Summary: "The body of a refusal is plain text."},
		{ID: "schema/error-as-web-page", Summary: "The body of a refusal is a web page."},
		{ID: "schema/error-labelled-plain-text", Summary: "The body of a refusal is JSON labelled text/plain."},
		{ID: "schema/error-without-body", Summary: "A refusal has no body."},
	}
}

// httpBugs are about the protocol.
func httpBugs() []Bug {
	return []Bug{
		{ID: "http/head-405", Summary: "HEAD is refused with 405."},
		{ID: "http/head-204", Summary: "HEAD answers 204 where GET answers 200."},
		{ID: "http/head-always-200", Summary: "HEAD answers 200 where GET is refused."},
		{ID: "http/head-length-zero", Summary: "HEAD says that the body of GET is empty."},
		{ID: "http/head-without-headers", Summary: "HEAD leaves out the content type and the links of GET."},
		{ID: "http/options-500", Summary: "OPTIONS fails with 500."},
		{ID: "http/options-allow-get-only", Summary: "OPTIONS names GET as the only method."},
		{ID: "http/wrong-method-404", Summary: "A method that is not supported is refused with 404 instead of 405."},
		{ID: "http/wrong-method-500", Summary: "A method that is not supported fails with 500."},
		{ID: "http/wrong-method-without-allow", Summary: "A 405 has no Allow header."},
		{ID: "http/allow-get-only", Summary: "The Allow header of a 405 names GET as the only method."},
		{ID: "http/allow-names-refused-method", Summary: "The Allow header of a 405 names the method that is refused."},
		{ID: "http/allow-forgets-put", Summary: "An Allow header leaves out PUT."},
		{ID: "http/accept-missing-406", Summary: "A request without an Accept header is refused."},
		{ID: "http/accept-wildcard-406", Summary: "A request that accepts anything is refused."},
		{ID: "http/accept-compared-whole", Summary: "An Accept header with several types is refused, also if JSON is one."},
		{ID: "http/accept-html-500", Summary: "A request that does not accept JSON fails with 500."},
		{ID: "http/accept-html-served", Summary: "A request that accepts HTML is answered with a web page."},
		{ID: "http/not-found-200", Summary: "A refusal with 404 has the status 200."},
		{ID: "http/unknown-id-500", Summary: "An id that is not there fails with 500."},
		{ID: "http/bad-id-500", Summary: "An id that is no integer fails with 500."},
		{ID: "http/huge-id-500", Summary: "An id of more digits than fit fails with 500."},
		{ID: "http/location-of-the-list", Summary: "Location leads to the list instead of the new record."},
		{ID: "http/location-leads-nowhere", Summary: "Location has a path that is not there."},
		{ID: "http/location-on-other-host", Summary: "Location names a host that only the server knows."},
		{ID: "http/length-in-characters", Summary: "Content-Length is in characters instead of bytes."},
		{ID: "http/gzip-unasked", Summary: "Good answers are compressed though the request does not accept it."},
		{ID: "http/cache-public", Summary: "Good answers may be kept by shared caches and given to anybody."},
		{ID: "http/etag-never-changes", Summary: "Every good answer has the same entity tag."},
	}
}
