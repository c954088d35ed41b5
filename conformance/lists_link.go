package conformance

import "strings"

// parseLinks reads the targets in a Link header by their relation (RFC 8288,
// section 3). Of several for one relation the first counts.
func parseLinks(lines []string) map[string]string {
	links := map[string]string{}
	rest := strings.Join(lines, ",")
	for {
		_, begun, ok := strings.Cut(rest, "<")
		if !ok {
			return links
		}
		target, behind, ok := strings.Cut(begun, ">")
		if !ok {
			return links
		}
		var parameters []string
		parameters, rest = cutParameters(behind)
		for _, relation := range relationsIn(parameters) {
			if _, known := links[relation]; !known {
				links[relation] = target
			}
		}
	}
}

// cutParameters splits what stands behind a target into its parameters and the
// rest of the header. Marks inside quotes separate nothing.
func cutParameters(text string) (parameters []string, rest string) {
	quoted, begin := false, 0
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case !quoted && (c == ';' || c == ','):
			parameters = append(parameters, text[begin:i])
			if begin = i + 1; c == ',' {
				return parameters, text[begin:]
			}
		}
	}
	return append(parameters, text[begin:]), ""
}

// relationsIn are the relations that parameters name, in lower case.
func relationsIn(parameters []string) []string {
	for _, parameter := range parameters {
		name, value, _ := strings.Cut(parameter, "=")
		if strings.EqualFold(strings.TrimSpace(name), "rel") {
			return strings.Fields(strings.ToLower(strings.Trim(strings.TrimSpace(value), `"`)))
		}
	}
	return nil
}
