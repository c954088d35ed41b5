package drift_test

import (
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"understudy"
	"understudy/conformance"
	"understudy/conformance/drift"
	"understudy/mockserver"
)

// paths of the embedded document, as an overlay selects them.
const (
	listPath = `$.paths['/api/organizations/{organization_id}/proxy_records/']`
	itemPath = `$.paths['/api/organizations/{organization_id}/proxy_records/{id}/']`
	record   = `$.components.schemas.ProxyRecord.properties`
)

// holdChanged compares the stand-in with one whose document an overlay changes.
func holdChanged(t *testing.T, actions string, opts ...conformance.Option) (*drift.Run, *drift.Report) {
	t.Helper()
	overlay := "overlay: 1.0.0\ninfo: {title: Another, version: '1'}\nactions:\n" + actions
	server, err := mockserver.New(mockserver.WithSpec("openapi.yaml", understudy.OpenAPI), mockserver.WithOverlay("another.yaml", []byte(overlay)))
	require.NoError(t, err)
	target := httptest.NewServer(server)
	t.Cleanup(target.Close)
	keys, err := keysOf(t.Context(), server)
	require.NoError(t, err)
	return hold(t, target.URL, "", nil, append(keys, opts...)...)
}

// Whatever an overlay can make of a stand-in is found, and said in another overlay.
func TestAnOverlayIsFoundOut(t *testing.T) {
	for name, test := range map[string]struct {
		actions string
		found   []string
	}{
		"another order": {
			"  - {target: \"" + listPath + "\", update: {x-understudy: {order: domain}}}\n",
			[]string{"order GET : -created_at / domain"},
		},
		"another descending order": {
			"  - {target: \"" + listPath + "\", update: {x-understudy: {order: -domain}}}\n",
			[]string{"order GET : -created_at / -domain"},
		},
		"another beginning": {
			"  - {target: \"" + record + ".status.x-understudy.lifecycle\", update: {initial: issuing}}\n",
			[]string{`value POST status: "waiting" / "issuing"`},
		},
		"another default": {
			"  - {target: \"" + record + ".message\", update: {default: none yet}}\n",
			[]string{"shape POST message: null / a text"},
		},
		"a constant": {
			"  - {target: \"" + record + ".target_cname.x-understudy\", update: {generate: proxy.example.com}}\n",
			[]string{"varies POST target_cname: another on each new record / the same on every new record"},
		},
		"a variable": {
			"  - {target: \"" + record + ".message\", update: {x-understudy: {generate: '{regex:[0-9]{8}} to go'}}}\n",
			[]string{"varies POST message: the same on every new record / another on each new record"},
		},
		"another member": {
			"  - {target: \"" + record + "\", update: {region: {type: string, readOnly: true, default: eu}}}\n  - {target: $.components.schemas.ProxyRecord.required, update: region}\n",
			[]string{"shape POST region: absent / a text", "shape GET region: absent / a text", "shape GET item region: absent / a text"},
		},
		"a member less": {
			"  - {target: \"" + record + ".created_by\", remove: true}\n  - {target: \"$.components.schemas.ProxyRecord.required[?@ == 'created_by']\", remove: true}\n",
			[]string{"shape POST created_by: a number / absent", "shape GET item created_by: a number / absent"},
		},
		"200 for a create": {
			"  - {target: \"" + listPath + ".post.responses\", update: {'200': {description: The record., content: {application/json: {schema: {$ref: '#/components/schemas/ProxyRecord'}}}}}}\n  - {target: \"" + listPath + ".post.responses['201']\", remove: true}\n",
			[]string{"status POST : 201 / 200"},
		},
		"a delete with a body": {
			"  - {target: \"" + itemPath + ".delete.responses\", update: {'200': {description: Gone., content: {application/json: {schema: {type: object, required: [ok], properties: {ok: {type: boolean}}}}}}}}\n  - {target: \"" + itemPath + ".delete.responses['204']\", remove: true}\n",
			[]string{"status DELETE : 204 / 200", "shape DELETE : no body / JSON"},
		},
		"a bare list": {
			"  - {target: \"" + listPath + ".get.responses['200']\", remove: true}\n  - {target: \"" + listPath + ".get.responses\", update: {'200': {description: All., content: {application/json: {schema: {type: array, items: {$ref: '#/components/schemas/ProxyRecord'}}}}}}}\n",
			[]string{"shape GET items: in results / the body is the list"},
		},
		"another envelope": {
			"  - {target: \"" + listPath + ".get.responses['200']\", remove: true}\n  - {target: \"" + listPath + ".get.responses\", update: {'200': {description: All., content: {application/json: {schema: {type: object, required: [data, total], properties: {total: {type: integer}, data: {type: array, items: {$ref: '#/components/schemas/ProxyRecord'}}}}}}}}}\n",
			[]string{"shape GET items: in results / in data"},
		},
		"no count": {
			"  - {target: $.components.schemas.ProxyRecordPage.properties.count, remove: true}\n  - {target: \"$.components.schemas.ProxyRecordPage.required[?@ == 'count']\", remove: true}\n",
			[]string{"shape GET count: a number / absent"},
		},
		"a header": {
			"  - {target: \"" + itemPath + ".get.responses['200']\", update: {headers: {Cache-Control: {required: true, schema: {type: string, const: no-store}}}}}\n",
			[]string{"header GET Cache-Control: absent / no-store"},
		},
		"a location": {
			"  - {target: \"" + listPath + ".post.responses['201']\", update: {headers: {Location: {schema: {type: string}}}}}\n",
			[]string{"header POST Location: absent / {server}/api/organizations/{organization_id}/proxy_records/{id}/"},
		},
		"nested errors of another status": {
			"  - {target: $.x-understudy.errors.not_found, remove: true}\n  - {target: $, update: {x-understudy: {statuses: {not_found: 410}, errors: {not_found: {error: {code: gone, reasons: [Never heard of it.]}}}}}}\n",
			[]string{"status GET : 404 / 410", "shape GET error: {attr: null, code: text, detail: text, type: text} / {error: {code: text, reasons: [text]}}"},
		},
		"laxer lengths": {
			"  - {target: \"" + record + ".domain.maxLength\", remove: true}\n  - {target: \"" + record + ".domain.minLength\", remove: true}\n",
			[]string{"stricter POST domain: refused with 400 (maxLength) / accepted with 201", "stricter PATCH domain: refused with 400 (minLength) / accepted with 200"},
		},
		"an optional member": {
			"  - {target: \"$.components.schemas.ProxyRecordCreate.required[?@ == 'domain']\", remove: true}\n  - {target: \"" + record + ".domain\", update: {default: none.example.com}}\n",
			[]string{"stricter POST domain: refused with 400 (required) / accepted with 201"},
		},
		"no change": {
			"  - {target: \"" + itemPath + ".patch\", remove: true}\n",
			[]string{"laxer PATCH : accepted with 200 / refused with 405"},
		},
		"no pages": {
			"  - {target: \"" + listPath + "\", update: {x-understudy: {page: false}}}\n",
			[]string{"page GET records on a page of 1: 1 / all 5"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			run, found := holdChanged(t, test.actions)
			require.Subset(t, differences(found), test.found)
			overlay, err := run.Mend(t.Context(), found)
			require.NoError(t, err)
			require.NotEmpty(t, overlay)
			require.Zero(t, found.Overlay.After, "%s\n%s", overlay, leftIn(found))
			require.Zero(t, found.Run.Left)
		})
	}
}

// leftIn lists what the overlay of a report leaves, in lines.
func leftIn(r *drift.Report) string {
	text := ""
	for _, line := range tell(&drift.Report{Operations: r.Overlay.Left}) {
		text += line + "\n"
	}
	return text
}
