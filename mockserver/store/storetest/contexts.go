package storetest

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"understudy/mockserver/store"
)

// contextRules are about calls with a context that is done.
func contextRules() []rule {
	return []rule{
		{"a done context stops every operation", contextDone},
		{"a page that fails returns what it was given", contextPage},
	}
}

func contextDone(t *testing.T, s store.Store) {
	insert(t, s, users(), "ada")
	done, cancel := context.WithCancel(t.Context())
	cancel()

	for name, call := range map[string]func() error{
		"Get": func() error {
			_, err := s.Get(done, users(), "ada")
			return err
		},
		"Page": func() error {
			_, _, err := s.Page(done, users(), store.Range{Limit: store.All}, nil)
			return err
		},
		"Insert": func() error { return s.Insert(done, users(), "bob", recordOf("bob")) },
		"Update": func() error { return set(done, s, users(), "ada", "1") },
		"Delete": func() error { return s.Delete(done, users(), "ada") },
		"Dump": func() error {
			_, err := s.Dump(done)
			return err
		},
		"Replace": func() error { return s.Replace(done, nil) },
	} {
		require.ErrorIs(t, call(), context.Canceled, name)
	}
	requireDump(t, s, entryOf(users(), "ada"))
}

func contextPage(t *testing.T, s store.Store) {
	insert(t, s, users(), "ada")
	done, cancel := context.WithCancel(t.Context())
	cancel()

	records, _, err := s.Page(done, users(), store.Range{Limit: store.All}, [][]byte{[]byte("before")})

	require.ErrorIs(t, err, context.Canceled)
	require.Equal(t, []string{"before"}, texts(records))
}
