# Approdo. `make` alone lists what there is to do.
#
# One virtual environment, filled from the hash-pinned lock, and stamped so that it is made again only when a lock changes.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

$(VENV)/.run: requirements.lock
	@echo "approdo: installing what it runs on (once; about half a minute) ..."
	@$(PYTHON) -m venv $(VENV)
	@$(PIP) install --quiet --require-hashes -r requirements.lock
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.run
	@echo "approdo: installing what its tests need (once) ..."
	@$(PIP) install --quiet --require-hashes -r requirements-dev.lock
	@touch $@
