package mockserver_test

import (
	"net/http"
	"os"
	"testing"

	"github.com/stretchr/testify/require"
)

// What is done to several lamps at once, or to one of them from another side, is done
// to the lamps that all others see.
func TestBatchesAndOtherSides(t *testing.T) {
	t.Parallel()
	document, err := os.ReadFile("../fixtures/specs/batches.yaml")
	require.NoError(t, err)
	k := talkTo(t, document, nil)

	made := k.say(http.MethodPost, "/lamps/addMany", `[{"colour":"red"},{"colour":"green","height":3}]`)
	require.Equal(t, http.StatusOK, made.status, made.body)
	require.Equal(t, made.body, k.get("/lamps").body)
	require.Len(t, k.get("/lamps/findByColour?colour=green").names(t, "", "colour"), 1)
	require.Len(t, k.get("/lamps/findByColour?colour=green&colour=red").names(t, "", "colour"), 2)

	moved := k.say(http.MethodPatch, "/lamps", `[{"id":2,"height":4},{"id":1,"height":5}]`)
	require.Equal(t, http.StatusOK, moved.status, moved.body)
	require.Contains(t, k.get("/lamps/1").body, `"height":5`)
	require.Equal(t, http.StatusNotFound, k.say(http.MethodPatch, "/lamps", `[{"id":1,"height":6},{"id":9,"height":6}]`).status)
	require.Contains(t, k.get("/lamps/1").body, `"height":5`, "all or none")

	put := k.say(http.MethodPut, "/lamps", `{"id":1,"colour":"green"}`)
	require.Equal(t, http.StatusOK, put.status, put.body)
	require.Equal(t, put.body, k.get("/lamps/1").body)
	require.Equal(t, http.StatusNotFound, k.say(http.MethodPut, "/lamps", `{"id":9,"colour":"green"}`).status)

	secret := k.get("/lamps/1").member(t, "secret")
	require.Equal(t, put.body, k.get("/lamps/1/"+secret).body)
	changed := k.say(http.MethodPatch, "/lamps/1/"+secret, `{"height":7}`)
	require.Equal(t, http.StatusOK, changed.status, changed.body)
	require.Equal(t, changed.body, k.get("/lamps/1").body)
	require.Equal(t, http.StatusNotFound, k.say(http.MethodPatch, "/lamps/1/wrong", `{"height":7}`).status)
	require.Equal(t, http.StatusNoContent, k.say(http.MethodDelete, "/lamps/1/"+secret, "").status)
	require.Equal(t, http.StatusNotFound, k.say(http.MethodGet, "/lamps/1", "").status)

	hours := k.say(http.MethodPut, "/lamps/2/hours", `[{"from":1,"to":2},{"from":3,"to":4}]`)
	require.Equal(t, http.StatusOK, hours.status, hours.body)
	require.JSONEq(t, `[{"from":1,"to":2},{"from":3,"to":4}]`, k.get("/lamps/2/hours").body)
	require.Equal(t, http.StatusOK, k.say(http.MethodPut, "/lamps/2/hours", `[{"from":5,"to":6}]`).status)
	require.JSONEq(t, `[{"from":5,"to":6}]`, k.get("/lamps/2/hours").body)
	require.Equal(t, http.StatusNotFound, k.say(http.MethodPut, "/lamps/9/hours", `[]`).status)

	kit := k.make("/kits", `{"colour":"green"}`)
	assembled := k.say(http.MethodPost, "/kits/"+kit+"/assemble", "")
	require.Equal(t, http.StatusCreated, assembled.status, assembled.body)
	require.Len(t, k.get("/lamps").names(t, "", "colour"), 2)
	require.Contains(t, assembled.body, `[{"`)
}
