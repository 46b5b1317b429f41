# Three commands matter: `make demo`, `make check` and `make test`. Each builds what it needs, once.
# LAKE and LOGS are of `make airflow`: the lake, and the log roots with spaces between them.
# `make thrift` serves the same LAKE.
PYTHON ?= python3
BIN := .venv/bin
ONLY ?=
LAKE ?= build/airflow/lake
LOGS ?=
PORT ?= 8080
# Tests of one file share their fixtures.
SPREAD := --numprocesses 2 --dist loadfile

.PHONY: help setup demo check test test-services airflow thrift bench faults lint docs lock clean
.DEFAULT_GOAL := help

help:  ## list the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 15

setup:  ## install .venv from the lock files, find Java, fetch the Delta JARs, compile the kernels
	@$(PYTHON) requirements/install.py

demo: setup  ## train small real models, run the whole nightly pipeline, write the report
	@$(BIN)/insight demo --lake build/demo/lake

check: setup lint  ## in 2 minutes: lint, types, import contracts, the tests without a marker
	@$(BIN)/python -m pytest --quick --hypothesis-profile=few $(SPREAD)

test: setup lint  ## every check: also the tests marked spark, training, browser or slow
	@$(BIN)/python -m pytest --quick $(SPREAD)
	@$(BIN)/python -m pytest $(SPREAD) -m "(spark or training or browser or slow) and not services"

test-services: setup  ## the tests that start servers: Airflow, Thrift, Spark Connect
	@$(PYTHON) requirements/install_airflow.py
	@$(BIN)/python -m pytest -m services

airflow: setup  ## start Airflow with the DAGs; LAKE=DIR LOGS='DIR s3://...'
	@$(PYTHON) requirements/install_airflow.py
	@$(BIN)/python requirements/start_airflow.py --port $(PORT) --lake $(LAKE) $(LOGS)

thrift: setup  ## serve the lake to BI tools and notebooks, read only; LAKE=DIR
	@$(BIN)/insight serve --lake $(LAKE)

bench: setup  ## measure against peer tools; ONLY=name runs one entry
	@$(BIN)/python -m tests.bench $(ONLY)

faults: setup  ## inject every fault at length, kill -9 30 times, print what was lost
	@$(BIN)/python -m tests.events.faults

lint: setup  ## run ruff, mypy --strict and the import contracts
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --config pyproject.toml

docs: setup  ## write the generated pages of docs
	@$(BIN)/python -m insight_lib.pipeline.write_docs

lock: setup  ## resolve the hashed lock files again
	@$(PYTHON) requirements/install.py --lock
	@$(PYTHON) requirements/install_airflow.py --lock

clean:  ## remove everything that was built
	rm -rf .venv build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
