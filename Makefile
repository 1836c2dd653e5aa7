# The two commands of a newcomer are `make compare` and `make test`; both install what they need into
# VENV first, which takes a few minutes once and nothing afterwards.

PYTHON ?= python3
VENV ?= .venv
DATA ?= digits
JOBS ?= 2
BENCH ?= startup
ARGS ?=

BIN := $(VENV)/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

# One thread per process: the processes already share the cores.
export OMP_NUM_THREADS ?= 1

.PHONY: help compare test test-slow test-all test-portable lint bench clean

help:
	@echo "make compare  weigh both sides on DATA=$(DATA), print the verdict and where the report is"
	@echo "make test     run the tests, JOBS=$(JOBS) at a time; ARGS='-k name' picks some (about 15 minutes on 2 cores)"
	@echo "make test-all run these, the slow ones, and once more those that train networks, see test-portable"
	@echo "make test-portable  repeat the tests that train networks as on a processor without vector instructions"
	@echo "make lint     check style, formatting and types"
	@echo "make bench    run benchmarks/NAME.py for each NAME in BENCH=$(BENCH); results: benchmarks/results/"
	@echo "make clean    remove $(VENV) and caches, but no runs"

compare: $(VENV)/.nikti
	env -u OMP_NUM_THREADS $(BIN)/nikti compare $(DATA) $(ARGS)

test: $(VENV)/.nikti-test
	$(BIN)/python -m pytest -n $(JOBS) --dist worksteal -m "not slow" $(ARGS)

# Whole runs, thousands of damaged files, the same job on every executor: what takes longer than ten seconds.
test-slow: $(VENV)/.nikti-test
	$(BIN)/python -m pytest -n $(JOBS) --dist worksteal -m slow $(ARGS)

test-all: test test-slow test-portable

# What a network learns differs a little from processor to processor; no test may depend on that.
test-portable: $(VENV)/.nikti-test
	ATEN_CPU_CAPABILITY=default $(BIN)/python -m pytest -n $(JOBS) --dist worksteal -m learns tests $(ARGS)

lint: $(VENV)/.nikti-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(VENV)/.nikti-test
	set -e; for name in $(BENCH); do echo "== $$name"; $(BIN)/python benchmarks/$$name.py; done

clean:
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find src tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' || \
		{ echo "nikti needs Python 3.11 to 3.13; name one with: make PYTHON=python3.11"; exit 1; }
	$(PYTHON) -m venv $(VENV)

# The stamps say which installation is there; they age with what decides it.
$(VENV)/.nikti: pyproject.toml constraints.txt | $(BIN)/python
	@echo "installing nikti into $(VENV) (a few minutes the first time)"
	$(INSTALL) --editable '.[weights]'
	@touch $@

$(VENV)/.nikti-test: pyproject.toml constraints.txt | $(BIN)/python
	@echo "installing nikti and its tests into $(VENV) (a few minutes the first time)"
	$(INSTALL) --editable '.[test]'
	@touch $@
