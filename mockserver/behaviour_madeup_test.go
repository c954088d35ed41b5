package mockserver_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"understudy"
	"understudy/mockserver"
)

// A document comes without data: keys are made up, and open everything that
// they would open.
func TestKeysThatAreMadeUp(t *testing.T) {
	t.Parallel()
	withoutData := mockserver.WithSpec("openapi.yaml", understudy.OpenAPI)
	api := start(t, withoutData)
	organization := api.Key("write").Params["organization_id"]
	elsewhere := api.Key("foreign").Params["organization_id"]
	writer := api.as("write")

	t.Run("there are the same four as in the default data", func(t *testing.T) {
		type promise struct {
			name   string
			scopes []string
			place  string
		}
		var made []promise
		for _, key := range api.Keys() {
			require.Regexp(t, `^phx_[0-9A-Za-z]{43}$`, key.Token)
			made = append(made, promise{key.Name, key.Scopes, key.Params["organization_id"]})
		}
		require.Equal(t, []promise{
			{"write", []string{"organization:read", "organization:write"}, organization},
			{"read", []string{"organization:read"}, organization},
			{"unscoped", []string{}, organization},
			{"foreign", []string{"organization:read", "organization:write"}, elsewhere},
		}, made)
		require.NotEqual(t, organization, elsewhere)
	})
	t.Run("they are the same in every run", func(t *testing.T) {
		require.Equal(t, api.Keys(), start(t, withoutData).Keys())
	})
	t.Run("and others under another seed", func(t *testing.T) {
		require.NotEqual(t, api.Key("write").Token, start(t, withoutData, mockserver.WithSeed(2)).Key("write").Token)
	})
	t.Run("the list is empty at first", func(t *testing.T) {
		require.JSONEq(t, `{"count":0,"next":null,"previous":null,"results":[]}`, writer.get(t, listPath(organization)).body)
	})
	t.Run("what is created names a creator and is read back", func(t *testing.T) {
		created := writer.create(t, organization, "a.example")
		require.NotNil(t, created.CreatedBy)
		require.Equal(t, created, writer.read(t, organization, created.ID))
	})
	t.Run("a key of one organization does not open the other", func(t *testing.T) {
		writer.get(t, listPath(elsewhere)).refused(t, http.StatusForbidden, forbiddenParent(elsewhere))
	})
	t.Run("and there is no third one", func(t *testing.T) {
		writer.get(t, listPath(home)).refused(t, http.StatusNotFound, noParent)
	})
	t.Run("generated records are where the key write may go", func(t *testing.T) {
		generated := start(t, withoutData, mockserver.WithRecords(3)).as("write").list(t, organization, "")
		require.Equal(t, 3, generated.Count)
	})
}
