package mockserver_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"understudy/mockserver"
	"understudy/mockserver/store"
)

// brokenStore fails where it is told to.
type brokenStore struct {
	store.Store
	get  func() ([]byte, error)
	page [][]byte
}

func (b *brokenStore) Page(ctx context.Context, p store.Partition, r store.Range, dst [][]byte) ([][]byte, int, error) {
	if b.page != nil {
		return append(dst, b.page...), len(b.page), nil
	}
	return b.Store.Page(ctx, p, r, dst)
}

func (b *brokenStore) Get(ctx context.Context, p store.Partition, id string) ([]byte, error) {
	if b.get != nil {
		return b.get()
	}
	return b.Store.Get(ctx, p, id)
}

// fakeTest is a test that may fail without failing this one.
type fakeTest struct {
	errors, fatals []string
	cleanups       []func()
}

func (f *fakeTest) Helper()            {}
func (f *fakeTest) Cleanup(end func()) { f.cleanups = append(f.cleanups, end) }
func (f *fakeTest) Errorf(format string, args ...any) {
	f.errors = append(f.errors, fmt.Sprintf(format, args...))
}

func (f *fakeTest) Fatalf(format string, args ...any) {
	f.fatals = append(f.fatals, fmt.Sprintf(format, args...))
}

func TestStartFailsTheTestThatSeesAServerBreak(t *testing.T) {
	broken := &brokenStore{Store: store.NewMemory()}
	fake := &fakeTest{}
	server := mockserver.Start(fake, mockserver.WithStore(broken))
	defer func() {
		for _, end := range fake.cleanups {
			end()
		}
	}()
	item := server.Tour(t.Context())[2].Path

	for name, get := range map[string]func() ([]byte, error){
		"an error": func() ([]byte, error) { return nil, errors.New("the disk is full") },
		"a panic":  func() ([]byte, error) { panic("the disk is full") },
	} {
		t.Run(name, func(t *testing.T) {
			broken.get = get
			defer func() { broken.get = nil }()
			request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+item, http.NoBody)
			require.NoError(t, err)
			request.Header.Set("Authorization", "Bearer "+server.Key("read").Token)
			response, err := http.DefaultClient.Do(request)
			require.NoError(t, err)
			defer response.Body.Close()
			body, err := io.ReadAll(response.Body)
			require.NoError(t, err)
			require.Equal(t, http.StatusInternalServerError, response.StatusCode)
			require.JSONEq(t, `{"type":"server_error","code":"error","detail":"A server error occurred.","attr":null}`, string(body))
		})
	}
	require.Len(t, fake.errors, 2)
	for _, message := range fake.errors {
		require.Contains(t, message, "the disk is full")
	}
}

func TestParanoiaSendsNoAnswerThatBreaksTheDocument(t *testing.T) {
	broken := &brokenStore{Store: store.NewMemory()}
	var log strings.Builder
	server, err := mockserver.New(mockserver.WithStore(broken), mockserver.WithParanoid(), mockserver.WithLogger(slog.New(slog.NewTextHandler(&log, nil))))
	require.NoError(t, err)
	tour := server.Tour(t.Context())
	get := func(path string) *httptest.ResponseRecorder {
		request := httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, http.NoBody)
		request.Header.Set("Authorization", "Bearer "+server.Key("read").Token)
		answer := httptest.NewRecorder()
		server.ServeHTTP(answer, request)
		return answer
	}
	for _, path := range []string{tour[0].Path, tour[2].Path} {
		require.Equal(t, http.StatusOK, get(path).Code)
	}
	require.NotContains(t, log.String(), "contract broken")

	broken.page = [][]byte{[]byte(`{"id":1}`)}
	broken.get = func() ([]byte, error) { return []byte(`{"id":1}`), nil }
	for _, path := range []string{tour[0].Path, tour[2].Path} {
		log.Reset()
		answer := get(path)
		require.Equal(t, http.StatusInternalServerError, answer.Code)
		require.JSONEq(t, `{"type":"server_error","code":"error","detail":"A server error occurred.","attr":null}`, answer.Body.String())
		require.Contains(t, log.String(), "the answer 200 would break the contract")
	}
}

func TestStartEndsTheTestForADocumentThatIsWrong(t *testing.T) {
	fake := &fakeTest{}
	require.Nil(t, mockserver.Start(fake, mockserver.WithSpec("mine.yaml", []byte("openapi: 3.1.0\npaths: {}\npaths: {}\n"))))
	require.Len(t, fake.fatals, 1)
	require.True(t, strings.HasPrefix(fake.fatals[0], "mockserver: mine.yaml:3: /paths: "), fake.fatals[0])
}
