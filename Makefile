# Two commands on a fresh machine: `make demo` and `make test`. They need Python 3.11 or newer, make,
# and a package registry.
PYTHON ?= python3
VENV := .venv
# Each process has a local server of its own; tests of one file stay together.
SIDE_BY_SIDE := -n auto --maxprocesses 4 --dist loadfile
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: demo dashboard test browser contract lint trials bench pictures clean help

help:
	@echo "make demo       ingest the shipped cases and print a chain"
	@echo "make dashboard  the shipped cases in the browser"
	@echo "make test       run the tests"
	@echo "make browser    run the tests of the dashboard in a real browser (chromium)"
	@echo "make contract   run the tests of an engine on a real Neo4j (Maven, Java 17)"
	@echo "make lint       ruff and mypy"
	@echo "make trials     long trials: kills and mutated files"
	@echo "make pictures   draw the pictures of the README again"
	@echo "make bench      the benchmark (an hour; see benchmarks/README.md)"
	@echo "make clean      remove the environment and what was built"

$(STAMP): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed; say which: make PYTHON=python3.12"; exit 2; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --editable '.[test]'
	@touch $@

demo: $(STAMP)
	@mkdir -p .demo
	@cd .demo && ../$(BIN)/visavis demo

dashboard: $(STAMP)
	@mkdir -p .demo
	@cd .demo && ../$(BIN)/visavis demo >/dev/null && ../$(BIN)/visavis dashboard

test: $(STAMP)
	$(BIN)/python -m pytest -q $(SIDE_BY_SIDE) -m 'not trial and not neo4j and not browser'

# The dashboard in Debian's Chromium.
browser: $(STAMP)
	$(BIN)/python -m pytest -q $(SIDE_BY_SIDE) -m browser

# Everything that speaks to an engine, on a real Neo4j from Maven (Java 17); see docs/engines.md.
contract: $(STAMP)
	VISAVIS_REQUIRE_NEO4J=1 $(BIN)/python -m pytest -q $(SIDE_BY_SIDE) -m 'neo4j and not trial'

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/mypy

trials: $(STAMP)
	VISAVIS_TRIALS=full $(BIN)/python -m pytest -q -m trial

bench: $(STAMP)
	$(BIN)/python benchmarks/run.py

pictures: $(STAMP)
	@mkdir -p .demo docs/pictures
	@cd .demo && ../$(BIN)/visavis demo >/dev/null && \
	  ../$(BIN)/visavis chain reagan gorbachev --save ../docs/pictures/reagan-gorbachev.svg >/dev/null
	$(BIN)/python tests/pictures.py docs/pictures

clean:
	-[ -x $(BIN)/visavis ] && [ -d .demo ] && cd .demo && ../$(BIN)/visavis server stop
	rm -rf $(VENV) .demo build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
