package mockserver

import (
	"encoding/json"
	"slices"

	"understudy/fixtures"
	"understudy/internal/contract"
	"understudy/internal/resource"
)

// readData reads the seed data and makes up keys when it brings none.
func (s *Server) readData() error {
	files := s.dataFiles
	if len(files) == 0 && s.embedded {
		files = []dataFile{{"fixtures/data.yaml", fixtures.Default}}
	}
	s.data = &fixtures.Data{}
	var faults contract.Faults
	for _, file := range files {
		data, err := fixtures.Read(file.name, file.data)
		if found, ok := err.(contract.Faults); ok { //nolint:errorlint // Read returns Faults itself, never wrapped
			faults = append(faults, found...)
			continue
		}
		faults = append(faults, s.misfits(data.Keys)...)
		s.data.Keys = append(s.data.Keys, data.Keys...)
		s.data.Records = append(s.data.Records, data.Records...)
	}
	if faults != nil {
		return faults
	}
	if len(s.data.Keys) == 0 {
		keys, err := s.makeKeys()
		if err != nil {
			return err
		}
		s.data.Keys = keys
	}
	s.keys = newKeyring(s.data.Keys)
	return nil
}

// misfits reports what keys say that the document cannot use: a parameter of no
// path, which would leave every value open, and a user that no record can name.
func (s *Server) misfits(keys []fixtures.Key) contract.Faults {
	var faults contract.Faults
	for _, k := range keys {
		for name := range k.Params {
			if !s.hasPathParameter(name) {
				faults = append(faults, k.Node.Get("params").Raw(name).Fault("name a parameter of a path", "no path of the document has a parameter %q", name))
			}
		}
		for _, c := range s.model.Collections {
			for _, f := range c.Fields {
				if f.Source == resource.FromUser && k.User != nil && !fits(f, writtenForms(k.User)) {
					faults = append(faults, k.Node.Raw("user").Fault("give one that it allows", "the user %v is no value of the member %s", k.User, f.Name))
				}
			}
		}
	}
	return faults
}

func (s *Server) hasPathParameter(name string) bool {
	return slices.ContainsFunc(s.contract.Operations, func(op *contract.Operation) bool { return op.Parameter("path", name) != nil })
}

// fits reports whether a member may have one of the values.
func fits(f *resource.Field, values []any) bool {
	return slices.ContainsFunc(values, func(value any) bool { return len(f.Schema.Check(value)) == 0 })
}

// makeKeys makes up the keys of a document that has security where the data has
// none: one that may do all and, where the document can tell the difference, one
// that may read, one without a scope, and one that belongs elsewhere.
func (s *Server) makeKeys() ([]fixtures.Key, error) {
	home, err := s.makeParams("home")
	if err != nil {
		return nil, err
	}
	schemes := s.contract.SecuritySchemes()
	if len(schemes) == 0 {
		s.home = home // where anybody may go
		return nil, nil
	}
	all, reading := s.scopes()
	abroad, err := s.makeParams("abroad")
	if err != nil {
		return nil, err
	}
	keys := []fixtures.Key{{Name: "write", Scopes: all, Params: home, User: json.Number("1001")}}
	if s.readingIsLess(reading) {
		keys = append(keys, fixtures.Key{Name: "read", Scopes: reading, Params: home, User: json.Number("1002")})
	}
	if len(all) > 0 {
		keys = append(keys, fixtures.Key{Name: "unscoped", Params: home, User: json.Number("1003")})
	}
	if len(abroad) > 0 {
		keys = append(keys, fixtures.Key{Name: "foreign", Scopes: all, Params: abroad, User: json.Number("2001")})
	}
	for i := range keys {
		if err := s.makeTokens(schemes, &keys[i]); err != nil {
			return nil, err
		}
	}
	return keys, nil
}

// makeTokens makes up the credentials of a key: one for all security schemes, and
// others for those whose credentials look different.
func (s *Server) makeTokens(schemes []*contract.SecurityScheme, k *fixtures.Key) error {
	special := func(scheme *contract.SecurityScheme) bool { return scheme.Type == "http" && scheme.Scheme == "basic" }
	general := schemes[0]
	if i := slices.IndexFunc(schemes, func(scheme *contract.SecurityScheme) bool { return !special(scheme) }); i >= 0 {
		general = schemes[i]
	}
	var err error
	if k.Token, err = s.makeToken(general, k.Name); err != nil {
		return err
	}
	for _, scheme := range schemes {
		if scheme == general || special(scheme) == special(general) && s.model.Tokens[scheme.Name] == s.model.Tokens[general.Name] {
			continue
		}
		token, err := s.makeToken(scheme, k.Name)
		if err != nil {
			return err
		}
		if k.Tokens == nil {
			k.Tokens = map[string]string{}
		}
		k.Tokens[scheme.Name] = token
	}
	return nil
}

// makeToken makes up a credential in the shape that the document gives, or one
// that says what it is for.
func (s *Server) makeToken(scheme *contract.SecurityScheme, name string) (string, error) {
	switch template := s.model.Tokens[scheme.Name]; {
	case template != "":
		return s.generator.Template(template, "token "+name)
	case scheme.Type == "http" && scheme.Scheme == "basic":
		return name + ":" + s.generator.UUID("token " + name)[:8], nil
	}
	return name + "-" + s.generator.UUID("token " + name)[:13], nil
}

// makeParams makes up a value for each path parameter that nothing creates.
func (s *Server) makeParams(place string) (map[string][]string, error) {
	params := map[string][]string{}
	for _, c := range s.model.Collections {
		for _, parent := range c.Parents {
			if parent.Collection != nil || params[parent.Param] != nil {
				continue
			}
			value, err := s.recordedParam(parent.Param, place), error(nil)
			if value == "" {
				value, err = s.makeParam(c, parent.Param, place)
			}
			if err != nil {
				return nil, err
			}
			params[parent.Param] = []string{value}
		}
	}
	return params, nil
}

// recordedParam is the value of a path parameter that the records name: the first
// one at home, the next other one abroad.
func (s *Server) recordedParam(name, place string) string {
	var first string
	for _, group := range s.data.Records {
		switch value := group.Parents[name]; {
		case value == "" || value == first:
		case first == "" && place == "home":
			return value
		case first == "":
			first = value
		default:
			return value
		}
	}
	return ""
}

func (s *Server) makeParam(c *resource.Collection, name, place string) (string, error) {
	for _, op := range c.Operations {
		if p := op.Parameter("path", name); p != nil && p.Schema != nil {
			value, err := s.generator.Value(p.Schema.Compiled(), place+" "+name)
			return text(value), err
		}
	}
	return place, nil
}
