# One task runner; the same targets in CI. `make demo` needs Python 3.11 and make, nothing else.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
JOBS ?= 2

.PHONY: help setup demo test check lint types imports bench broker serve clean

help: ## what there is
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: $(BIN)/.ready ## make .venv with everything the project and its tests need

$(BIN)/.ready: pyproject.toml requirements.lock
	@$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11))" || { echo "Python 3.11 or newer is needed: make PYTHON=/path/to/python3.11"; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint requirements.lock --editable '.[dev]'
	@touch $@

demo: setup ## a city's year, from the agencies' door to the annual report
	$(BIN)/qingfeng play examples/ningbo-2023.jsonl.gz --year 2023 --check examples/ningbo-2023.expected.json

test: setup ## all tests
	$(BIN)/pytest -n $(JOBS) --dist worksteal

check: setup lint types imports test ## ruff, mypy strict, import-linter, tests

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: setup
	$(BIN)/mypy

imports: setup
	$(BIN)/lint-imports

bench: setup ## ours and the alternative side by side, in one run
	$(BIN)/python -m benchmarks

broker: setup ## a Kafka broker on 127.0.0.1:9092 until Ctrl-C, data in data/kafka
	$(BIN)/python -m shared.testing.broker 9092

serve: setup ## all services in one process on http://127.0.0.1:8321
	$(BIN)/qingfeng serve

clean: ## remove the environment (never data)
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache
