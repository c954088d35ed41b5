package mockserver_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"understudy/mockserver"
)

// library is a document of another kind: OpenAPI 3.0, no keys, items under items
// of another collection, members that may be left out, lists that are bare
// arrays, ids that are numbers, and errors of which most are not declared.
const library = `
openapi: 3.0.3
info: {title: Library, version: '1'}
paths:
  /authors:
    get:
      responses:
        '200': {description: Authors, content: {application/json: {schema: {type: array, items: {$ref: '#/components/schemas/Author'}}}}}
    post:
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/Author'}}}}
      responses:
        '201': {description: The author, content: {application/json: {schema: {$ref: '#/components/schemas/Author'}}}}
  /authors/{author_id}:
    parameters: [{name: author_id, in: path, required: true, schema: {type: integer}}]
    get:
      responses:
        '200': {description: The author, content: {application/json: {schema: {$ref: '#/components/schemas/Author'}}}}
        '404': {description: No such author}
    delete:
      responses:
        '204': {description: Gone}
        '404': {description: No such author, content: {application/json: {schema: {$ref: '#/components/schemas/Excuse'}}}}
  /authors/{author_id}/books:
    x-understudy: {order: -pages}
    parameters: [{name: author_id, in: path, required: true, schema: {type: integer}}]
    get:
      responses:
        '200': {description: Books, content: {application/json: {schema: {type: array, items: {$ref: '#/components/schemas/Book'}}}}}
    post:
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/Book'}}}}
      responses:
        '201': {description: The book, content: {application/json: {schema: {$ref: '#/components/schemas/Book'}}}}
        '422': {description: Not a book, content: {application/problem+json: {}}}
  /authors/{author_id}/books/{isbn}:
    parameters:
      - {name: author_id, in: path, required: true, schema: {type: integer}}
      - {name: isbn, in: path, required: true, schema: {type: string}}
    get:
      responses:
        '200': {description: The book, content: {application/json: {schema: {$ref: '#/components/schemas/Book'}}}}
    put:
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/Book'}}}}
      responses:
        '200': {description: The book, content: {application/json: {schema: {$ref: '#/components/schemas/Book'}}}}
components:
  schemas:
    Author:
      type: object
      required: [author_id, name]
      properties:
        author_id: {type: integer, minimum: 1, maximum: 1000000, readOnly: true}
        name: {type: string}
    Book:
      type: object
      required: [isbn, title]
      properties:
        isbn: {type: string, pattern: '^[0-9]{13}$'}
        title: {type: string, minLength: 1}
        subtitle: {type: string}
        pages: {type: integer, minimum: 1, default: 100}
    Excuse:
      type: object
      required: [excuse]
      properties:
        excuse: {type: string, minLength: 1}
`

// startLibrary runs a stand-in of the library.
func startLibrary(t *testing.T, options ...mockserver.Option) *standIn {
	t.Helper()
	return start(t, append(options, mockserver.WithSpec("library.yaml", []byte(library)))...)
}

// anAuthor makes an author and returns the path of the books.
func anAuthor(t *testing.T, reader caller) string {
	t.Helper()
	got := reader.send(t, http.MethodPost, "/authors", jsonBody(`{"name":"Ursula"}`))
	require.Equal(t, http.StatusCreated, got.status, got.body)
	require.Equal(t, "Ursula", decoded[struct{ Name string }](t, got.body).Name)
	id := decoded[struct {
		ID raw `json:"author_id"`
	}](t, got.body).ID
	require.Equal(t, got.body, reader.get(t, "/authors/"+string(id)).body)
	return "/authors/" + string(id) + "/books"
}

const (
	dispossessed = `{"isbn":"9780061054884","title":"The Dispossessed","pages":100}`
	withSubtitle = `{"isbn":"9780061054884","title":"The Dispossessed","subtitle":"An Ambiguous Utopia","pages":387}`
)

// requireBody requires a body, to the byte.
func requireBody(t *testing.T, want string, got answer) {
	t.Helper()
	require.Equal(t, want, got.body)
}

func TestLibrary(t *testing.T) {
	t.Parallel()

	t.Run("an item takes the id that the request gives", func(t *testing.T) {
		t.Parallel()
		reader := startLibrary(t).anonymous()
		books := anAuthor(t, reader)
		got := reader.send(t, http.MethodPost, books, jsonBody(withSubtitle))
		require.Equal(t, http.StatusCreated, got.status, got.body)
		requireBody(t, withSubtitle, got)
		requireBody(t, withSubtitle, reader.get(t, books+"/9780061054884"))
		requireBody(t, "["+withSubtitle+"]", reader.get(t, books))
	})
	t.Run("a member that may be left out is left out, unless it has a default", func(t *testing.T) {
		t.Parallel()
		reader := startLibrary(t).anonymous()
		got := reader.send(t, http.MethodPost, anAuthor(t, reader), jsonBody(`{"isbn":"9780061054884","title":"The Dispossessed"}`))
		requireBody(t, dispossessed, got)
	})
	t.Run("a replacement leaves out what it does not name", func(t *testing.T) {
		t.Parallel()
		reader := startLibrary(t).anonymous()
		books := anAuthor(t, reader)
		reader.send(t, http.MethodPost, books, jsonBody(withSubtitle))
		got := reader.send(t, http.MethodPut, books+"/9780061054884", jsonBody(`{"isbn":"9780061054884","title":"The Dispossessed"}`))
		require.Equal(t, http.StatusOK, got.status)
		requireBody(t, dispossessed, got)
		requireBody(t, dispossessed, reader.get(t, books+"/9780061054884"))
	})
	t.Run("a list is in the order that the document gives", func(t *testing.T) {
		t.Parallel()
		reader := startLibrary(t).anonymous()
		books := anAuthor(t, reader)
		for i, pages := range []string{"100", "20", "387", "3"} {
			book := fmt.Sprintf(`{"isbn":"978006105488%d","title":"Book","pages":%s}`, i, pages)
			require.Equal(t, http.StatusCreated, reader.send(t, http.MethodPost, books, jsonBody(book)).status)
		}
		var listed []int
		for _, book := range decoded[[]struct{ Pages int }](t, reader.get(t, books).body) {
			listed = append(listed, book.Pages)
		}
		require.Equal(t, []int{387, 100, 20, 3}, listed)
	})
	t.Run("a state without a member that may be left out comes back without it", func(t *testing.T) {
		t.Parallel()
		api := startLibrary(t)
		books := anAuthor(t, api.anonymous())
		api.anonymous().send(t, http.MethodPost, books, jsonBody(dispossessed))
		before := api.state(t)
		api.load(t, before)
		require.Equal(t, before, api.state(t))
		requireBody(t, "["+dispossessed+"]", api.anonymous().get(t, books))
	})
	t.Run("the second item of one id is a conflict", func(t *testing.T) {
		t.Parallel()
		reader := startLibrary(t).anonymous()
		books := anAuthor(t, reader)
		reader.send(t, http.MethodPost, books, jsonBody(dispossessed))
		requireProblem(t, problemOf(t, reader, http.MethodPost, books, jsonBody(dispossessed)), http.StatusConflict)
		requireBody(t, "["+dispossessed+"]", reader.get(t, books))
	})
	t.Run("there are no items under a parent that is not there", func(t *testing.T) {
		t.Parallel()
		reader := startLibrary(t).anonymous()
		requireProblem(t, problemOf(t, reader, http.MethodGet, "/authors/7/books"), http.StatusNotFound)
		requireProblem(t, problemOf(t, reader, http.MethodPost, "/authors/7/books", jsonBody(dispossessed)), http.StatusNotFound)
	})
	t.Run("nor under one that was deleted", func(t *testing.T) {
		t.Parallel()
		reader := startLibrary(t).anonymous()
		books := anAuthor(t, reader)
		reader.send(t, http.MethodPost, books, jsonBody(dispossessed))
		require.Equal(t, http.StatusNoContent, reader.send(t, http.MethodDelete, strings.TrimSuffix(books, "/books")).status)
		requireProblem(t, problemOf(t, reader, http.MethodGet, books), http.StatusNotFound)
		requireProblem(t, problemOf(t, reader, http.MethodGet, books+"/9780061054884"), http.StatusNotFound)
	})
	t.Run("a refusal has no body where the document declares one without", func(t *testing.T) {
		t.Parallel()
		got := problemOf(t, startLibrary(t).anonymous(), http.MethodGet, "/authors/7")
		require.Equal(t, http.StatusNotFound, got.status)
		require.Empty(t, got.body)
	})
	t.Run("a refusal has the shape that the document declares for it", func(t *testing.T) {
		t.Parallel()
		got := problemOf(t, startLibrary(t).anonymous(), http.MethodDelete, "/authors/7")
		require.Equal(t, http.StatusNotFound, got.status)
		require.Equal(t, "application/json", got.header.Get("Content-Type"))
		require.NotEmpty(t, decoded[struct{ Excuse string }](t, got.body).Excuse)
	})
	t.Run("a refusal is a 422 where the document declares one, and a 400 elsewhere", func(t *testing.T) {
		t.Parallel()
		reader := startLibrary(t).anonymous()
		requireProblem(t, problemOf(t, reader, http.MethodPost, anAuthor(t, reader), jsonBody(`{}`)), http.StatusUnprocessableEntity)
		requireProblem(t, problemOf(t, reader, http.MethodPost, "/authors", jsonBody(`{}`)), http.StatusBadRequest)
	})
}

func TestLibraryOfGeneratedRecords(t *testing.T) {
	t.Parallel()
	api := startLibrary(t, mockserver.WithRecords(5))
	authors := decoded[[]struct {
		ID raw `json:"author_id"`
	}](t, api.anonymous().get(t, "/authors").body)

	t.Run("there are as many parents as were asked for", func(t *testing.T) {
		require.Len(t, authors, 5)
	})
	t.Run("the generated items are under parents that exist", func(t *testing.T) {
		books := 0
		for _, author := range authors {
			books += len(decoded[[]raw](t, api.anonymous().get(t, "/authors/"+string(author.ID)+"/books").body))
		}
		require.Equal(t, 5, books)
	})
	t.Run("the state comes back as it was", func(t *testing.T) {
		before := api.state(t)
		api.load(t, before)
		require.Equal(t, before, api.state(t))
	})
}

// problemOf sends a request that is to be refused. Where the library declares no
// answer for that, it is problem details (RFC 9457).
func problemOf(t *testing.T, c caller, method, path string, changes ...change) answer {
	t.Helper()
	got, err := c.try(t.Context(), method, path, changes...)
	require.NoError(t, err)
	return got
}

// requireProblem requires problem details of a status.
func requireProblem(t *testing.T, got answer, status int) {
	t.Helper()
	require.Equal(t, status, got.status, got.body)
	require.Equal(t, "application/problem+json", got.header.Get("Content-Type"))
	details := decoded[struct {
		Type, Title, Detail string
		Status              int
	}](t, got.body)
	require.Equal(t, "about:blank", details.Type)
	require.Equal(t, http.StatusText(status), details.Title)
	require.Equal(t, status, details.Status)
	require.NotEmpty(t, details.Detail)
}
