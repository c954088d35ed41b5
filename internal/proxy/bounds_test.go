package proxy

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"understudy/internal/contract"
)

const smallDocument = `{"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "paths": {"/a": {"get": {"responses": {"200": {"description": "ok"}}}}}}`

func smallWitness(t *testing.T, live func(string)) *Witness {
	t.Helper()
	c, err := contract.Load("t.json", []byte(smallDocument))
	require.NoError(t, err)
	return NewWitness(Watch{Contract: c, Live: live})
}

// Who finds the queue full does not wait: what does not fit is counted, and its memory
// is given back.
func TestAFullQueueIsNotWaitedFor(t *testing.T) {
	hold, held := make(chan struct{}), make(chan struct{}, 1)
	w := smallWitness(t, func(string) {
		held <- struct{}{}
		<-hold
	})
	q := newQueue(2, w)
	released := make(chan int, 10)
	e, err := (&harEntry{Request: harRequest{Method: "GET", URL: "http://h/x"}}).exchange()
	require.NoError(t, err)
	add := func(n int) { q.add(waiting{e, func() { released <- n }}) }
	add(0)
	<-held // it is judged, and the queue is empty again
	for n := 1; n <= 5; n++ {
		add(n)
	}
	assert.Equal(t, []int{3, 4, 5}, []int{<-released, <-released, <-released})
	close(hold)
	assert.Equal(t, 3, q.close())
	add(6)
	assert.Equal(t, 4, q.close(), "what comes after the end is lost, and told")
}

func TestCopiesShareABudget(t *testing.T) {
	shared := &budget{all: 10_000}
	one, other := &capture{limit: 8000, budget: shared}, &capture{limit: 8000, budget: shared}
	one.add(bytes.Repeat([]byte("x"), 7000))
	other.add(bytes.Repeat([]byte("y"), 7000))
	one.end()
	other.end()
	assert.True(t, one.seal().whole())
	assert.Equal(t, Body{Size: 7000, Missing: overBudget}, other.seal())
	one.release()
	other.release()
	assert.Zero(t, shared.held.Load(), "all is given back")
	one.add([]byte("late"))
	assert.Empty(t, one.seal().Data, "what passes after the end is not kept")
}

func TestACopyIsBounded(t *testing.T) {
	c := &capture{limit: 10, budget: &budget{all: 1 << 20}}
	passed := &tee{io.NopCloser(strings.NewReader("0123456789abc")), c}
	all, err := io.ReadAll(passed)
	require.NoError(t, err)
	assert.Equal(t, "0123456789abc", string(all))
	assert.Equal(t, Body{Data: []byte("0123456789"), Size: 13, Missing: overLimit}, c.seal())

	broken := &tee{io.NopCloser(io.MultiReader(strings.NewReader("a"), failing{errors.New("gone")})), &capture{limit: 10, budget: &budget{all: 1 << 20}}}
	_, err = io.ReadAll(broken)
	require.Error(t, err)
	assert.True(t, broken.copy.broke())
	assert.Equal(t, unended, broken.copy.seal().Missing)
}

// A HAR file has a bound; what does not fit is counted, and the file is whole.
func TestAHARFileIsBounded(t *testing.T) {
	file := &memory{}
	h, err := NewHARWriter(file, "http://h")
	require.NoError(t, err)
	e, err := (&harEntry{Request: harRequest{Method: "GET", URL: "http://h/x"}}).exchange()
	require.NoError(t, err)
	r := smallWitness(t, nil).redactor
	h.add(r, e)
	h.size = maxHAR
	h.add(r, e)
	cut, err := h.Close()
	require.NoError(t, err)
	assert.Equal(t, 1, cut)
	read := 0
	require.NoError(t, ReadHAR(bytes.NewReader(file.data), func(*Exchange, string) error { read++; return nil }))
	assert.Equal(t, 1, read)
}

// memory is a file in memory.
type memory struct{ data []byte }

func (m *memory) WriteAt(p []byte, at int64) (int, error) {
	m.data = append(m.data[:at], p...)
	return len(p), nil
}

func TestContentCodingsAreUndone(t *testing.T) {
	const text = "some text"
	coded := func(begin func(io.Writer) io.WriteCloser) []byte {
		var b bytes.Buffer
		w := begin(&b)
		_, err := io.WriteString(w, text)
		require.NoError(t, err)
		require.NoError(t, w.Close())
		return b.Bytes()
	}
	zipped := coded(func(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) })
	framed := coded(func(w io.Writer) io.WriteCloser { return zlib.NewWriter(w) })
	bare := coded(func(w io.Writer) io.WriteCloser {
		made, err := flate.NewWriter(w, 9)
		require.NoError(t, err)
		return made
	})
	zstandard := func(w io.Writer) io.WriteCloser {
		made, err := zstd.NewWriter(w)
		require.NoError(t, err)
		return made
	}
	twice := func() []byte {
		var b bytes.Buffer
		w := brotli.NewWriter(&b)
		_, err := w.Write(zipped)
		require.NoError(t, err)
		require.NoError(t, w.Close())
		return b.Bytes()
	}()
	for _, test := range []struct {
		coding string
		data   []byte
		want   Body
	}{
		{"", []byte(text), Body{Data: []byte(text)}},
		{"identity", []byte(text), Body{Data: []byte(text)}},
		{"GZIP", zipped, Body{Data: []byte(text)}},
		{"deflate", framed, Body{Data: []byte(text)}},
		{"deflate", bare, Body{Data: []byte(text)}},
		{"br", coded(func(w io.Writer) io.WriteCloser { return brotli.NewWriter(w) }), Body{Data: []byte(text)}},
		{"zstd", coded(zstandard), Body{Data: []byte(text)}},
		{"gzip, br", twice, Body{Data: []byte(text)}},
		{"compress", []byte("x"), Body{Data: []byte("x"), Missing: `its coding "compress" cannot be undone: it is not known here`}},
		{"gzip", []byte("x"), Body{Data: []byte("x"), Missing: `its coding "gzip" cannot be undone: unexpected EOF`}},
	} {
		assert.Equal(t, test.want, decoded(Body{Data: test.data}, http.Header{"Content-Encoding": {test.coding}}), test.coding)
	}
	cut := decoded(Body{Data: zipped[:len(zipped)-9], Missing: overLimit}, http.Header{"Content-Encoding": {"gzip"}})
	assert.Equal(t, overLimit, cut.Missing, "the beginning of a coded body tells nothing new")
}

func TestMembersAreHiddenInAnyText(t *testing.T) {
	r := &redactor{named: map[string]bool{"secret": true}}
	for text, want := range map[string]string{
		`{"secret": "a", "b": 1}`:                    `{"secret":"[redacted]", "b": 1}`,
		`{"a": {"SECRET" : {"x": ["}", 1]}}, "c":2}`: `{"a": {"SECRET" :"[redacted]"}, "c":2}`,
		`[{"secret":null},{"secret":12}]`:            `[{"secret":"[redacted]"},{"secret":"[redacted]"}]`,
		`{"s\u0065cret":"a\"b","x":"secret"}`:        `{"s\u0065cret":"[redacted]","x":"secret"}`,
		`{"secret": "cut off in the mid`:             `{"secret":"[redacted]"`,
		`{"x": "\`:                                   `{"x": "\`,
		`no JSON "secret": here, and more`:           `no JSON "secret":"[redacted]", and more`,
	} {
		assert.Equal(t, want, r.members(text), text)
	}
}

// endless is a text without an end.
type endless struct{}

func (endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'x'
	}
	return len(p), nil
}

func TestAnEntryThatHasNoEndIsNotReadOnAndOn(t *testing.T) {
	har := io.MultiReader(strings.NewReader(`{"log": {"entries": [{"comment": "`), endless{})
	err := ReadHAR(har, func(*Exchange, string) error { return nil })
	require.EqualError(t, err, "entry 1: longer than 64 MB")
}
