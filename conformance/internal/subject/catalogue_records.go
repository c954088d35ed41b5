package subject

import "slices"

// crudBugs are about what records become when they are written and read.
func crudBugs() []Bug {
	return slices.Concat(createBugs(), patchBugs(), deleteBugs(), readBugs(), textBugs())
}

func createBugs() []Bug {
	return []Bug{
		{ID: "crud/create-stores-nothing", Summary: "POST answers with a record that it does not store."},
		{ID: "crud/create-stores-twice", Summary: "POST stores the record a second time under another id."},
		{ID: "crud/create-ignores-domain", Summary: "POST stores a domain of its own instead of the one that is sent."},
		{ID: "crud/create-stores-other-domain", Summary: "POST answers with the domain that was sent but stores it with a dot at its end."},
		{ID: "crud/create-answers-other-id", Summary: "POST answers with another id than the one that it stores."},
		{ID: "crud/create-returns-same-domain", Summary: "POST of a domain that a record has answers 201 with that record and creates none."},
		{ID: "crud/create-replaces-same-domain", Summary: "POST of a domain that a record has removes that record."},
		{ID: "crud/create-takes-id", Summary: "POST takes the read-only id from the request."},
		{ID: "crud/create-takes-status", Summary: "POST takes the read-only status from the request."},
		{ID: "crud/create-takes-message", Summary: "POST takes the read-only message from the request."},
		{ID: "crud/create-takes-target-cname", Summary: "POST takes the read-only target_cname from the request."},
		{ID: "crud/create-takes-created-at", Summary: "POST takes the read-only created_at from the request."},
		{ID: "crud/create-takes-created-by", Summary: "POST takes the read-only created_by from the request."},
		{ID: "crud/id-reused", Summary: "A new record gets the id of the record that was deleted last."},
	}
}

func patchBugs() []Bug {
	return []Bug{
		{ID: "crud/patch-stores-nothing", Summary: "PATCH answers with the change but does not store it."},
		{ID: "crud/patch-ignored", Summary: "PATCH answers 200 with the record as it was and changes nothing."},
		{ID: "crud/patch-answers-old", Summary: "PATCH stores the change but answers with the record as it was."},
		{ID: "crud/patch-clears-unsent-domain", Summary: "PATCH without a domain empties the domain."},
		{ID: "crud/patch-clears-target-cname", Summary: "PATCH empties target_cname."},
		{ID: "crud/patch-forgets-created-by", Summary: "PATCH sets created_by to null."},
		{ID: "crud/patch-changes-id", Summary: "PATCH gives the record a new id."},
		{ID: "crud/patch-changes-next", Summary: "PATCH changes the record that was created next as well."},
		{ID: "crud/patch-changes-all", Summary: "PATCH changes every record of the organization."},
		{ID: "crud/patch-adds-copy", Summary: "PATCH stores the change a second time as a new record."},
		{ID: "crud/patch-of-nothing-500", Summary: "PATCH without any field fails with 500."},
		{ID: "crud/patch-creates-unknown", Summary: "PATCH of an id that is not there creates a record."},
		{ID: "crud/patch-revives-deleted", Summary: "PATCH of a deleted record brings it back."},
		{ID: "crud/patch-takes-id", Summary: "PATCH takes the read-only id from the request."},
		{ID: "crud/patch-takes-status", Summary: "PATCH takes the read-only status from the request."},
		{ID: "crud/patch-takes-message", Summary: "PATCH takes the read-only message from the request."},
		{ID: "crud/patch-takes-target-cname", Summary: "PATCH takes the read-only target_cname from the request."},
		{ID: "crud/patch-takes-created-at", Summary: "PATCH takes the read-only created_at from the request."},
		{ID: "crud/patch-takes-created-by", Summary: "PATCH takes the read-only created_by from the request."},
	}
}

func deleteBugs() []Bug {
	return []Bug{
		{ID: "crud/delete-does-nothing", Summary: "DELETE answers 204 and deletes nothing."},
		{ID: "crud/delete-empties-organization", Summary: "DELETE removes every record of the organization."},
		{ID: "crud/delete-removes-newest", Summary: "DELETE removes the newest record instead of the one of the path."},
		{ID: "crud/delete-only-marks", Summary: "DELETE answers 204 but only sets the status to deleting."},
		{ID: "crud/deleted-still-listed", Summary: "A deleted record stays in the list."},
		{ID: "crud/deleted-still-retrieved", Summary: "A deleted record is gone from the list, but GET by id still finds it."},
	}
}

func readBugs() []Bug {
	return []Bug{
		{ID: "crud/retrieve-finds-newest", Summary: "GET by id answers with the newest record whatever the id is."},
		{ID: "crud/retrieve-finds-next", Summary: "GET by id answers with the record that was created next."},
		{ID: "crud/unknown-id-finds-newest", Summary: "GET of an id that is not there answers 200 with the newest record."},
		{ID: "crud/retrieve-stale-after-patch", Summary: "GET by id shows the domain as it was at creation, whatever PATCH did."},
		{ID: "crud/list-stale-after-patch", Summary: "The list shows the domain as it was at creation, whatever PATCH did."},
		{ID: "crud/list-omits-newest", Summary: "The list leaves out the newest record."},
		{ID: "crud/list-omits-oldest", Summary: "The list leaves out the oldest record."},
		{ID: "crud/list-omits-changed", Summary: "The list leaves out records whose domain was changed."},
		{ID: "crud/list-merges-same-domains", Summary: "The list shows one of several neighbours that have the same domain."},
	}
}

func textBugs() []Bug {
	return []Bug{
		{ID: "crud/domain-cut-at-32", Summary: "A domain is stored without what follows its first 32 characters."},
		{ID: "crud/domain-cut-at-60", Summary: "A domain is stored without what follows its first 60 characters."},
		{ID: "crud/domain-cut-at-63", Summary: "A domain is stored without what follows its first 63 characters."},
		{ID: "crud/domain-lower-cased", Summary: "A domain is stored in lower case."},
		{ID: "crud/domain-inner-space-lost", Summary: "Several spaces inside a domain are stored as one."},
		{ID: "crud/domain-non-ascii-lost", Summary: "Characters beyond ASCII are stored as question marks."},
		{ID: "crud/domain-astral-lost", Summary: "Characters that UTF-8 writes in four bytes are stored as question marks."},
		{ID: "crud/domain-html-escaped", Summary: "A domain is stored with HTML entities for <, >, & and quotes."},
		{ID: "crud/domain-unescaped", Summary: "Percent and plus signs in a JSON body are decoded as if it were a form."},
		{ID: "crud/domain-backslashes-doubled", Summary: "A backslash in a domain is stored twice."},
	}
}

// isolationBugs are about the walls between organizations.
func isolationBugs() []Bug {
	return []Bug{
		{ID: "isolation/foreign-record-retrieved", Summary: "GET finds a record of another organization under the caller's own.", Needs: NeedsForeignKey},
		{ID: "isolation/foreign-record-patched", Summary: "PATCH changes a record of another organization under the caller's own.", Needs: NeedsForeignKey},
		{ID: "isolation/foreign-record-deleted", Summary: "DELETE removes a record of another organization under the caller's own.", Needs: NeedsForeignKey},
		{ID: "isolation/list-of-all-organizations", Summary: "The list shows the records of all organizations.", Needs: NeedsForeignKey},
		{ID: "isolation/count-of-all-organizations", Summary: "The count of a list is over all organizations.", Needs: NeedsForeignKey},
		{ID: "isolation/foreign-key-lists", Summary: "A key of another organization may list.", Needs: NeedsForeignKey},
		{ID: "isolation/foreign-key-creates", Summary: "A key of another organization may POST.", Needs: NeedsForeignKey},
		{ID: "isolation/foreign-key-retrieves", Summary: "A key of another organization may GET a record.", Needs: NeedsForeignKey},
		{ID: "isolation/foreign-key-patches", Summary: "A key of another organization may PATCH.", Needs: NeedsForeignKey},
		{ID: "isolation/foreign-key-deletes", Summary: "A key of another organization may DELETE.", Needs: NeedsForeignKey},
		{ID: "isolation/create-in-other-organization", Summary: "POST stores the record in another organization than that of the path.", Needs: NeedsForeignKey},
		{ID: "isolation/path-ignored", Summary: "The organization is that of the key, whatever the path says.", Needs: NeedsForeignKey},
		{ID: "isolation/unknown-organization-listed", Summary: "The list of an organization that does not exist is empty instead of 404."},
		{ID: "isolation/unknown-organization-created", Summary: "POST to an organization that does not exist creates it."},
		{ID: "isolation/refused-create-performed", Summary: "POST with a key of another organization is refused, but the record is stored.", Needs: NeedsForeignKey},
		{ID: "isolation/refused-patch-performed", Summary: "PATCH with a key of another organization is refused, but the change is stored.", Needs: NeedsForeignKey},
		{ID: "isolation/refused-delete-performed", Summary: "DELETE with a key of another organization is refused, but the record is gone.", Needs: NeedsForeignKey},
	}
}

// timeBugs are about created_at and updated_at.
func timeBugs() []Bug {
	return []Bug{
		{ID: "time/created-at-ahead", Summary: "A new record is dated two hours ahead."},
		{ID: "time/created-at-zero", Summary: "A new record is created in the year 1."},
		{ID: "time/local-time-as-utc", Summary: "Times are written in a zone seven hours behind UTC and labelled Z."},
		{ID: "time/updated-before-created", Summary: "updated_at of a new record is a minute before its created_at."},
		{ID: "time/updated-never-moves", Summary: "PATCH leaves updated_at as it is."},
		{ID: "time/updated-goes-back", Summary: "PATCH sets updated_at an hour back."},
		{ID: "time/updated-moves-on-get", Summary: "GET of a record sets its updated_at to now."},
		{ID: "time/updated-moves-on-list", Summary: "A list sets updated_at of the records that it shows to now."},
		{ID: "time/created-moves-on-patch", Summary: "PATCH sets created_at to now."},
		{ID: "time/created-moves-on-get", Summary: "GET of a record shows the time of the request as its created_at."},
		{ID: "time/patch-moves-others", Summary: "PATCH sets updated_at of all records of the organization to now."},
	}
}

// raceBugs are about requests at the same time. Each is right for one at a time.
func raceBugs() []Bug {
	return []Bug{
		{ID: "races/duplicate-ids", Summary: "Records that are created at once get the same id."},
		{ID: "races/lost-creates", Summary: "Of records that are created at once, only some are kept."},
		{ID: "races/lost-updates", Summary: "Of different records that are changed at once, only some keep their change."},
		{ID: "races/count-drifts", Summary: "The count of a list misses records that are created at once."},
		{ID: "races/busy-create-500", Summary: "POST fails with 500 while another is under way."},
		{ID: "races/answers-crossed", Summary: "A POST answers with the record of another that is under way."},
		{ID: "races/keys-crossed", Summary: "A request goes on with the key of another that came a moment later."},
		{ID: "races/half-made-visible", Summary: "A list shows a record that is being created before it has its domain."},
		{ID: "races/late-delete-500", Summary: "Of deletes of one record at once, all but the first fail with 500."},
		{ID: "races/delete-has-many-winners", Summary: "Deletes of one record at once all answer 204, though a later one answers 404."},
		{ID: "races/patch-revives-deleted", Summary: "A PATCH that is under way brings a record back that is deleted meanwhile."},
	}
}

// lifecycleBugs are about the way of a status from waiting to valid.
func lifecycleBugs() []Bug {
	return []Bug{
		{ID: "lifecycle/starts-valid", Summary: "A new record is valid at once."},
		{ID: "lifecycle/starts-over", Summary: "A valid record becomes waiting after a while.", Needs: NeedsShortDelays},
		{ID: "lifecycle/falls-back", Summary: "An issuing record becomes waiting again, and so on for ever.", Needs: NeedsShortDelays},
		{ID: "lifecycle/undeclared-status-between", Summary: "Between waiting and issuing a record has a status that is not declared.", Needs: NeedsShortDelays},
		{ID: "lifecycle/undeclared-step-between", Summary: "Between waiting and issuing a record is timed_out, from where no step is declared.", Needs: NeedsShortDelays},
		{ID: "lifecycle/ends-undeclared", Summary: "An issuing record becomes active, a status that is not declared, instead of valid.", Needs: NeedsShortDelays},
		{ID: "lifecycle/list-status-stale", Summary: "A list shows every record as waiting.", Needs: NeedsShortDelays},
		{ID: "lifecycle/read-starts-over", Summary: "GET of a valid record sets it back to waiting.", Needs: NeedsShortDelays},
		{ID: "lifecycle/patch-starts-over", Summary: "PATCH sets a record back to waiting.", Needs: NeedsShortDelays},
		{ID: "lifecycle/create-restarts-others", Summary: "POST sets the other records of the organization back to waiting.", Needs: NeedsShortDelays},
	}
}
