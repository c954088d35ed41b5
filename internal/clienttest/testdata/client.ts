// Creates, lists, reads, changes and deletes a record through a client whose types were
// generated from the document. The compiler refuses what the document does not have.
import createClient from "openapi-fetch";
import type { paths } from "./api.js";

declare const process: { env: Record<string, string | undefined>; exitCode: number };

const { URL = "", KEY = "", ORGANIZATION = "" } = process.env;
const client = createClient<paths>({ baseUrl: URL, headers: { Authorization: `Bearer ${KEY}` } });
const path = { organization_id: ORGANIZATION };
const records = "/api/organizations/{organization_id}/proxy_records/";
const record = "/api/organizations/{organization_id}/proxy_records/{id}/";

function expect(holds: boolean, what: string): void {
  if (!holds) {
    throw new Error(what);
  }
}

const created = await client.POST(records, { params: { path }, body: { domain: "client.example.com" } });
expect(created.response.status === 201, `created with ${created.response.status}`);
const id = created.data?.id ?? "";

const listed = await client.GET(records, { params: { path, query: { limit: 5 } } });
expect(listed.data?.results.some((one) => one.id === id) ?? false, "the record is in the list");

const read = await client.GET(record, { params: { path: { ...path, id } } });
expect(read.data?.domain === "client.example.com", "the record has its domain");

const changed = await client.PATCH(record, { params: { path: { ...path, id } }, body: { domain: "other.example.com" } });
expect(changed.data?.domain === "other.example.com", "the change is answered");

const removed = await client.DELETE(record, { params: { path: { ...path, id } } });
expect(removed.response.status === 204, `removed with ${removed.response.status}`);

const gone = await client.GET(record, { params: { path: { ...path, id } } });
expect(gone.error?.code === "not_found", "it is gone");
