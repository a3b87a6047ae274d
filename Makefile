# scrubber: everything a contributor runs. Needs make and Python 3.11 to 3.13; the rest is fetched into .venv.
#
#   make demo     scrub samples/ and show what changed
#   make test     linters, types, import contracts, tests
#   make lint     ruff and the import contracts
#   make types    mypy
#   make bench    speed and memory beside sed and Python re (takes minutes; BENCH=--quick for 10 MB logs)
#   make clean    remove what the targets above have made
#
# PYTHON=python3.12 chooses the interpreter of a fresh .venv.

PYTHON ?= python3
BENCH ?=
VENV := .venv
BIN := $(VENV)/bin
SHELL := /bin/sh

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo test lint types bench clean tshark

help:
	@sed -n 's/^#   //p' Makefile

# ---- environment: rebuilt when pyproject.toml changes ----

$(VENV)/pyvenv.cfg:
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' || { \
		echo "scrubber needs Python 3.11, 3.12 or 3.13; '$(PYTHON)' is $$($(PYTHON) --version 2>&1)." >&2; \
		echo "Name another one: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || sh .ci/install python3-venv || { \
		echo "Python has no venv module and it could not be installed (Debian: apt install python3-venv)." >&2; exit 1; }
	@rm -rf $(VENV)
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: $(VENV)/pyvenv.cfg pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/.installed-dev: $(VENV)/pyvenv.cfg pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@ $(VENV)/.installed

# ---- targets ----

EXCERPT := sed -n '/^INVITE sip/,/^a=ssrc/p;/^a=ssrc/q'

demo: $(VENV)/.installed
	@mkdir -p build/demo
	@out=$$(mktemp -d build/demo/run-XXXXXX)/samples && \
	$(BIN)/scrubber clean samples -o "$$out" && \
	{ echo; echo "before: samples/asterisk-pjsip.log"; $(EXCERPT) samples/asterisk-pjsip.log; \
	  echo; echo "after:  $$out/asterisk-pjsip.log"; $(EXCERPT) "$$out/asterisk-pjsip.log"; \
	  echo; echo "all of it: diff -r samples $$out"; }

test: $(VENV)/.installed-dev tshark
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile

# The independent audit reads captures with tshark; the tests that need it are skipped without.
tshark:
	@command -v tshark >/dev/null 2>&1 || sh .ci/install tshark || \
		echo "warning: tshark is missing and could not be installed; tests that need it are skipped" >&2

lint: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-logo

types: $(VENV)/.installed-dev
	$(BIN)/mypy

bench: $(VENV)/.installed
	$(BIN)/python -m benchmarks.text $(BENCH)
	$(BIN)/python -m benchmarks.capture $(BENCH)
	$(BIN)/python -m benchmarks.hook

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
