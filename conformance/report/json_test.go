package report_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"understudy/conformance/report"
)

func TestJSONReadsBackWhatItWrote(t *testing.T) {
	t.Parallel()
	var written bytes.Buffer
	require.NoError(t, report.WriteJSON(&written, sample()))
	read, err := report.ReadJSON(&written)
	require.NoError(t, err)
	want := sample()
	for i := range want.Results {
		for j := range want.Results[i].Exchanges {
			response := &want.Results[i].Exchanges[j].Response
			*response = strings.ReplaceAll(*response, "\xff\xfe", "\ufffd\ufffd") // JSON holds nothing but UTF-8
		}
	}
	require.Equal(t, want, read)
}

func TestJSONIsForPeopleToo(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	require.NoError(t, report.WriteJSON(&b, &report.Report{Target: "http://a.example/?b&c=<d>"}))
	require.True(t, strings.HasPrefix(b.String(), "{\n  \"format\": 1,\n  \"verdict\": \"\",\n  \"target\": \"http://a.example/?b&c=<d>\",\n"), b.String())
	require.True(t, strings.HasSuffix(b.String(), "\n  \"results\": []\n}\n"), b.String())
}

func TestReadJSONRefuses(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                      "not a report: EOF",
		"[]":                    "not a report: json: cannot unmarshal array into Go value of type report.Report",
		"{}":                    "not a report: it has no format",
		`{"format": 2}`:         "the report has format 2, and this program reads format 1",
		`{"format": 1}{}`:       "not a report: something follows its end",
		`{"format": 1} garbage`: "not a report: something follows its end",
	} {
		_, err := report.ReadJSON(strings.NewReader(text))
		require.EqualError(t, err, want, text)
	}
}

func TestReadJSONIgnoresWhatALaterVersionAdds(t *testing.T) {
	t.Parallel()
	r, err := report.ReadJSON(strings.NewReader(`{"format": 1, "mood": "fine", "verdict": "conforms"}`))
	require.NoError(t, err)
	require.Equal(t, report.Conforms, r.Verdict)
}
