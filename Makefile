# Everything a person does with this repository. `make help` lists it.

SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
ARGS ?=
WORKERS ?= 2
CLIENT := clients/profile-sync

.DEFAULT_GOAL := help
.PHONY: help demo up test test-cluster lint format bench-import bench-gateway bench-bus bench-links bench-profiles bench-submittals bench-jobplans client lock clean tools

help: ## Show what there is to do
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sort | awk -F ':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

demo: .venv/run.stamp build/assets.stamp ## Run the whole story on invented people, then serve it (ARGS=--once: check it and exit)
	$(BIN)/esrlink demo $(ARGS)

up: .venv/run.stamp build/assets.stamp ## Run the hub, empty, at http://127.0.0.1:8700
	$(BIN)/esrlink up $(ARGS)

test: .venv/dev.stamp build/assets.stamp tools lint ## Check the code, then run every test (ARGS: more options for pytest)
	$(BIN)/pytest -n $(WORKERS) $(ARGS)

test-cluster: .venv/dev.stamp ## Kill brokers, relays and consumers at random on three brokers: 200,000 events, 24 kills (needs Java 17 and Maven)
	KAFKA_BROKERS=$${KAFKA_BROKERS:-3} STORM_EVENTS=$${STORM_EVENTS:-200000} STORM_KILLS=$${STORM_KILLS:-24} OUTAGE_SECONDS=$${OUTAGE_SECONDS:-120} \
	  $(BIN)/pytest tests/faults $(ARGS)

lint: .venv/dev.stamp ## Check style, types and who may import whom
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: .venv/dev.stamp ## Put the code into shape
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench-import: .venv/dev.stamp ## Measure the import of a 100,000-row file (time and memory)
	$(BIN)/python -m tests.bench.import_file

bench-gateway: .venv/dev.stamp ## Measure the import of a million rows, and a payroll run of 50,000 instructions
	$(BIN)/python -m tests.bench.gateway; import=$$?; $(BIN)/python -m tests.bench.gateway_run && exit $$import

bench-bus: .venv/dev.stamp ## Measure relay, consumer and latency on a real Kafka
	$(BIN)/python -m tests.bench.bus

bench-links: .venv/dev.stamp ## Measure how well links are found: 20,000 invented people against the truth and Splink
	$(BIN)/python -m tests.bench.links

bench-profiles: .venv/dev.stamp ## Measure people taken over, profiles put, people read and a review queue among a million links
	$(BIN)/python -m tests.bench.profiles

bench-submittals: .venv/dev.stamp ## Measure records put with all rules, in batches and one by one, and a validator's queue among two million
	$(BIN)/python -m tests.bench.submittals

bench-jobplans: .venv/dev.stamp ## Measure job plans shown by ESR number, three thousand polled, and a year of a trust's delivery
	$(BIN)/python -m tests.bench.jobplans

client: .venv/dev.stamp build/client-generator.stamp ## Make the Python client of profile-sync anew from its OpenAPI document
	$(BIN)/python $(CLIENT)/document.py > build/openapi.json && mv build/openapi.json $(CLIENT)/openapi.json
	cd $(CLIENT) && PATH="$(CURDIR)/build/client-generator/bin:$$PATH" openapi-python-client generate --path openapi.json \
	  --config config.yaml --meta none --output-path esr_link_profiles --overwrite --fail-on-warning
	touch $(CLIENT)/esr_link_profiles/py.typed
	$(BIN)/python $(CLIENT)/document.py --stamp

lock: .venv/run.stamp ## Choose the newest allowed versions of all dependencies anew
	$(BIN)/uv pip compile pyproject.toml --extra build --upgrade --generate-hashes --no-emit-index-url --no-header -q -o requirements.lock
	$(BIN)/uv pip compile pyproject.toml --extra build --extra dev --upgrade --generate-hashes --no-emit-index-url --no-header -q -o requirements-dev.lock

clean: ## Remove what was built, the try-out's data and the virtual environment
	rm -rf .venv build node_modules .esrlink shared/esrlink/web/assets

# --- how the above is set up ---

.venv/bin/uv:
	$(PYTHON) -c 'import sys; sys.exit("ESR Link needs Python 3.11 or newer: run make PYTHON=python3.11" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check 'uv==0.13.9'

.venv/run.stamp: requirements.lock pyproject.toml | .venv/bin/uv
	$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .
	@touch $@

# The generator wants other versions than we do, so it has an environment of its own.
build/client-generator.stamp: $(CLIENT)/generator.lock | .venv/bin/uv
	$(BIN)/uv venv --quiet --clear build/client-generator
	$(BIN)/uv pip install --quiet --python build/client-generator/bin/python --require-hashes -r $(CLIENT)/generator.lock
	@touch $@

.venv/dev.stamp: requirements-dev.lock .venv/run.stamp
	$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements-dev.lock
	@touch $@

build/assets.stamp: package.json package-lock.json $(wildcard shared/esrlink/web/static/*) | .venv/run.stamp
	@node -e 'process.exit(parseInt(process.versions.node) >= 20 ? 0 : 1)' 2>/dev/null || { echo "ESR Link needs Node 20 or newer (with npm) for the pages' styles"; exit 1; }
	npm ci --no-audit --no-fund --loglevel=error
	$(BIN)/python -m esrlink.web.assets
	@mkdir -p build && touch $@

# What tests drive for real. Where one is missing and cannot be had, its tests say so (and fail where CI=true).
TOOLS := chromium kcat jq
tools: build/tools.stamp
	@missing=$$(for tool in $(TOOLS); do command -v $$tool >/dev/null || echo $$tool; done); \
	  [ -z "$$missing" ] || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null \
	  && apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing >/dev/null; } || true

# Caddy, promtool and an SFTP server, taken out of Debian's packages and not installed: as packages they are servers that would start.
build/tools.stamp:
	@mkdir -p build/tools
	@has() { command -v $$1 >/dev/null || ls /usr/lib*/openssh/$$1 /usr/libexec/$$1 >/dev/null 2>&1; }; \
	  wanted="$$(has caddy || echo caddy) $$(has promtool || echo prometheus) $$(has sftp-server || echo openssh-sftp-server)"; \
	  [ -z "$${wanted// }" ] || { command -v apt-get >/dev/null && cd build/tools \
	  && { [ "$$(id -u)" != 0 ] || apt-get update -qq; } && apt-get download -qq $$wanted 2>/dev/null \
	  && for deb in *.deb; do dpkg-deb --extract $$deb .; done; } || true
	@touch $@
