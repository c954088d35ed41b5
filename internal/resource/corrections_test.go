package resource_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"understudy/internal/contract"
	"understudy/internal/resource"
)

// corrected reads a document of the zoo in which one text is another.
func corrected(tb testing.TB, name, old, text string) (*resource.Model, error) {
	tb.Helper()
	data, err := os.ReadFile(filepath.Join(zoo, name+".yaml"))
	require.NoError(tb, err)
	require.Contains(tb, string(data), old)
	c, err := contract.Load(name+".yaml", []byte(strings.Replace(string(data), old, text, 1)))
	require.NoError(tb, err)
	return resource.Infer(c)
}

// Each guess can be corrected where it stands.
func TestAGuessIsCorrected(t *testing.T) {
	const boxes = "  /boxes:\n"
	for _, test := range []struct {
		name, document, old, text string
		holds                     func(t *testing.T, m *resource.Model)
	}{
		{"the paging", "marker", boxes, boxes + "    x-understudy: {page: {style: cursor, start: marker}}\n", func(t *testing.T, m *resource.Model) {
			page := m.Collection("boxes").Page
			assert.Equal(t, resource.Cursor, page.Style)
			assert.Equal(t, "marker", page.Start.Name)
			assert.Equal(t, "limit", page.Size.Name)
			assert.Equal(t, 1000, page.Maximum)
		}},
		{"that a list is paged", "marker", boxes, boxes + "    x-understudy: {page: false}\n", func(t *testing.T, m *resource.Model) {
			assert.Nil(t, m.Collection("boxes").Page)
		}},
		{"what sorts and filters", "limit-offset", "  /api/books/:\n", "  /api/books/:\n    x-understudy: {sort: false, filters: false}\n", func(t *testing.T, m *resource.Model) {
			assert.Nil(t, m.Collection("books").Sort)
			assert.Empty(t, m.Collection("books").Filters)
		}},
		{"that a path is a singleton", "singleton", "  /me:\n", "  /me:\n    x-understudy: {singleton: false}\n", func(t *testing.T, m *resource.Model) {
			assert.Nil(t, m.Collection("me"))
		}},
		{"that a path is a collection", "bare-list", "  /notes:\n", "  /notes:\n    x-understudy: {collection: false}\n", func(t *testing.T, m *resource.Model) {
			assert.Empty(t, m.Collection("/notes").Operations[resource.List])
		}},
		{"that a list is a collection", "security", "  /health:", "  /health:\n    x-understudy: {collection: wells}\n    post: {responses: {'200': {description: ok}}}\n  /other:", func(t *testing.T, m *resource.Model) {
			assert.Equal(t, "/health", m.Collection("wells").Path)
		}},
		{"what an operation does", "put-partial", "      operationId: changeRoom\n", "      operationId: changeRoom\n      x-understudy: {role: replace}\n", func(t *testing.T, m *resource.Model) {
			assert.Equal(t, "changeRoom", m.Collection("rooms").Operations[resource.Replace].ID)
			assert.Nil(t, m.Collection("rooms").Operations[resource.Update])
		}},
		{"that an operation belongs to a collection", "bare-list", "      operationId: changeNote\n", "      operationId: changeNote\n      x-understudy: {role: none}\n", func(t *testing.T, m *resource.Model) {
			assert.Nil(t, m.Collection("notes").Operations[resource.Update])
			require.Len(t, m.Left, 1)
			assert.Equal(t, "PATCH /notes/{note_id}", m.Left[0].What)
		}},
		{"where an item stands", "statuses", "      operationId: addJob\n", "      operationId: addJob\n      x-understudy: {wrap: false}\n", func(t *testing.T, m *resource.Model) {
			b, _ := m.Bind(m.Collection("jobs").Operations[resource.Create])
			assert.True(t, b.Shown.Bare())
		}},
		{"what becomes of orphans", "nested", "  /libraries/{library_id}/shelves:\n", "  /libraries/{library_id}/shelves:\n    x-understudy: {orphans: cascade}\n", func(t *testing.T, m *resource.Model) {
			assert.Equal(t, resource.Cascade, m.Collection("shelves").Orphans)
			assert.Equal(t, resource.Cascade, m.Collection("volumes").Orphans)
		}},
		{"what an action does", "actions", "    post: {operationId: archiveParcel,", "    post: {x-understudy: {action: {set: {grams: 1}}}, operationId: archiveParcel,", func(t *testing.T, m *resource.Model) {
			assert.Len(t, m.Collection("parcels").Actions[0].Set, 1)
			assert.Contains(t, m.Collection("parcels").Actions[0].Set, "grams")
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			m, err := corrected(t, test.document, test.old, test.text)
			require.NoError(t, err)
			test.holds(t, m)
			assert.Empty(t, doubtsAboutPaging(m))
		})
	}
}

// doubtsAboutPaging are the doubts that saying how a list is paged settles.
func doubtsAboutPaging(m *resource.Model) []string {
	var found []string
	for _, d := range m.Doubts {
		if strings.Contains(d.Message, "several ways") {
			found = append(found, d.Message)
		}
	}
	return found
}

// What cannot be is said with its place.
func TestCorrectionsThatCannotBe(t *testing.T) {
	for _, test := range []struct{ name, document, old, text, want string }{
		{"a fate of orphans", "nested", "  /libraries/{library_id}/shelves:\n", "  /libraries/{library_id}/shelves:\n    x-understudy: {orphans: adopt}\n", `unknown way to treat orphans "adopt"`},
		{"a state of an action", "actions", "from: [packed]", "from: [lost]", `"lost" is no value of state`},
		{"a state of a removal", "actions", "when: [sent]", "when: [lost]", `"lost" is no value of state`},
		{"a member to set", "actions", "set: {state: sent}", "set: {weight: 1}", `the item has no member "weight" to set`},
		{"a value to set", "actions", "set: {state: sent}", "set: {state: lost}", `lost is no value of state`},
		{"a state where nothing moves", "bare-list", "      operationId: dropNote\n", "      operationId: dropNote\n      x-understudy: {remove: {when: [sent]}}\n", `no member of notes has a lifecycle, so there are no states`},
		{"a member of a body", "wrapped", "      operationId: updateArticle\n", "      operationId: updateArticle\n      x-understudy: {wrap: {request: story, response: article}}\n", `the body has no member "story"`},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := corrected(t, test.document, test.old, test.text)
			var faults contract.Faults
			require.ErrorAs(t, err, &faults)
			require.Len(t, faults, 1)
			assert.Equal(t, test.want, faults[0].Message)
			assert.NotZero(t, faults[0].Line)
			assert.NotEmpty(t, faults[0].Hint)
		})
	}
}
