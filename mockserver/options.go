package mockserver

import (
	"log/slog"
	"time"

	"understudy/internal/contract"
	"understudy/internal/resource"
	"understudy/mockserver/store"
)

// Option sets up a Server.
type Option func(*options)

// options is what New starts from.
type options struct {
	specName       string
	spec           []byte
	embedded       bool // the document is the embedded one
	loading        []contract.Option
	dataFiles      []dataFile
	seed           uint64
	records        int
	clock          func() time.Time
	store          store.Store
	logger         *slog.Logger
	strict         bool
	strictDocument bool
	paranoid       bool
	bodyLimit      int64
	journalSize    int
	origins        []string
	trustProxy     bool
	adminOpen      bool
	onBreach       func(error)
	trees          bool // new items are never made as text
	remodel        func(*contract.Contract, *resource.Model)
}

// dataFile is one file of seed data.
type dataFile struct {
	name string
	data []byte
}

// The defaults.
const (
	defaultSeed      = 1
	defaultBodyLimit = 1 << 20
	defaultJournal   = 1000
)

// WithSpec serves another OpenAPI document than the embedded one. Name stands
// in faults. The embedded seed data is left out with it.
func WithSpec(name string, document []byte) Option {
	return func(o *options) { o.specName, o.spec, o.embedded = name, document, false }
}

// WithFiles lets references of the document lead to other files. Read gives the
// content of one by its path, which is relative to what the name of the document is
// relative to: os.ReadFile and the method of an embed.FS will do. By default a
// document must be whole.
func WithFiles(read func(path string) ([]byte, error)) Option {
	return func(o *options) { o.loading = append(o.loading, contract.WithFiles(read)) }
}

// WithRemote lets references of the document lead to other machines. Fetch gives
// what stands at an http or https URL; it must take bounded time and memory.
func WithRemote(fetch func(url string) ([]byte, error)) Option {
	return func(o *options) { o.loading = append(o.loading, contract.WithRemote(fetch)) }
}

// WithOverlay applies an OpenAPI Overlay (1.0 or 1.1) to the document. Name stands
// in faults. Several are applied in their order.
func WithOverlay(name string, overlay []byte) Option {
	return func(o *options) { o.loading = append(o.loading, contract.WithOverlay(name, overlay)) }
}

// WithData starts from the keys and records of a data file, in place of the
// embedded one. It may be given several times: files add up.
func WithData(name string, data []byte) Option {
	return func(o *options) { o.dataFiles = append(o.dataFiles, dataFile{name, data}) }
}

// WithSeed sets what every made-up value derives from. The default is 1.
func WithSeed(seed uint64) Option { return func(o *options) { o.seed = seed } }

// WithRecords adds n generated records to each collection, under the parents
// that the key "write" may enter. The default is none.
func WithRecords(n int) Option { return func(o *options) { o.records = n } }

// WithClock sets what the server takes for the time. The default is time.Now.
func WithClock(now func() time.Time) Option { return func(o *options) { o.clock = now } }

// WithStore keeps records elsewhere than in memory. What the store holds is
// replaced by the seed data.
func WithStore(s store.Store) Option { return func(o *options) { o.store = s } }

// WithLogger logs each request, and each answer that would have broken the
// contract. Credentials never reach it. The default is silence.
func WithLogger(l *slog.Logger) Option { return func(o *options) { o.logger = l } }

// WithStrict refuses members of a request body that the document does not name.
// By default they are ignored.
func WithStrict() Option { return func(o *options) { o.strict = true } }

// WithStrictDocument refuses a document for faults that leave the rest of it
// usable, such as an example that breaks its schema. By default they are
// warnings.
func WithStrictDocument() Option { return func(o *options) { o.strictDocument = true } }

// WithParanoid checks every answer against the document as it is sent, although all
// of them are made of parts that were proven before. A success that breaks the document
// is logged and answered with 500 in its place; a refusal is logged and sent, being the
// truest that there is.
func WithParanoid() Option { return func(o *options) { o.paranoid = true } }

// WithBodyLimit sets the largest request body in bytes; a larger one is
// answered with 413. The default is 1 MiB.
func WithBodyLimit(bytes int64) Option { return func(o *options) { o.bodyLimit = bytes } }

// WithJournal sets how many exchanges /__admin/requests remembers. The default
// is 1000; 0 remembers none.
func WithJournal(n int) Option { return func(o *options) { o.journalSize = n } }

// WithCORSOrigin lets pages of an origin (scheme://host:port) call the API from
// a browser, beside those of loopback origins. "*" lets any page.
func WithCORSOrigin(origin string) Option {
	return func(o *options) { o.origins = append(o.origins, origin) }
}

// WithTrustProxy builds links from X-Forwarded-Proto and X-Forwarded-Host. Only
// use it behind a proxy that sets them.
func WithTrustProxy() Option { return func(o *options) { o.trustProxy = true } }

// WithAdminOpen lets callers from other machines use /__admin. By default only
// loopback callers may.
func WithAdminOpen() Option { return func(o *options) { o.adminOpen = true } }

// withBreach is told of each answer that would have broken the contract.
func withBreach(report func(error)) Option { return func(o *options) { o.onBreach = report } }

// withTrees makes every item as a tree, for tests that compare the two.
func withTrees() Option { return func(o *options) { o.trees = true } }

// withModel changes what the document is taken to mean before it is served.
func withModel(change func(*contract.Contract, *resource.Model)) Option {
	return func(o *options) { o.remodel = change }
}
