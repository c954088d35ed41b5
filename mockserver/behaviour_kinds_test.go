package mockserver_test

import (
	"encoding/json"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
)

// vehicles are of two kinds. A create shows cars alone, and answers in one of two
// shapes; a replacement is a choice too. The list is paged by a number that the
// parameter takes as a text.
var vehicles = smallDocument(`
  /vehicles:
    get:
      parameters:
        - {name: limit, in: query, schema: {type: integer, minimum: 1, maximum: 10}}
        - {name: marker, in: query, schema: {type: string}}
      responses:
        '200':
          description: Vehicles
          content:
            application/json:
              schema:
                type: object
                properties:
                  entries: {type: array, items: {$ref: '#/components/schemas/Vehicle'}}
                  next_marker: {type: integer}
    post:
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/NewVehicle'}}}}
      responses:
        '201':
          description: One or several
          content:
            application/json:
              schema:
                oneOf:
                  - {properties: {vehicle: {$ref: '#/components/schemas/Car'}, links: {type: object, properties: {self: {type: string}}}}, required: [vehicle, links]}
                  - {properties: {vehicles: {type: array, items: {$ref: '#/components/schemas/Car'}}, links: {type: object}}, required: [vehicles, links]}
  /vehicles/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: string}}]
    get: {responses: {'200': {description: One, content: {application/json: {schema: {$ref: '#/components/schemas/Vehicle'}}}}}}
    put:
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/NewVehicle'}}}}
      responses: {'200': {description: One, content: {application/json: {schema: {$ref: '#/components/schemas/Vehicle'}}}}}
`, `
    NewVehicle:
      oneOf:
        - {type: object, required: [owner, doors], properties: {owner: {type: string}, doors: {type: integer}, colour: {type: string}}}
        - {type: object, required: [owner, tag], properties: {owner: {type: string}, tag: {type: string}, colour: {type: string}}}
    Vehicle: {oneOf: [{$ref: '#/components/schemas/Boat'}, {$ref: '#/components/schemas/Car'}]}
    Boat:
      type: object
      required: [id, kind, owner, sails]
      properties: {id: {type: string}, kind: {type: string, enum: [boat]}, owner: {type: string}, sails: {type: integer}, colour: {type: string}}
    Car:
      type: object
      required: [id, kind, owner, doors]
      properties: {id: {type: string}, kind: {type: string, enum: [car]}, owner: {type: string}, doors: {type: integer}, colour: {type: string}}
`)

func TestItemsOfSeveralKinds(t *testing.T) {
	t.Parallel()
	k := talkTo(t, vehicles, nil)
	created := k.say(http.MethodPost, "/vehicles", `{"owner":"ada","doors":5,"colour":"red"}`)
	require.Equal(t, http.StatusCreated, created.status, created.body)
	var shown struct {
		Vehicle map[string]any
		Links   map[string]any
	}
	require.NoError(t, json.Unmarshal([]byte(created.body), &shown))
	id, _ := shown.Vehicle["id"].(string)
	require.NotEmpty(t, id)
	require.NotNil(t, shown.Links)
	require.Equal(t, map[string]any{"id": id, "kind": "car", "owner": "ada", "doors": 5.0, "colour": "red"}, shown.Vehicle)

	read := func() map[string]any {
		var item map[string]any
		require.NoError(t, json.Unmarshal([]byte(k.get("/vehicles/"+id).body), &item))
		return item
	}
	require.Equal(t, shown.Vehicle, read(), "it reads as its creation was answered")

	replaced := k.say(http.MethodPut, "/vehicles/"+id, `{"owner":"bob","doors":3}`)
	require.Equal(t, http.StatusOK, replaced.status, replaced.body)
	require.Equal(t, map[string]any{"id": id, "kind": "car", "owner": "bob", "doors": 3.0}, read())
}

func TestMarkersThatAreToldAsNumbers(t *testing.T) {
	t.Parallel()
	k := talkTo(t, vehicles, nil)
	for _, owner := range []string{"a", "b", "c"} {
		require.Equal(t, http.StatusCreated, k.say(http.MethodPost, "/vehicles", `{"owner":"`+owner+`","doors":1}`).status)
	}
	var owners []string
	for marker := ""; len(owners) < 9; {
		var page struct {
			Entries []struct{ Owner string }
			Next    json.Number `json:"next_marker"`
		}
		require.NoError(t, json.Unmarshal([]byte(k.get("/vehicles?limit=1"+marker).body), &page))
		for _, entry := range page.Entries {
			owners = append(owners, entry.Owner)
		}
		if page.Next == "" {
			break
		}
		marker = "&marker=" + page.Next.String()
	}
	require.Equal(t, []string{"a", "b", "c"}, owners)
}
