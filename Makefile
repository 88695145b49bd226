# One command per wish; everything lives in .venv and data/, nothing is installed elsewhere.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: run test setup check rasa bench lock nlu-report words
run: setup
	@$(BIN)/homeward serve

test: setup
	@$(BIN)/python -m pytest

setup: .venv/ready

.venv/ready: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Homeward needs Python 3.11 or newer; name one with: make run PYTHON=python3.12")'
	@echo "Setting up the environment in .venv (once, about a minute) …"
	@$(PYTHON) -m venv .venv
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --editable .
	@touch .venv/ready

check: setup
	@$(BIN)/ruff format --check bot nlu tests
	@$(BIN)/ruff check bot nlu tests
	@$(BIN)/mypy --strict bot nlu
	@$(BIN)/homeward content lint

rasa:
	@nlu/rasa/setup

bench: setup
	@$(BIN)/python -m tests.bench
	@$(BIN)/python -m tests.bench_desk

nlu-report: setup
	@$(BIN)/homeward nlu evaluate --write docs/understanding --gate
	@$(BIN)/homeward nlu evaluate nlu/held-out/*.jsonl --write docs/understanding --gate

lock:
	@uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-header --no-annotate --quiet --output-file requirements.lock

words: setup
	@$(BIN)/pybabel --quiet extract --mapping babel.cfg --no-location --sort-output --omit-header --output data/homeward.pot .
	@for language in ar ckb de fa fr ps ru sq sr tg tr uz; do $(BIN)/pybabel --quiet update --no-fuzzy-matching --omit-header --ignore-obsolete --input-file data/homeward.pot \
		--output-file bot/web/locale/$$language.po --locale $$language; done; rm data/homeward.pot
