# `make demo` and `make test` need nothing but make and python3, with venv;
# `make PYTHON=python3.12 demo` takes another Python.
PYTHON ?= python3
OLDEST := 3.10
NEWEST := 3.13
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
DEMO_OUTPUT ?= demo

# Empty where there is none that works.
VENV_VERSION := $(shell $(BIN)/python -c \
	'import pip, sys; print("%d.%d" % sys.version_info[:2])' 2> /dev/null)
ifneq ($(VENV_VERSION),)
ifeq ($(origin PYTHON),file)
PYTHON := $(BIN)/python
endif
endif

# Runs in any Python, with how that was called, the versions, and VENV_VERSION.
define CHECK
import sys
name, oldest, newest, made_by = sys.argv[1:]
found = "%d.%d" % sys.version_info[:2]
numbers = lambda version: [int(part) for part in version.split(".")]
another = "`make PYTHON=...` chooses another one."
if not numbers(oldest) <= numbers(found) <= numbers(newest):
    sys.exit("fs_tf needs Python %s to %s, and '%s' is Python %s: %s"
             % (oldest, newest, name, found, another))
if made_by and made_by != found:
    sys.exit(".venv was made by Python %s, and '%s' is Python %s: `make clean` removes "
             "it, or leave PYTHON out." % (made_by, name, found))
try:
    import ensurepip, venv
except ImportError:
    if not made_by:
        sys.exit("'%s' is Python %s, but lacks venv: install it (`apt install "
                 "python%s-venv` on Debian), or %s" % (name, found, found, another))
endef
export CHECK

.PHONY: demo test lint clean python

demo: $(STAMP)
	$(BIN)/python -m experiments.benchmark --output="$(DEMO_OUTPUT)"

test: lint
	$(BIN)/python -m pytest -n 2 --dist=loadfile

lint: $(STAMP)
	$(BIN)/python -m ruff check .
	$(BIN)/python -m ruff format --check .

# Says what is wrong with it before anything is installed.
python:
	@command -v "$(PYTHON)" > /dev/null || { echo "fs_tf needs Python \
	$(OLDEST) to $(NEWEST), and there is no '$(PYTHON)': \
	\`make PYTHON=...\` chooses another one." >&2; exit 1; }
	@"$(PYTHON)" -c "$$CHECK" "$(PYTHON)" $(OLDEST) $(NEWEST) "$(VENV_VERSION)"

$(STAMP): setup.py constraints.txt | python
	$(BIN)/python -c "import pip" 2> /dev/null || "$(PYTHON)" -m venv --clear $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet -c constraints.txt -e ".[test]"
	touch $@

clean:
	rm -rf $(VENV) build *.egg-info
