# Every target that a person or CI needs; `make` alone lists them.
# `test` needs nothing but Go. `lint` builds its linter into bin/ once, and
# `lint-api` fetches its linter from npm once; both are pinned to exact
# versions here and neither is a dependency of go.mod.

SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

GO ?= go
# Counted, not timed: at the end of its time Go's fuzzer sometimes calls its own deadline a failure.
FUZZTIME ?= 20000x

GOLANGCI_VERSION := v2.15.0
REDOCLY_VERSION := 2.77.0
PRISM_VERSION := 5.14.2
MOCKOON_VERSION := 9.9.0
JSON_SERVER_VERSION := 0.17.4

# The file's name carries the linter's version and the Go it was built with
# (a linter built with an older Go refuses newer code), so a change of either
# is a missing file, and a missing file gets built.
GOLANGCI := bin/golangci-lint-$(GOLANGCI_VERSION)-$(shell $(GO) env GOVERSION)

.PHONY: help build test race fuzz bench bench-http bench-peers browser client lint lint-api docs docs-check cover ci

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

build: ## build the command into bin/understudy
	$(GO) build -o bin/understudy ./cmd/understudy

test: ## run the tests (needs only Go)
	$(GO) test ./...

race: ## run the tests under the race detector (needs a C compiler)
	$(GO) test -race ./...

fuzz: ## run every Fuzz target of the module on FUZZTIME (20000x) inputs each
	@listing=$$($(GO) test -list '^Fuzz' ./...) || { echo "$$listing"; exit 1; }; \
	targets=$$(awk '/^Fuzz/ { names[++n] = $$1 } $$1 == "ok" { for (i = 1; i <= n; i++) print $$2, names[i]; n = 0 }' <<<"$$listing"); \
	if [ -z "$$targets" ]; then echo "fuzz: no package of this module has a Fuzz target, so nothing was fuzzed." >&2; exit 1; fi; \
	while read -r package target; do \
		echo "fuzz: $$target of $$package, $(FUZZTIME)"; \
		$(GO) test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 20x "$$package" </dev/null || exit 1; \
	done <<<"$$targets"

bench: ## run the benchmarks
	$(GO) test -run '^$$' -bench . -benchmem ./...

bench-http: ## compare with a handler that checks nothing, over sockets, in one run
	$(GO) test ./mockserver -run '^$$' -bench 'Paired|Start' -benchtime 1x -timeout 30m

bench-peers: build ## compare with Prism, Mockoon and json-server (from npm, into bin/peers), in one run
	@command -v npm >/dev/null || { echo "bench-peers: npm is missing: install Node.js 20 or newer with npm." >&2; exit 1; }
	@mkdir -p bin/peers
	npm install --no-audit --no-fund --no-save --loglevel=error --prefix bin/peers \
		@stoplight/prism-cli@$(PRISM_VERSION) @mockoon/cli@$(MOCKOON_VERSION) json-server@$(JSON_SERVER_VERSION)
	UNDERSTUDY_PEERS="$(CURDIR)/bin/peers" UNDERSTUDY_COMMAND="$(CURDIR)/bin/understudy" \
		$(GO) test -tags peers ./mockserver -run '^$$' -bench Peers -benchtime 1x -timeout 30m

browser: ## look at the pages in a real browser (needs Chromium; as root on Debian it is installed)
	@if ! command -v chromium >/dev/null && ! command -v chromium-browser >/dev/null && ! command -v google-chrome >/dev/null; then \
		if [ "$$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then \
			echo "browser: Chromium is missing: install it, on Debian with 'apt-get install chromium' as root." >&2; exit 1; \
		fi; \
		echo "browser: installing Chromium"; \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends chromium fonts-liberation >/dev/null; \
	fi
	$(GO) test -tags browser -count=1 ./internal/browsertest/

client: ## let a client that a public generator made call through the proxy (needs Node and npm)
	@for tool in node npm npx; do command -v $$tool >/dev/null || { echo "client: $$tool is missing: install Node.js 20 or newer with npm." >&2; exit 1; }; done
	$(GO) test -tags client -count=1 ./internal/clienttest/

lint: $(GOLANGCI) ## check the Go code and its format (golangci-lint, built into bin/ once)
	$(GOLANGCI) run ./...

$(GOLANGCI):
	@echo "lint: building golangci-lint $(GOLANGCI_VERSION) into bin/ (once; two minutes or so on two cores)"
	@rm -f bin/golangci-lint*
	GOBIN="$(CURDIR)/bin" $(GO) install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(GOLANGCI_VERSION)
	@mv bin/golangci-lint $@

lint-api: ## check openapi.yaml with Redocly's recommended rules (needs Node and npx)
	@command -v npx >/dev/null || { echo "lint-api: npx is missing: install Node.js 22.12 or newer (20.19 or a later 20.x still works) with npm, which brings npx." >&2; exit 1; }
	REDOCLY_TELEMETRY=off REDOCLY_SUPPRESS_UPDATE_NOTICE=true NPM_CONFIG_UPDATE_NOTIFIER=false \
		npx --yes @redocly/cli@$(REDOCLY_VERSION) lint --config redocly.yaml openapi.yaml

docs: ## write docs/cli.md and docs/checks.md from the command's own words
	@mkdir -p bin docs
	$(GO) run ./cmd/understudy help --markdown > bin/cli.md.new
	$(GO) run ./cmd/understudy checks --markdown > bin/checks.md.new
	@for page in cli checks; do mv bin/$$page.md.new docs/$$page.md; done

docs-check: ## fail if docs/cli.md or docs/checks.md is not what `make docs` writes
	@mkdir -p bin
	@$(GO) run ./cmd/understudy help --markdown > bin/cli.md.new
	@$(GO) run ./cmd/understudy checks --markdown > bin/checks.md.new
	@for page in cli checks; do \
		diff -u docs/$$page.md bin/$$page.md.new || { echo "docs-check: docs/$$page.md is stale: run 'make docs' and commit the result." >&2; exit 1; }; \
		rm -f bin/$$page.md.new; \
	done
	@echo "docs-check: docs/cli.md and docs/checks.md are current."

cover: ## write coverage.out and print the module's total
	$(GO) test -coverpkg=./... -coverprofile=coverage.out ./...
	@$(GO) tool cover -func=coverage.out | tail -n 1

ci: ## run all that CI runs
	bash .ci/run
