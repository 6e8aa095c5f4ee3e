# Approdo. `make` alone lists what there is to do.
#
# One virtual environment, filled from the hash-pinned locks; stamps in it say which lock it was filled from, so an
# installation that was cut short is made again, and a finished one is left alone.

PYTHON ?= python3
CASE   ?=
VENV   := .venv
BIN    := $(VENV)/bin
ROOMS  := core bonus ingest workers retry monitoring loadtest deploy
PIP    := $(BIN)/python -m pip install --disable-pip-version-check -qq --require-hashes --no-deps --only-binary :all:
PYTEST := $(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadscope --no-loadscope-reorder
DEEP   := tests/crash tests/model tests/fuzz tests/watch tests/planted tests/integration/backup tests/integration/rehearsal
GOLDEN := tests/golden docs/states.md docs/settings.md docs/decisions/README.md deploy/prometheus deploy/grafana

# What happens to be set in a shell must not change what runs.
unexport PYTHONPATH PYTHONHOME PYTHONSTARTUP PYTHONSAFEPATH PYTHONOPTIMIZE PYTHONWARNINGS PYTHONINSPECT
unexport PIP_USER PIP_TARGET PIP_PREFIX PIP_REQUIRE_VIRTUALENV

# An environment whose Python is gone (an upgrade, a moved folder) counts as none.
ifeq ($(shell $(BIN)/python -c 'print("runs")' 2>/dev/null),)
$(shell rm -f $(VENV)/.run $(VENV)/.dev $(VENV)/.rehearsal)
endif

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run try test deep lint types golden golden-unchanged bench capacity goodput preflight rehearse rehearsed faults inputs soak backup restore drill clean ci screenshots weights watch alerts watch-tools

help: ## list what there is to do
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 20

# The last line is the bare supervisor, so that a signal to make alone reaches it and nothing else stands between.
run: $(VENV)/.run ## set up, start everything, and say where to click
	@$(BIN)/python -m deploy.local

try: $(VENV)/.run ## file an application the way a client would (CASE=12: that golden case)
	@$(BIN)/python -m loadtest.try_it $(CASE)

test: $(VENV)/.dev ## set up and run the tests, on parts of their own
	@$(PYTEST) $(DEEP:%=--ignore=%)

deep: $(VENV)/.dev ## the tests that take longer: each crash point, the model, fuzzing, alerts and panels, planted bugs, backups, each step of a walk
	@$(PYTEST) $(DEEP)

lint: $(VENV)/.dev ## rules of style, and who may import whom
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports

types: $(VENV)/.dev ## strict types
	@$(BIN)/mypy $(ROOMS)

golden: $(VENV)/.dev ## write again the files that others depend on
	@$(BIN)/python -m tests.golden.regenerate

golden-unchanged: golden
	@git --no-pager diff --exit-code -- $(GOLDEN)
	@git status --porcelain -- $(GOLDEN) | { ! grep . ; }

.PHONY: crash-points
# Counts again the points at which the walks of the tests are killed.
crash-points: $(VENV)/.dev
	@COUNT_CRASH_POINTS=again $(BIN)/python -m pytest -q tests/crash/test_points.py

screenshots: $(VENV)/.dev ## pictures of the mother's pages, into docs/pictures (needs Chromium)
	@$(BIN)/python -m tests.journeys.web.screenshots

weights: $(VENV)/.dev ## the first page on a slow phone, and the counter's CPU per page beside a save (needs Chromium)
	@$(BIN)/python -m tests.journeys.web.weights

bench: $(VENV)/.run ## our counter and workers beside the usual way, on this machine
	@$(BIN)/python -m loadtest.bench

# Only what is said on the command line counts: a HOST that happens to be set in a shell is nobody's wish.
said = $(if $(filter command,$(firstword $(origin $1))),--$2='$($1)')

rehearse: $(VENV)/.rehearsal ## people, faults, verdict and report (PROFILE, SCALE, SECONDS, FAULTS, SEED, WEB, LIST=1 …)
	@$(BIN)/python -m loadtest.rehearsal $(if $(LIST),--list) $(if $(KEEP),--keep) \
	  $(call said,PROFILE,profile) $(call said,SCALE,scale) $(call said,SECONDS,seconds) $(call said,FAULTS,faults) \
	  $(call said,SEED,seed) $(call said,PACE,pace) $(call said,MISTAKES,mistakes) $(call said,IMPATIENT,impatient) \
	  $(call said,GENERATORS,generators) $(call said,WEB,web) $(call said,HOST,host) $(call said,CONFIRM,confirm)

# 4: every promise was kept, and the machine was too small to say how fast; the last lines tell. Any other code is red.
rehearsed: $(VENV)/.rehearsal
	@$(BIN)/python -m loadtest.rehearsal --profile=ci --seed=20251120 || test $$? -eq 4

faults: $(VENV)/.run ## the fault matrix on real processes under load: table, verdicts, report (ONLY=12,13 SEED= LIST=1)
	@$(BIN)/python -m loadtest.faults $(if $(LIST),--list) $(if $(KEEP),--keep) $(call said,ONLY,only) $(call said,SEED,seed)

inputs: $(VENV)/.dev ## the matrix of bad input: each row, and who sends it
	@$(BIN)/python -m tests.integration.counter.input_rows

soak: $(VENV)/.run ## ten minutes of faults drawn from a seed, and a verdict (SECONDS= SEED= SCHEDULE=a file to replay)
	@$(BIN)/python -m loadtest.faults.soak $(call said,SECONDS,seconds) $(call said,SEED,seed) $(call said,SCHEDULE,schedule)

capacity: $(VENV)/.rehearsal ## the highest load that meets every objective on this machine, and what holds it back
	@$(BIN)/python -m loadtest capacity

goodput: $(VENV)/.rehearsal ## what comes through of ten times a load (LOAD= a second, or found), and how soon all is well
	@$(BIN)/python -m loadtest goodput $(call said,SECONDS,seconds) $(call said,LOAD,load)

preflight: $(VENV)/.run ## what still stands between the running system and a launch
	@$(BIN)/python -m monitoring.preflight

watch: $(VENV)/.run ## Prometheus and Alertmanager beside a running system, with every alert
	@$(BIN)/python -m deploy.watch

alerts: $(VENV)/.dev ## faults one by one: the alert, the console, the public word, the cure; a quarter of an hour (ONLY=)
	@$(BIN)/python -m loadtest alerts $(call said,ONLY,only)

watch-tools: $(VENV)/.run ## Prometheus and Alertmanager from Debian's packages, unpacked into .approdo/tools
	@$(BIN)/python -m deploy.watch.tools

backup: $(VENV)/.run ## back up the running system: the database and its keys, sealed
	@$(BIN)/python -m deploy.backup take

restore: $(VENV)/.run ## put a backup in the place of the data of a stopped system (FROM=folder; default: the newest)
	@$(BIN)/python -m deploy.backup restore $(if $(FROM),--from '$(FROM)')

drill: $(VENV)/.run ## restore the newest backup beside the running system, and hold it against the receipts
	@$(BIN)/python -m deploy.backup drill $(if $(FROM),--from '$(FROM)') $(if $(RECEIPTS),--receipts '$(RECEIPTS)')

clean: ## remove what can be made again; the data in .approdo stays
	@rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

ci: watch-tools lint types golden-unchanged test deep rehearsed faults ## what CI runs, the same everywhere

$(VENV)/.run: requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	  || { echo "approdo: Python 3.11 or newer is needed, and $(PYTHON) is not one: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null \
	  || { echo "approdo: $(PYTHON) comes without venv: install it (on Debian: apt install python3-venv)" >&2; exit 1; }
	@echo "approdo: making $(VENV) ..."
	@$(PYTHON) -m venv --clear $(VENV)
	@echo "approdo: installing `grep -c '^[a-z].*==' $<` packages (once; about half a minute) ..."
	@$(PIP) -r $< || { echo "approdo: the installation failed, see above; make again to go on" >&2; exit 1; }
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.run
	@echo "approdo: installing what the tests need (once) ..."
	@$(PIP) -r $< || { echo "approdo: the installation failed, see above; make again to go on" >&2; exit 1; }
	@touch $@

$(VENV)/.rehearsal: requirements-rehearsal.lock $(VENV)/.run
	@echo "approdo: installing what a rehearsal needs (once) ..."
	@$(PIP) -r $< || { echo "approdo: the installation failed, see above; make again to go on" >&2; exit 1; }
	@touch $@
