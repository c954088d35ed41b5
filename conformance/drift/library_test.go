package drift_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"understudy/conformance"
	"understudy/conformance/internal/library"
)

func TestY(t *testing.T) {
	for name, config := range map[string]library.Config{
		"empty":             {},
		"books present":     {Shelves: 3, Books: 7},
		"another page size": {Shelves: 2, Books: 4, PageSize: 3},
		"capped per_page":   {PerPageOverMax: library.Cap},
		"refused members":   {ReadOnlyMembers: library.Refuse, UnknownMembers: library.Refuse},
		"400 for an odd id": {BadID: http.StatusBadRequest},
		"a quota of two":    {Quota: 2},
		"other words":       {Message: func(code, _ string) string { return "no: " + code }},
	} {
		t.Run(name, func(t *testing.T) {
			config.Users = map[string]string{"ada": "Leaves-of-Grass"}
			server := httptest.NewServer(library.New(config))
			defer server.Close()
			run, found := hold(t, server.URL, "library.yaml", library.Document(), conformance.WithToken("ada:Leaves-of-Grass"))
			overlay, err := run.Mend(t.Context(), found)
			require.NoError(t, err)
			t.Logf("%s", overlay)
			for _, line := range tell(found) {
				t.Log(line)
			}
			if found.Overlay != nil {
				for _, op := range found.Overlay.Left {
					for _, f := range op.Findings {
						t.Log("LEFT", op.Name, f.Kind, f.Where, f.Here, "/", f.There, f.Steps)
					}
				}
			}
			t.Log(found.Outcome(), found.Notes())
			require.Zero(t, found.Run.Left)
		})
	}
}
