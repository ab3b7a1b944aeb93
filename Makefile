# `make demo` and `make test` need nothing but python3 (with venv) and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
DEMO_OUTPUT ?= demo

.PHONY: demo test lint clean

demo: $(STAMP)
	$(BIN)/python -m experiments.benchmark --output=$(DEMO_OUTPUT)

test: lint
	$(BIN)/python -m pytest -n 2 --dist=loadfile

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

$(STAMP): setup.py constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet -c constraints.txt -e ".[test]"
	touch $@

clean:
	rm -rf $(VENV) build *.egg-info
