GO       ?= go
FUZZTIME ?= 20s
TESTFLAGS ?=
# The race detector looks at everything but what regular expressions do inside: there it costs seven times their own work.
RACE := -race -gcflags=regexp/...=-race=false
CHAOSRUNS ?= 100
# make simulate: MINUTES of processor time from a seed that is drawn, or SEED and how many SEEDS from it on
MINUTES ?= 1
DAYS ?= 2
SEED ?=
SEEDS ?= 1
# make properties
CHECKS ?= 3000
BOOKS ?= 100
SIMULATED := $(if $(SEED),-simulate.seed $(SEED) -simulate.seeds $(SEEDS),-simulate.minutes $(MINUTES)) -simulate.days $(DAYS)

# What the tests start beside themselves: a command, and the Debian package that has it.
NEEDS := gcc:gcc redis-server:redis-server prometheus-alertmanager:prometheus-alertmanager \
         chromium:chromium promtool:prometheus systemd-analyze:systemd

.DEFAULT_GOAL := help
.PHONY: help try deps test quick chaos simulate properties bench vet lint build pictures fuzz update

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "%-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

deps: ## install what the tests start, where that is possible
	@missing=; \
	for need in $(NEEDS); do \
		command -v "$${need%%:*}" >/dev/null || missing="$$missing $${need##*:}"; \
	done; \
	if [ -z "$$missing" ]; then exit 0; fi; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		export DEBIAN_FRONTEND=noninteractive; \
		policy=/usr/sbin/policy-rc.d; if [ ! -e $$policy ]; then `# the programs are wanted, not their services` \
			trap "rm -f $$policy" EXIT; printf '#!/bin/sh\nexit 101\n' >$$policy && chmod 755 $$policy; fi; \
		apt-get update -qq && apt-get install -y -qq --no-install-recommends $$missing >&2; \
	elif [ "$$CI" = true ]; then \
		echo "The tests need$$missing, and only root on Debian can install them here." >&2; exit 1; \
	else \
		echo "Missing:$$missing. Tests that need them will be skipped; on Debian: sudo apt-get install$$missing" >&2; \
	fi

test: deps ## run every test with the race detector; CI=true allows no skip
	GOGC=300 $(GO) test $(RACE) $(TESTFLAGS) ./...
	cd docs/deploy && $(GO) test $(TESTFLAGS) ./...

quick: ## run the short tests without the race detector
	$(GO) test -short ./...

chaos: deps ## kill the bot at random moments, CHAOSRUNS (100) times on each store
	$(GO) test -run '^TestKilledAnywhere$$' -count=1 -timeout 3h . -chaos.runs $(CHAOSRUNS)

simulate: ## days of random incidents, failures and deaths of the process: MINUTES=10, or SEED=123 to see one again
	GOMAXPROCS=1 GOGC=800 $(GO) test -run '^TestDays$$' -count=1 -v -timeout 0 ./bot/simulation $(SIMULATED)

properties: ## random playbooks and what happens under them: CHECKS=3000 histories under BOOKS=100
	$(GO) test -run 'Any' -count=1 -timeout 0 ./playbooks -rapid.checks $(CHECKS) -playbooks.random $(BOOKS)

bench: deps ## measure; docs/performance.md says what the numbers mean
	$(GO) test -run '^$$' -bench . -benchtime 1s ./...

vet: ## vet as the tests are compiled, so that both share one compilation
	$(GO) vet $(RACE) ./...

lint: ## vet, and golangci-lint where it is installed
	$(GO) vet ./...
	@if command -v golangci-lint >/dev/null; then golangci-lint run; else \
		echo "golangci-lint is not installed: go install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@latest" >&2; \
	fi

build: ## build the static binary bin/drumbeat
	CGO_ENABLED=0 $(GO) build -trimpath -o bin/drumbeat .

try: build ## play: the stand-ins of all far ends, and a bot that lives in them
	@bin=$$PWD/bin/drumbeat; dir=$$(mktemp -d); cd "$$dir"; \
	"$$bin" sandbox > drumbeat.yaml & town=$$!; trap 'kill $$town 2>/dev/null; rm -rf "$$dir"' EXIT; \
	until [ -s drumbeat.yaml ]; do kill -0 $$town || exit 1; sleep 0.1; done; \
	echo "Open http://127.0.0.1:9090/ (Ctrl-C ends it)"; \
	"$$bin" serve

pictures: deps ## make the README's pictures anew
	$(GO) test -run '^TestDemo$$' -count=1 . -pictures $(CURDIR)/docs/pictures
	$(GO) run . replay streak-2019-10-02 --svg docs/pictures/morning.svg >/dev/null

fuzz: ## run each fuzz target for FUZZTIME (20s)
	@grep -rEo --include='*_test.go' '^func Fuzz[A-Za-z0-9_]*' . | sed 's|/[^/]*:func | |' | \
	while read -r folder target; do \
		echo "$$folder $$target"; \
		$(GO) test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) "$$folder" </dev/null || exit 1; \
	done

update: ## rewrite the golden files, and what the docs take from the code; read the diff before you commit it
	@$(GO) test $$(grep -rlF --include='*_test.go' 'flag.Bool("update"' ./*/ | xargs -n1 dirname | sort -u) -update
	@$(GO) test . -run IsDocumented -update
