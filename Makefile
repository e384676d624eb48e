# twinprop: one network, two languages, the same numbers. `make` lists the targets.

SHELL := /bin/bash
.DEFAULT_GOAL := help

# Both are free to choose: make test JOBS=8, make run REPORT=~/report, make lesson LESSON=~/lesson
JOBS ?= 2
REPORT ?= .report
LESSON ?= .lesson

BIN := .venv/bin
# The folders of tests that make test-quick runs.
QUICK := ground arithmetic formulas network cases comparing
# The extras of python/pyproject.toml that make setup installs.
EXTRAS := build cluster exact formats harness lint pictures r test
PYTHON_CODE := python/src tests
RUFF := $(BIN)/ruff
PYTEST := $(BIN)/python -m pytest -c python/pyproject.toml --rootdir=.

# R finds the project's own library, whichever target starts it.
export R_LIBS := $(CURDIR)/.r-library$(if $(R_LIBS),:$(R_LIBS))
# matplotlib keeps its list of fonts there, not in the home folder.
export MPLCONFIGDIR := $(CURDIR)/.venv/matplotlib

# The folder in a variable, made, or how to choose another.
may_write = @mkdir -p "$($(1))" && [ -w "$($(1))" ] || \
	{ echo "make: cannot write $($(1)); choose a folder: make $@ $(1)=DIR" >&2; exit 2; }

.PHONY: help setup run lesson laboratory pictures test test-bare test-quick \
	test-slow test-r test-runtimes test-aarch64 test-others snapshots mistakes bench \
	lint format document lock clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "make %-13s %s\n", $$1, $$2 }' Makefile

setup: ## Install what is missing: R, Python packages in .venv, the R package in .r-library
	@.setup/run

run: setup ## Run every case in both languages, compare, write a report
	$(call may_write,REPORT)
	$(BIN)/twinprop verify --report "$(REPORT)"

lesson: setup ## Make the lesson: pages for teaching, computed anew
	$(call may_write,LESSON)
	$(BIN)/twinprop lesson --out "$(LESSON)"

laboratory: setup ## Make the lesson with the page on which both languages run (fetches 0.5 GB)
	$(call may_write,LESSON)
	@.setup/run runtimes
	$(BIN)/twinprop lesson --laboratory --out "$(LESSON)"

pictures: setup ## Take the pictures of README anew, in chromium
	@.setup/run browser
	@.setup/run runtimes
	$(BIN)/python tests/browser/take_pictures.py .pictures

test: setup ## Run the tests of both languages and Python's examples, but not the long sweeps
	@.setup/run browser
	@.setup/run runtimes
	$(PYTEST) -n $(JOBS) --dist worksteal --doctest-modules $(PYTHON_CODE)

test-bare: ## Prove README's two commands in an empty Debian, as root and as a user (needs root)
	@.setup/run bare
	.ci/bare

test-quick: ## Run the tests of the formulas, the network and the cases that need no R
	$(PYTEST) -n $(JOBS) -m "not whole and not slow" $(QUICK:%=tests/%)

test-slow: setup ## Run the long sweeps alone
	@.setup/run openblas
	@.setup/run aarch64
	@.setup/run runtimes
	$(PYTEST) -n $(JOBS) -m slow tests

test-runtimes: setup ## Prove the same bits where both languages are WebAssembly (fetches 0.5 GB)
	@.setup/run runtimes
	$(PYTEST) -n $(JOBS) -m "runtimes and not aarch64" tests/engines tests/pictures

test-aarch64: setup ## Prove the same bits on another processor (fetches 0.1 GB; QEMU, Debian)
	@.setup/run aarch64
	$(PYTEST) -n $(JOBS) -m aarch64 tests/engines tests/pictures

test-r: ## Run the tests of the R package alone, without Python
	@.setup/run r
	cd r/tests && Rscript testthat.R

test-others: setup ## Run what needs scikit-learn, PyTorch, reticulate or pre-commit (installs them)
	@.setup/run others
	$(BIN)/python -m pip install --quiet --requirement python/requirements-bench.lock
	$(PYTEST) -m others tests/others

snapshots: ## Write anew what users read (tests/cli/snapshots), to be reviewed by git diff
	TWINPROP_SNAPSHOTS=write $(PYTEST) tests/cli/test_snapshots.py

mistakes: setup ## Prove check: plant every mistake in both languages, count what is found
	$(BIN)/python tests/check/prove.py --jobs $(JOBS)

bench: test-others ## Measure speed: against plain programs, strict against native, the harness itself
	mkdir -p "$(REPORT)"
	OPENBLAS_NUM_THREADS=1 $(BIN)/python tests/bench/bench.py
	OPENBLAS_NUM_THREADS=1 $(BIN)/python tests/bench/strict_cost.py "$(REPORT)/strict_cost.png"
	$(BIN)/python tests/bench/logistic_forms.py "$(REPORT)/logistic_forms.png"
	OPENBLAS_NUM_THREADS=1 $(BIN)/python tests/bench/growth.py "$(REPORT)/growth.png"

lint: setup ## Check style, format, types and floors
	$(RUFF) check --config python/pyproject.toml $(PYTHON_CODE)
	$(RUFF) format --check --config python/pyproject.toml $(PYTHON_CODE)
	$(BIN)/mypy --config-file python/pyproject.toml python/src
	$(BIN)/lint-imports --no-cache python/pyproject.toml
	Rscript -e 'found <- lintr::lint_package("r")' -e 'print(found)' \
	  -e 'quit(status = as.integer(length(found) > 0))'

format: setup ## Put the Python code into its format
	$(RUFF) check --fix --config python/pyproject.toml $(PYTHON_CODE)
	$(RUFF) format --config python/pyproject.toml $(PYTHON_CODE)

document: ## Write r/man and r/NAMESPACE from the comments in r/R
	@.setup/run system
	cd r && Rscript -e 'roxygen2::roxygenise(load_code = "source")'

lock: ## Pin the newest versions of the Python packages (needs uv)
	{ echo "# All versions that are installed, written by make lock."; \
	  echo "# Chosen for Python 3.11, so that newer ones get the same versions."; \
	  echo "# Without hashes: mirrors repackage wheels, and the bridge to R is built here anyway."; \
	  uv pip compile --quiet --python-version 3.11 $(EXTRAS:%=--extra %) \
	    --no-header --no-annotate --no-emit-index-url python/pyproject.toml; \
	} > .requirements.new && mv .requirements.new python/requirements.lock

clean: ## Remove all that was made here: .venv, .r-library, .runtimes, .aarch64, report, caches
	rm -rf .venv .r-library .runtimes .aarch64 .report .lesson .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find python tests \( -name __pycache__ -o -name '.*_cache' \) -prune -exec rm -rf {} +
	rm -rf python/src/*.egg-info r/*.Rcheck r/*.tar.gz \
	  r/tests/testthat/testthat-problems.rds r/tests/testthat/Rplots.pdf
