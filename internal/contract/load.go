package contract

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Option says what else belongs to a document, or may be read for it.
type Option func(*loading)

// loading is what the options of one Load say.
type loading struct {
	read, fetch func(string) ([]byte, error)
	overlays    []overlayFile
}

// overlayFile is an overlay as it was given.
type overlayFile struct {
	name string
	data []byte
}

// WithFiles lets references lead to other files. Read gives the content of one by
// its path, which is relative to what the document's name is relative to; os.ReadFile
// and the method of an embed.FS will do.
func WithFiles(read func(path string) ([]byte, error)) Option {
	return func(l *loading) { l.read = read }
}

// WithRemote lets references lead to other machines. Fetch gives what stands at an
// http or https URL; it must take bounded time and memory.
func WithRemote(fetch func(url string) ([]byte, error)) Option {
	return func(l *loading) { l.fetch = fetch }
}

// WithOverlay applies an OpenAPI Overlay (1.0 or 1.1) to the document before it is
// read. Name stands in faults. Several are applied in their order.
func WithOverlay(name string, data []byte) Option {
	return func(l *loading) { l.overlays = append(l.overlays, overlayFile{name, data}) }
}

// Load reads an OpenAPI 3 or Swagger 2.0 document in YAML or JSON; name stands in
// faults. The error is a Faults with what keeps the document from having one
// meaning. Anything else that is wrong is among the Warnings, and left out.
func Load(name string, data []byte, opts ...Option) (*Contract, error) {
	var l loading
	for _, opt := range opts {
		opt(&l)
	}
	root, warnings, err := l.prepare(name, data)
	if err != nil {
		return nil, err
	}
	shapes := documentShape()
	mended, faults := mend(shapes, root)
	if root.file.set.loaded = true; faults != nil {
		return nil, sorted(root.File(), faults)
	}
	linted := make(chan Faults, 1)
	go func() { linted <- lint(shapes, root) }() // beside the rest
	c := newContract(root)
	c.warn(warnings...)
	c.warn(mended...)
	c.readPaths()
	c.warn(c.lyingExamples()...)
	c.warn(c.library.warnings...)
	c.warn(unexplained(<-linted, mended)...)
	if len(c.Operations) == 0 {
		return nil, sorted(root.File(), append(c.Warnings, root.Fault("add a path with an operation", "the document has no operation")))
	}
	c.Warnings = sorted(root.File(), c.Warnings)
	return c, nil
}

// unexplained are the findings that nothing was left out for.
func unexplained(findings, mended Faults) Faults {
	around := map[string]bool{}
	for _, m := range mended {
		for pointer := m.Pointer; pointer != "" && !around[pointer]; pointer = pointer[:strings.LastIndexByte(pointer, '/')] {
			around[pointer] = true
		}
	}
	return slices.DeleteFunc(findings, func(f Fault) bool { return around[f.Pointer] })
}

// prepare parses a document, applies the overlays, and makes OpenAPI 3 of it.
func (l *loading) prepare(name string, data []byte) (root Node, warnings Faults, err error) {
	root, err = ParseFile(name, data)
	if err != nil {
		return Node{}, nil, err
	}
	set := newFiles(root.file, len(data))
	set.read, set.fetch = l.read, l.fetch
	if !root.IsObject() {
		return Node{}, nil, Faults{root.Fault(whatToGive, "not an OpenAPI document")}
	}
	if len(l.overlays) > 0 {
		expand(root.value)
	}
	for _, o := range l.overlays {
		found, err := applyOverlay(root, o)
		if err != nil {
			return Node{}, nil, err
		}
		warnings = append(warnings, found...)
	}
	found, err := recognise(root)
	root.file.learn()
	return root, append(warnings, found...), err
}

// LoadProven reads a document that Load has read before without a fault or a
// warning, such as one that is part of the program and of its tests. It leaves
// out the judging, which is most of the time that loading takes.
func LoadProven(name string, data []byte) (*Contract, error) {
	root, err := ParseFile(name, data)
	if err != nil {
		return nil, err
	}
	c := newContract(root)
	c.readPaths()
	return c, nil
}

func newContract(root Node) *Contract {
	return &Contract{
		Title:   root.Get("info").Get("title").Text(),
		Version: root.Get("info").Get("version").Text(),
		root:    root,
		bases:   basePaths(root),
		library: newLibrary(strings.HasPrefix(root.Get("openapi").Text(), "3.0")),

		parameters: map[*yaml.Node]*Parameter{}, bodies: map[*yaml.Node]*Body{}, responses: map[*yaml.Node]*Response{},
	}
}

// warn keeps faults that leave the rest of the document usable.
func (c *Contract) warn(found ...Fault) { c.Warnings = append(c.Warnings, found...) }

// sorted orders faults by file, that of the document first, and line, and drops
// repetitions.
func sorted(document string, faults Faults) Faults {
	slices.SortStableFunc(faults, func(a, b Fault) int {
		switch {
		case a.File == b.File:
			return a.Line - b.Line
		case a.File == document:
			return -1
		case b.File == document:
			return 1
		}
		return strings.Compare(a.File, b.File)
	})
	said := map[Fault]bool{}
	return slices.DeleteFunc(faults, func(f Fault) bool {
		repeated := said[f]
		said[f] = true
		return repeated
	})
}

const whatToGive = "give an OpenAPI 3 or a Swagger 2.0 document"

// recognise refuses what is no OpenAPI document that can be read, and makes
// OpenAPI 3.0 of Swagger 2.0.
func recognise(root Node) (warnings Faults, err error) {
	version := root.Get("openapi")
	switch text := version.Text(); {
	case !version.Exists() && root.Get("swagger").Exists():
		old := root.Get("swagger")
		if text := old.Text(); text != "2.0" && text != "2" {
			return nil, Faults{old.Fault(whatToGive, "Swagger %s is not supported", text)}
		}
		root.file.swagger = true
		return convertSwagger(root), nil
	case !version.Exists():
		return nil, Faults{root.Fault(whatToGive, `there is no "openapi" version`)}
	case isVersion(text, "3.0"), isVersion(text, "3.1"):
		return nil, nil
	case isVersion(text, "3.2"):
		return Faults{version.Fault("what is new in 3.2 is left out", "OpenAPI %s is read as 3.1", text)}, nil
	default:
		return nil, Faults{version.Fault(whatToGive, "OpenAPI %s is not supported", text)}
	}
}

// isVersion reports whether a version is a minor version or one of its patches.
func isVersion(text, minor string) bool {
	return text == minor || strings.HasPrefix(text, minor+".")
}
