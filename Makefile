# Two commands matter: `make demo` and `make test`. Each builds what it needs, once.
PYTHON ?= python3
BIN := .venv/bin
ONLY ?=

.PHONY: help setup demo test bench faults lint docs lock clean
.DEFAULT_GOAL := help

help:  ## list the commands
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /\1\t/' | expand -t 10

setup:  ## build .venv from the locks, find a Java, fetch the Delta JARs, compile the kernels
	@$(PYTHON) requirements/install.py

demo: setup  ## train real small models, run the whole nightly pipeline, end with the report
	@$(BIN)/insight demo --lake build/demo/lake

test: setup lint  ## every check: lint, types, import contracts, tests
	@$(BIN)/python -m pytest

bench: setup  ## measure against the peers; ONLY=name runs one entry
	@$(BIN)/python -m tests.bench $(ONLY)

faults: setup  ## try every fault at length, kill -9 30 times, print what was lost
	@$(BIN)/python -m tests.events.faults

lint: setup  ## ruff, mypy --strict, import contracts
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --config pyproject.toml

docs: setup  ## write the generated pages of docs
	@$(BIN)/python -m insight_lib.pipeline.write_docs

lock: setup  ## resolve the hashed locks anew
	@$(PYTHON) requirements/install.py --lock

clean:  ## remove everything that was built
	rm -rf .venv build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
