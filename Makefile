# The commands of this project. `make` lists them.

PYTHON := .venv/bin/python
LAB ?= be
PYTEST_ARGS ?=

.PHONY: help demo test test-all fast lint bench bench-class bench-gate clean

help: ## list the commands
	@sed -n 's/^\([a-z-]*\):.*## /  make \1	/p' $(MAKEFILE_LIST) | expand -t 16

demo: ## rehearse the lab on the local cloud twin, check every outcome, write report/index.html
	@scripts/setup.sh demo $(LAB)
	@.venv/bin/cloudlab rehearse $(LAB) --report report

test: ## set up what the tests need, and run them
	@scripts/setup.sh test
	@$(PYTHON) -m pytest -n 2 --dist loadgroup -m "not exhaustive" $(PYTEST_ARGS)

test-all: ## the same, and what is left out of it: one more sabotage of a check that another turned red
	@scripts/setup.sh test
	@$(PYTHON) -m pytest -n 2 --dist loadgroup $(PYTEST_ARGS)

fast: ## only the tests that need neither a Docker engine nor a browser
	@$(PYTHON) -m pytest -m "not docker and not browser" $(PYTEST_ARGS)

lint: ## style, types, and the arrows between the layers of the installed wheel
	@scripts/setup.sh test
	@scripts/lint.sh

bench: ## measure what a command costs on each target, an idle plugin, and a VM of the twin
	@scripts/setup.sh test
	@$(PYTHON) -m bench

bench-class: ## measure a class over SSH against plain pytest, its gradebook, and a member's first verdict
	@scripts/setup.sh test
	@$(PYTHON) -m bench.class_

bench-gate: ## measure the gate over a course of fifty pages
	@scripts/setup.sh test
	@$(PYTHON) -m bench.gate

clean: ## remove what runs left here: reports, journals, caches (not .venv)
	@rm -rf report .cloudlab build dist .pytest_cache .mypy_cache .ruff_cache *.egg-info
