package library

import "slices"

// authBugs are about who may do what.
func authBugs() []Bug {
	return []Bug{
		{ID: "auth/shelves-without-user", Summary: "The list of shelves needs no user."},
		{ID: "auth/books-without-user", Summary: "The list of books needs no user."},
		{ID: "auth/create-without-user", Summary: "POST needs no user."},
		{ID: "auth/retrieve-without-user", Summary: "GET of a record needs no user."},
		{ID: "auth/put-without-user", Summary: "PUT needs no user."},
		{ID: "auth/patch-without-user", Summary: "PATCH needs no user."},
		{ID: "auth/delete-without-user", Summary: "DELETE needs no user."},
		{ID: "auth/head-without-user", Summary: "HEAD needs no user."},
		{ID: "auth/anybody-accepted", Summary: "Any user with any password is accepted."},
		{ID: "auth/any-user-accepted", Summary: "The password is accepted from any user."},
		{ID: "auth/wrong-password-accepted", Summary: "The user is accepted with any password."},
		{ID: "auth/empty-password-accepted", Summary: "The user is accepted with an empty password."},
		{ID: "auth/password-prefix-accepted", Summary: "The beginning of the password is accepted."},
		{ID: "auth/password-with-suffix-accepted", Summary: "The password with more after it is accepted."},
		{ID: "auth/password-case-ignored", Summary: "The password is accepted in other letter case."},
		{ID: "auth/case-ignored", Summary: "User and password are accepted in other letter case."},
		{ID: "auth/bearer-accepted", Summary: "User and password are accepted as a bearer token."},
		{ID: "auth/any-scheme-accepted", Summary: "User and password are accepted under any authentication scheme."},
		{ID: "auth/bare-scheme-accepted", Summary: "An Authorization header without credentials opens everything."},
		{ID: "auth/bare-scheme-500", Summary: "An Authorization header without credentials fails with 500."},
		{ID: "auth/garbled-credentials-500", Summary: "Credentials that are not base64, or without a colon, fail with 500."},
		{ID: "auth/missing-user-500", Summary: "A request without an Authorization header fails with 500."},
		{ID: "auth/missing-user-403", Summary: "A request without a known user is refused with 403 instead of 401."},
		{ID: "auth/missing-user-302", Summary: "A request without a known user is sent to a page for logging in."},
		{ID: "auth/challenge-missing", Summary: "A 401 has no WWW-Authenticate header."},
		{ID: "auth/challenge-bearer", Summary: "The WWW-Authenticate header of a 401 asks for a bearer token."},
		{ID: "auth/unauthorized-error-misshapen", Summary: "The body of a 401 has only a message."},
		{ID: "auth/user-cannot-put", Summary: "The user who may do all may not PUT."},
		{ID: "auth/user-cannot-delete", Summary: "The user who may do all may not DELETE."},
		{ID: "auth/refused-create-performed", Summary: "POST without a known user is refused, but the record is stored."},
		{ID: "auth/refused-put-performed", Summary: "PUT without a known user is refused, but the change is stored."},
		{ID: "auth/refused-patch-performed", Summary: "PATCH without a known user is refused, but the change is stored."},
		{ID: "auth/refused-delete-performed", Summary: "DELETE without a known user is refused, but the record is gone."},
	}
}

// validationBugs are about what is taken from a request and what is refused.
func validationBugs() []Bug {
	return slices.Concat(leniencyBugs(), severityBugs(), refusalBugs(), bodyBugs())
}

func leniencyBugs() []Bug {
	return []Bug{
		{ID: "validation/missing-accepted", Summary: "A required member may be missing."},
		{ID: "validation/null-accepted", Summary: "A member that may not be null may be."},
		{ID: "validation/blank-accepted", Summary: "A text that may not be empty may be."},
		{ID: "validation/too-long-accepted", Summary: "A text may be of any length."},
		{ID: "validation/too-long-cut", Summary: "A text that is too long is stored without the rest."},
		{ID: "validation/too-small-accepted", Summary: "A number may be below its minimum."},
		{ID: "validation/too-large-accepted", Summary: "A number may be over its maximum."},
		{ID: "validation/number-in-16-bits", Summary: "A number is stored without what does not fit into 16 bits."},
		{ID: "validation/fraction-accepted", Summary: "A number that is not whole is stored without its fraction."},
		{ID: "validation/any-value-accepted", Summary: "A text that is none of the listed values is stored."},
		{ID: "validation/any-text-as-date-accepted", Summary: "A text that is no date is stored as one."},
		{ID: "validation/unreal-date-accepted", Summary: "A date that no calendar has is stored."},
		{ID: "validation/pattern-ignored", Summary: "A text that does not match its pattern is stored."},
		{ID: "validation/text-for-boolean-accepted", Summary: "A text is stored in place of true or false."},
		{ID: "validation/text-for-number-accepted", Summary: "A text is stored in place of a number."},
		{ID: "validation/number-for-text-accepted", Summary: "A number is stored in place of a text."},
		{ID: "validation/boolean-for-text-accepted", Summary: "true or false is stored in place of a text."},
		{ID: "validation/structure-for-text-accepted", Summary: "An array or an object is stored in place of a text."},
		{ID: "validation/text-for-list-accepted", Summary: "A text is stored in place of a list."},
		{ID: "validation/too-many-entries-accepted", Summary: "A list may have any number of entries."},
		{ID: "validation/any-entry-accepted", Summary: "The entries of a list are not looked at."},
		{ID: "validation/put-unchecked", Summary: "PUT stores what POST would refuse."},
		{ID: "validation/patch-unchecked", Summary: "PATCH stores what POST would refuse."},
	}
}

func severityBugs() []Bug {
	return []Bug{
		{ID: "validation/longest-refused", Summary: "A text of the greatest length is refused."},
		{ID: "validation/shortest-refused", Summary: "A text of the least length is refused."},
		{ID: "validation/smallest-number-refused", Summary: "The smallest number is refused."},
		{ID: "validation/largest-number-refused", Summary: "The largest number is refused."},
		{ID: "validation/longest-list-refused", Summary: "A list of as many entries as it may have is refused."},
		{ID: "validation/nullable-null-refused", Summary: "A null is refused where it is allowed."},
		{ID: "validation/length-in-bytes", Summary: "The length of a text is measured in bytes of UTF-8."},
		{ID: "validation/non-ascii-refused", Summary: "A text with a character beyond ASCII is refused."},
	}
}

func refusalBugs() []Bug {
	return []Bug{
		{ID: "validation/missing-500", Summary: "A required member that is missing fails with 500."},
		{ID: "validation/null-500", Summary: "A null that is not allowed fails with 500."},
		{ID: "validation/too-long-500", Summary: "A text that is too long fails with 500."},
		{ID: "validation/huge-number-500", Summary: "A number of ten digits or more fails with 500."},
		{ID: "validation/no-text-500", Summary: "What is no text fails with 500 in place of one."},
		{ID: "validation/no-number-500", Summary: "What is no number fails with 500 in place of one."},
		{ID: "validation/unlisted-value-500", Summary: "A value that is none of those listed fails with 500."},
		{ID: "validation/unknown-member-500", Summary: "A member that is not known fails with 500."},
		{ID: "validation/read-only-member-500", Summary: "A read-only member in a body fails with 500."},
		{ID: "validation/refused-but-stored", Summary: "POST of a record that is refused stores it all the same."},
		{ID: "validation/refused-with-200", Summary: "A record that is refused is answered with the status 200."},
		{ID: "validation/status-409", Summary: "A record that breaks its schema is refused with 409, which is not declared."},
		{ID: "validation/field-not-named", Summary: "The refusal of a member names no field."},
		{ID: "validation/wrong-field-named", Summary: "The refusal of a member names another field."},
		{ID: "validation/parameter-not-named", Summary: "The refusal of a parameter names no field."},
	}
}

func bodyBugs() []Bug {
	return []Bug{
		{ID: "validation/wrapper-not-read", Summary: "The members of a record are read beside the wrapper instead of in it."},
		{ID: "validation/unwrapped-accepted", Summary: "A body without the wrapper is taken for the record."},
		{ID: "validation/missing-wrapper-500", Summary: "A body without the wrapper fails with 500."},
		{ID: "validation/null-wrapper-500", Summary: "A wrapper that holds null fails with 500."},
		{ID: "validation/odd-wrapper-500", Summary: "A wrapper that holds a list or a scalar fails with 500."},
		{ID: "validation/missing-wrapper-changes-nothing", Summary: "PATCH without the wrapper answers 200 and changes nothing."},
		{ID: "validation/odd-wrapper-patch-accepted", Summary: "PATCH with a wrapper that holds no object answers 200 and changes nothing."},
		{ID: "validation/malformed-json-500", Summary: "Malformed JSON fails with 500."},
		{ID: "validation/malformed-patch-accepted", Summary: "PATCH with malformed JSON answers 200 and changes nothing."},
		{ID: "validation/trailing-data-accepted", Summary: "What follows the JSON value of a body is not looked at."},
		{ID: "validation/trailing-data-500", Summary: "A body that goes on after its JSON value fails with 500."},
		{ID: "validation/list-500", Summary: "A body that is an array fails with 500."},
		{ID: "validation/list-accepted", Summary: "Of a body that is an array, the first item is used."},
		{ID: "validation/null-body-500", Summary: "A body that is null fails with 500."},
		{ID: "validation/empty-body-500", Summary: "A request without the body that it needs fails with 500."},
		{ID: "validation/large-body-500", Summary: "A body that is too large fails with 500."},
		{ID: "validation/text-plain-as-json", Summary: "A body labelled text/plain is read as JSON."},
		{ID: "validation/content-type-ignored", Summary: "Every body is read as JSON."},
		{ID: "validation/charset-415", Summary: "application/json with a charset is refused."},
		{ID: "validation/merge-patch-415", Summary: "PATCH of application/merge-patch+json is refused."},
		{ID: "validation/json-patched-415", Summary: "PATCH of application/json is refused."},
	}
}
