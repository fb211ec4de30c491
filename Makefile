# Two commands do all set-up: `make run` and `make test`.
# A machine needs Python >= 3.11 (with venv) and make; everything else is installed into .venv.

PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8000
BIN := .venv/bin
STAMP := .venv/.stamps
FRONTEND := $(shell find frontend -type f -not -path '*/node_modules/*' 2>/dev/null)
export PATH := $(CURDIR)/$(BIN):$(PATH)

.PHONY: run test lint unit long postgres postgres-all fuzz bench install clean

run: install  ## set up, load Chengdu's plan, figures and a sample city, serve on http://127.0.0.1:8000
	@$(BIN)/liantu serve --sample --host $(HOST) --port $(PORT)

test: install $(STAMP)/system lint unit postgres  ## every check and test

lint: install
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/mypy

unit: install
	@$(BIN)/pytest -n auto --dist worksteal -q -m "not long"

long: install  ## tests of minutes: kills of restores and of jobs, hundreds at once
	@$(BIN)/pytest -n auto --dist worksteal -q -m long

postgres: install  ## tests that touch the ledger, once more on PostgreSQL, but for slow ones and the browser's
	@scripts/with-postgres $(BIN)/pytest -n auto --dist worksteal -q -m "not browser and not slow and not long"

postgres-all: install  ## every test that touches the ledger on PostgreSQL; half an hour
	@scripts/with-postgres $(BIN)/pytest -n auto --dist worksteal -q

SECONDS ?= 60
fuzz: install  ## every door on changed files, SECONDS=60 each; failures are kept in build/fuzz
	@for kind in csv xlsx parquet objects sheet; do \
	  $(BIN)/python -m tests.fuzz.harness $$kind --seconds $(SECONDS) || exit 1; done
	@for kind in figures corrections; do \
	  $(BIN)/python -m tests.fuzz.ledger_harness $$kind --seconds $(SECONDS) || exit 1; done

bench: install  ## the measured figures of the README
	@$(BIN)/python -m benchmarks

install: $(STAMP)/python $(STAMP)/frontend

$(STAMP)/python: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "需要 Python 3.11 或更高版本 / Python 3.11 or newer is needed: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv || \
	  { echo "无法建立虚拟环境 / no virtual environment could be made: on Debian, apt-get install python3-venv"; exit 1; }
	@test -x $(BIN)/uv || $(BIN)/python -m pip install --quiet --disable-pip-version-check uv==0.13.9
	@$(BIN)/uv pip sync --quiet --require-hashes requirements.lock
	@$(BIN)/uv pip install --quiet --no-deps --no-build-isolation --editable .
	@mkdir -p $(STAMP) && touch $@

$(STAMP)/frontend: $(STAMP)/python $(FRONTEND)
	@cd frontend && npm ci --silent --no-fund --no-audit && npm run --silent build
	@touch $@

$(STAMP)/system: scripts/system-for-tests
	@scripts/system-for-tests && mkdir -p $(STAMP) && touch $@

clean:
	rm -rf .venv frontend/node_modules src/liantu/web/static/liantu/build
