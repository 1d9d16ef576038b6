# The two commands a newcomer needs are `make run` and `make test`; each does all of its own set-up.
PYTHON ?= python3
BIN := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help run test check bench bench-million clean setup setup-dev

help: ## List these targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sort | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

run: setup ## Set up what is missing, then serve everything: pages, worker, WeChat simulator
	@exec $(BIN)/python -m tools.run

test: setup-dev ## Set up what is missing, then run every check and every test
	@exec $(BIN)/python -m tools.test

check: setup-dev ## Run the quick checks: format, lint, types, import contracts, the house
	@exec $(BIN)/python -m tools.test quick

bench: setup-dev ## Measure a quote, a scan, a message, a statement, rounds and what-if beside their floors, on both databases
	@$(BIN)/python -m tests.bench.run
	@$(BIN)/python -m tests.bench.planning
	@exec $(BIN)/python -m tests.bench.whatif 100000

bench-million: setup-dev ## Measure what-if over a million meals on SQLite: some minutes, two processors
	@exec $(BIN)/python -m tests.bench.whatif 1000000 sqlite

setup: ## Make or mend the virtual environment in .venv
	@$(PYTHON) -m tools.setup

setup-dev: ## The same, with what tests and checks need
	@$(PYTHON) -m tools.setup --dev

clean: ## Remove the virtual environment and all caches; the data in var/ stay
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache var/test
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
