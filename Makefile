# The five commands of this repository; `make help` lists them.
# Everything that needs more than a line lives in scripts/.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help run test check format chaos contract bench schema types screenshots lock clean

BIN := .venv/bin

# PORT, DATA_DIR and BIND reach Retinue under its own names. HOST does not:
# shells and build systems set it for purposes of their own.
ifdef PORT
export RETINUE_PORT := $(PORT)
endif
ifdef DATA_DIR
export RETINUE_DATA_DIR := $(abspath $(DATA_DIR))
endif
ifdef PYTHON
export PYTHON
endif
# Servers, sessions and commands are started by the hundred: each would compile the whole house again.
unexport PYTHONDONTWRITEBYTECODE
ifdef BIND
export RETINUE_BIND := $(BIND)
endif

# Arguments for pytest, as in: make test ARGS="tests/retinue/foundation -k lease"
ARGS ?=
# One more than there are cores: many tests wait for something most of their time.
WORKERS ?= $(shell expr $$(getconf _NPROCESSORS_ONLN) + 1)

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' Makefile
	@echo
	@echo "  Variables of make run: PORT (8000), DATA_DIR (./data), BIND (127.0.0.1)"

run: ## Start Retinue and Sandgram with 14 accounts; Ctrl-C stops everything
	@scripts/bootstrap core
	@exec $(BIN)/retinue up --demo

test: ## Run all tests on SQLite, MariaDB and PostgreSQL
	@scripts/bootstrap dev
	@scripts/install_test_servers
	@exec $(BIN)/python -m pytest -n $(WORKERS) --maxprocesses 8 --dist worksteal $(ARGS)

check: ## Lint, types, import rules, size budgets, locks
	@scripts/bootstrap dev
	@$(BIN)/python scripts/check.py

format: ## Let ruff format and mend what it can
	@scripts/bootstrap dev
	@$(BIN)/ruff format --quiet
	@$(BIN)/ruff check --fix
	@$(BIN)/python scripts/dashboard.py run prettier --write --log-level warn .

chaos: ## The long kill tests: every failpoint 50 times, 1,000 random kills each on SQLite and PostgreSQL, 20 brokers and workers
	@scripts/bootstrap dev
	@RETINUE_CHAOS=long exec $(BIN)/python -m pytest -m chaos --timeout 3600 $(ARGS)

contract: ## Ask a running server 5,000 generated requests and hold its OpenAPI document against the answers
	@scripts/bootstrap dev
	@RETINUE_CONTRACT_CASES=$(or $(RETINUE_CONTRACT_CASES),5000) exec $(BIN)/python -m pytest tests/acceptance/test_contract.py $(ARGS)

bench: ## Runnable comparisons; each prints its ratio
	@scripts/bootstrap dev
	@for one in benchmarks/bench_*.py; do \
		[ -e "$$one" ] || { echo "No benchmark yet."; break; }; \
		echo "== $$one"; $(BIN)/python "$$one" || exit 1; \
	done

schema: ## Write the first revision again from the models (before the first release only)
	@scripts/bootstrap dev
	@$(BIN)/python scripts/new_migration.py --first

types: ## Write the dashboard's API types again from the routes
	@scripts/bootstrap dev
	@$(BIN)/python scripts/openapi.py

screenshots: ## Write docs/screenshots again from a demo of its own (needs Chromium)
	@scripts/bootstrap dev
	@$(BIN)/python scripts/screenshots.py

lock: ## Write requirements/*.lock again from pyproject.toml (needs uv)
	@scripts/lock

clean: ## Remove caches and .venv; ./data stays
	@rm -rf .venv .cache .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis build dist
