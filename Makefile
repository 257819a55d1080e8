# Everything happens in $(VENV), which is built from pyproject.toml and constraints.txt alone.

PYTHON ?= $(shell for python in python3.13 python3.12 python3.11 python3.14 python3 python; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& { echo $$python; break; }; done)
VENV ?= .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

# What is started again and again is compiled once, also where the environment forbids it.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: demo test run check lint format bench soak mixed-use clean

demo: $(READY)  ## the bot in a local page, without Discord
	$(BIN)/casebook demo $(ARGS)

test: $(READY)  ## the whole test suite
	$(BIN)/pytest -n 2 --dist worksteal -q $(ARGS)

run: $(READY)  ## the bot on Discord; needs DISCORD_TOKEN in .env
	$(BIN)/casebook run

lint: $(READY)  ## style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/pyright

check: lint test  ## what has to pass before a change is handed in
	$(BIN)/casebook check

format: $(READY)  ## put the code into its form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(READY)  ## the figures of benchmarks/README.md
	$(BIN)/python -m benchmarks

MIXED_USE := tests/process/test_mixed_use.py
SOAK := CASEBOOK_SOAK=1 $(BIN)/pytest -q -m soak --timeout 7200 --durations 0

soak: $(READY)  ## the long counts, and at their end mixed-use; ARGS=path for a part of them
	$(SOAK) -n 2 --dist worksteal --ignore $(MIXED_USE) $(ARGS)
	$(if $(ARGS),,$(SOAK) -s $(MIXED_USE))

mixed-use: $(READY)  ## twenty minutes of everything that people do, at full speed
	$(SOAK) -s $(MIXED_USE)

clean:
	rm -rf $(VENV) build dist *.egg-info .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(READY): pyproject.toml constraints.txt
	@test -n "$(PYTHON)" || { echo "Casebook needs Python 3.11 or newer: https://www.python.org/downloads/"; exit 2; }
	@$(PYTHON) -m venv $(VENV) || { echo "Python's venv module is missing; on Debian or Ubuntu: apt install python3-venv"; exit 2; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[dev]"
	@touch $(READY)
