package library

import "slices"

// crudBugs are about what records become when they are written and read.
func crudBugs() []Bug {
	return slices.Concat(createBugs(), putBugs(), patchBugs(), deleteBugs(), readBugs(), valueBugs())
}

func createBugs() []Bug {
	return []Bug{
		{ID: "crud/create-stores-nothing", Summary: "POST answers with a record that it does not store."},
		{ID: "crud/create-stores-twice", Summary: "POST stores the record a second time under another id."},
		{ID: "crud/create-stores-other-title", Summary: "POST stores the title or name with a dot at its end."},
		{ID: "crud/create-ignores-optional", Summary: "POST sets every optional member to its default, whatever is sent."},
		{ID: "crud/create-answers-other-id", Summary: "POST answers with another id than the one that it stores."},
		{ID: "crud/create-replaces-same-title", Summary: "POST of a title or name that a record has removes that record."},
		{ID: "crud/create-takes-id", Summary: "POST takes the read-only id from the request."},
		{ID: "crud/create-takes-created-at", Summary: "POST takes the read-only created_at from the request."},
		{ID: "crud/create-takes-updated-at", Summary: "POST takes the read-only updated_at from the request."},
		{ID: "crud/id-reused", Summary: "A new record gets the id of the record that was deleted last."},
	}
}

func putBugs() []Bug {
	return []Bug{
		{ID: "crud/put-stores-nothing", Summary: "PUT answers with the change but does not store it."},
		{ID: "crud/put-ignored", Summary: "PUT answers 200 with the record as it was and changes nothing."},
		{ID: "crud/put-answers-old", Summary: "PUT stores the change but answers with the record as it was."},
		{ID: "crud/put-keeps-unsent", Summary: "PUT keeps the members that are not sent."},
		{ID: "crud/put-creates-unknown", Summary: "PUT of an id that is not there creates a record."},
		{ID: "crud/put-revives-deleted", Summary: "PUT of a deleted record brings it back."},
		{ID: "crud/put-changes-id", Summary: "PUT gives the record a new id."},
		{ID: "crud/put-changes-all", Summary: "PUT changes every record of the list."},
		{ID: "crud/put-adds-copy", Summary: "PUT stores the change a second time as a new record."},
		{ID: "crud/put-takes-id", Summary: "PUT takes the read-only id from the request."},
		{ID: "crud/put-takes-created-at", Summary: "PUT takes the read-only created_at from the request."},
		{ID: "crud/put-takes-updated-at", Summary: "PUT takes the read-only updated_at from the request."},
	}
}

func patchBugs() []Bug {
	return []Bug{
		{ID: "crud/patch-stores-nothing", Summary: "PATCH answers with the change but does not store it."},
		{ID: "crud/patch-ignored", Summary: "PATCH answers 200 with the record as it was and changes nothing."},
		{ID: "crud/patch-answers-old", Summary: "PATCH stores the change but answers with the record as it was."},
		{ID: "crud/patch-replaces-all", Summary: "PATCH sets the optional members that are not sent to their defaults."},
		{ID: "crud/patch-changes-one-member", Summary: "PATCH of several members changes only one of them."},
		{ID: "crud/patch-null-ignored", Summary: "PATCH leaves a member alone that is sent as null."},
		{ID: "crud/patch-false-ignored", Summary: "PATCH leaves a member alone that is sent as false."},
		{ID: "crud/patch-adds-to-lists", Summary: "PATCH adds the entries of a list to those that are there."},
		{ID: "crud/patch-changes-id", Summary: "PATCH gives the record a new id."},
		{ID: "crud/patch-changes-next", Summary: "PATCH changes the record that was created next as well."},
		{ID: "crud/patch-changes-all", Summary: "PATCH changes every record of the list."},
		{ID: "crud/patch-adds-copy", Summary: "PATCH stores the change a second time as a new record."},
		{ID: "crud/patch-of-nothing-500", Summary: "PATCH without any member fails with 500."},
		{ID: "crud/patch-creates-unknown", Summary: "PATCH of an id that is not there creates a record."},
		{ID: "crud/patch-revives-deleted", Summary: "PATCH of a deleted record brings it back."},
		{ID: "crud/patch-takes-id", Summary: "PATCH takes the read-only id from the request."},
		{ID: "crud/patch-takes-created-at", Summary: "PATCH takes the read-only created_at from the request."},
		{ID: "crud/patch-takes-updated-at", Summary: "PATCH takes the read-only updated_at from the request."},
	}
}

func deleteBugs() []Bug {
	return []Bug{
		{ID: "crud/delete-does-nothing", Summary: "DELETE answers 204 and deletes nothing."},
		{ID: "crud/delete-empties-list", Summary: "DELETE removes every record of the list."},
		{ID: "crud/delete-removes-first", Summary: "DELETE removes the first record instead of the one of the path."},
		{ID: "crud/deleted-still-listed", Summary: "A deleted record stays in the list."},
		{ID: "crud/deleted-still-retrieved", Summary: "A deleted record is gone from the list, but GET by id still finds it."},
	}
}

func readBugs() []Bug {
	return []Bug{
		{ID: "crud/retrieve-finds-first", Summary: "GET by id answers with the first record whatever the id is."},
		{ID: "crud/retrieve-finds-next", Summary: "GET by id answers with the record that was created next."},
		{ID: "crud/unknown-id-finds-first", Summary: "GET of an id that is not there answers 200 with the first record."},
		{ID: "crud/retrieve-stale-after-change", Summary: "GET by id shows the record as it was created, whatever was changed."},
		{ID: "crud/list-stale-after-change", Summary: "The list shows records as they were created, whatever was changed."},
		{ID: "crud/list-omits-first", Summary: "The list leaves out the first record."},
		{ID: "crud/list-omits-last", Summary: "The list leaves out the last record."},
		{ID: "crud/list-omits-changed", Summary: "The list leaves out records whose title or name was changed."},
		{ID: "crud/list-merges-same-titles", Summary: "The list shows one of several neighbours that have the same title or name."},
	}
}

func valueBugs() []Bug {
	return []Bug{
		{ID: "crud/text-cut-at-18", Summary: "A text is stored without what follows its first 18 characters."},
		{ID: "crud/longest-text-cut", Summary: "A text of the greatest length is stored without its last character."},
		{ID: "crud/text-lower-cased", Summary: "A text is stored in lower case."},
		{ID: "crud/text-inner-space-lost", Summary: "Several spaces inside a text are stored as one."},
		{ID: "crud/text-non-ascii-lost", Summary: "Characters beyond ASCII are stored as question marks."},
		{ID: "crud/text-astral-lost", Summary: "Characters that UTF-8 writes in four bytes are stored as question marks."},
		{ID: "crud/text-html-escaped", Summary: "A text is stored with HTML entities for <, >, & and quotes."},
		{ID: "crud/text-unescaped", Summary: "Percent and plus signs of a text are decoded as if it were a form."},
		{ID: "crud/text-backslashes-doubled", Summary: "A backslash in a text is stored twice."},
		{ID: "crud/number-rounded", Summary: "A number is stored without its last digit."},
		{ID: "crud/false-taken-for-unsent", Summary: "A false that is sent is stored as the default."},
		{ID: "crud/null-stored-as-empty", Summary: "A subtitle that is null is stored as an empty text."},
		{ID: "crud/date-a-day-early", Summary: "A date is stored a day early."},
		{ID: "crud/last-tag-lost", Summary: "The last of the tags is not stored."},
		{ID: "crud/tags-reversed", Summary: "Tags are stored in the opposite order."},
	}
}

// isolationBugs are about the walls between shelves.
func isolationBugs() []Bug {
	return []Bug{
		{ID: "isolation/book-read-under-other-shelf", Summary: "GET finds a book under a shelf that it does not stand on."},
		{ID: "isolation/book-put-under-other-shelf", Summary: "PUT replaces a book under a shelf that it does not stand on."},
		{ID: "isolation/book-patched-under-other-shelf", Summary: "PATCH changes a book under a shelf that it does not stand on."},
		{ID: "isolation/book-deleted-under-other-shelf", Summary: "DELETE removes a book under a shelf that it does not stand on."},
		{ID: "isolation/list-of-all-shelves", Summary: "The list of a shelf shows the books of all shelves."},
		{ID: "isolation/total-of-all-shelves", Summary: "The total of a shelf's list is over all shelves."},
		{ID: "isolation/create-on-other-shelf", Summary: "POST puts the book on another shelf than that of the path."},
		{ID: "isolation/unknown-shelf-listed", Summary: "The list of a shelf that was never there is empty instead of 404."},
		{ID: "isolation/unknown-shelf-created", Summary: "POST of a book to a shelf that was never there makes the shelf."},
		{ID: "isolation/unknown-shelf-500", Summary: "A shelf that is not there fails with 500 where its books are asked for."},
		{ID: "isolation/deleted-shelf-keeps-books", Summary: "The books of a deleted shelf can still be reached by their ids."},
		{ID: "isolation/deleted-shelf-lists-books", Summary: "The books of a deleted shelf are still listed."},
		{ID: "isolation/deleted-shelf-takes-books", Summary: "POST puts a book on a deleted shelf."},
		{ID: "isolation/delete-empties-other-shelves", Summary: "Deleting a shelf removes the books of all shelves."},
	}
}

// timeBugs are about created_at and updated_at.
func timeBugs() []Bug {
	return []Bug{
		{ID: "time/created-ahead", Summary: "A new record is dated two hours ahead."},
		{ID: "time/created-zero", Summary: "A new record is created in the year 1."},
		{ID: "time/local-time-as-utc", Summary: "Times are written in a zone seven hours behind UTC and labelled Z."},
		{ID: "time/updated-before-created", Summary: "updated_at of a new record is a minute before its created_at."},
		{ID: "time/updated-stays-on-patch", Summary: "PATCH leaves updated_at as it is."},
		{ID: "time/updated-stays-on-put", Summary: "PUT leaves updated_at as it is."},
		{ID: "time/updated-goes-back", Summary: "A change sets updated_at an hour back."},
		{ID: "time/updated-moves-on-get", Summary: "GET of a record sets its updated_at to now."},
		{ID: "time/updated-moves-on-list", Summary: "A list sets updated_at of the records that it shows to now."},
		{ID: "time/created-moves-on-patch", Summary: "PATCH sets created_at to now."},
		{ID: "time/created-moves-on-put", Summary: "PUT sets created_at to now."},
		{ID: "time/created-moves-on-get", Summary: "GET of a record shows the time of the request as its created_at."},
		{ID: "time/change-moves-others", Summary: "A change sets updated_at of all records of the list to now."},
	}
}

// raceBugs are about requests at once.
func raceBugs() []Bug {
	return []Bug{
		{ID: "races/duplicate-ids", Summary: "Records that are created at once get the same id."},
		{ID: "races/lost-creates", Summary: "Of records that are created at once, some are not stored."},
		{ID: "races/answers-crossed", Summary: "Of POSTs at once, some are answered with the record of another."},
		{ID: "races/half-made-visible", Summary: "For a moment, a new record is there without its title."},
		{ID: "races/lost-updates", Summary: "A change takes back changes of other records that are made at once."},
		{ID: "races/delete-has-many-winners", Summary: "Of DELETEs of one record at once, several answer 204."},
		{ID: "races/late-delete-500", Summary: "Of DELETEs of one record at once, all but one fail with 500."},
		{ID: "races/patch-revives-deleted", Summary: "A change brings a record back that is deleted meanwhile."},
	}
}
