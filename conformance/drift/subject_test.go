package drift_test

import (
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"understudy/conformance"
	"understudy/conformance/drift"
	"understudy/conformance/internal/subject"
)

// The two places of the hand-written server, and its keys.
const (
	home   = "01921f70-4a1c-0000-9d3e-6b7f50c2e814"
	abroad = "019220c4-95e3-0000-8b12-d4a07e63f95c"
)

var subjectKeys = []subject.Key{
	{Name: "write", Token: "phx_writer", Scopes: []string{subject.ReadScope, subject.WriteScope}, Organization: home, User: 1},
	{Name: "read", Token: "phx_reader", Scopes: []string{subject.ReadScope}, Organization: home, User: 2},
	{Name: "unscoped", Token: "phx_unscoped", Organization: home, User: 3},
	{Name: "foreign", Token: "phx_foreigner", Scopes: []string{subject.ReadScope, subject.WriteScope}, Organization: abroad, User: 4},
}

// holdSubject compares the stand-in with the hand-written server.
func holdSubject(t *testing.T, config subject.Config, opts ...conformance.Option) (*drift.Run, *drift.Report) {
	t.Helper()
	config.Keys = subjectKeys
	server := httptest.NewServer(subject.New(config))
	t.Cleanup(server.Close)
	return hold(t, server.URL, "", nil, append([]conformance.Option{
		conformance.WithToken("phx_writer"), conformance.WithReadOnlyToken("phx_reader"), conformance.WithUnscopedToken("phx_unscoped"),
		conformance.WithForeignToken("phx_foreigner"), conformance.WithParam("organization_id", home), conformance.WithForeignParam("organization_id", abroad),
	}, opts...)...)
}

func TestX(t *testing.T) {
	for name, config := range map[string]subject.Config{
		"plain": {}, "page size": {Records: 12, PageSize: 5}, "capped": {Records: 9, MaxLimit: 4}, "refused limits": {Records: 9, MaxLimit: 50, LimitOverMax: subject.Refuse},
		"refused members":         {ReadOnlyFields: subject.Refuse, UnknownFields: subject.Refuse},
		"other words":             {ErrorDetail: func(code, _ string) string { return "no: " + code }},
		"ignored query":           {Records: 3, InvalidQuery: subject.Ignore},
		"404 elsewhere":           {ForeignOrganization: 404},
		"400 for an odd id":       {BadID: 400},
		"204 for a second delete": {SecondDelete: 204},
		"a quota of two":          {Quota: 2},
		"unique domains":          {UniqueDomains: true},
		"lax and harmless":        {CoerceNumbers: true, TrimSpace: true, ExtraMethods: true, IgnoreAccept: true, NoVary: true},
		"entity tags":             {ETags: true},
		"whole seconds":           {WholeSeconds: true},
	} {
		t.Run(name, func(t *testing.T) {
			run, found := holdSubject(t, config)
			overlay, err := run.Mend(t.Context(), found)
			require.NoError(t, err)
			t.Logf("%s", overlay)
			if found.Overlay != nil {
				for _, op := range found.Overlay.Left {
					for _, f := range op.Findings {
						t.Log("LEFT", op.Name, f.Kind, f.Where, f.Here, "/", f.There, f.Steps)
					}
				}
			}
			for _, line := range tell(found) {
				if strings.HasSuffix(line, "cannot say") {
					t.Log(line)
				}
			}
			t.Log(found.Outcome())
			require.Zero(t, found.Run.Left)
		})
	}
}
