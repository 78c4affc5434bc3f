# Two commands: make run, make test. Everything else is for those who work on the bot.
PYTHON ?= python3
BIN := .venv/bin

# Python keeps what it compiled, whatever the environment says: the tests start a hundred processes, and each would
# compile everything anew.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: run test setup lint content collected torture transcripts clean

run: .venv/run.done
	@$(BIN)/python run_bot.py

# What needs one processor goes two at a time; the tests take all there are.
test: setup
	@$(MAKE) --no-print-directory -j 2 lint content
	$(BIN)/pytest

setup: .venv/dev.done

lint: .venv/dev.done
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports

content: collected
	$(BIN)/python run_bot.py check

# Every test file is compiled here, once; the processes of a run would each do it for themselves.
collected: .venv/dev.done
	@echo "Compiling the tests…"
	@$(BIN)/pytest -n 0 --collect-only -qqq >.venv/collected.txt || { cat .venv/collected.txt; exit 1; }

torture: .venv/dev.done
	$(BIN)/pytest -m torture -n 0 -s

transcripts: .venv/dev.done
	UPDATE_TRANSCRIPTS=1 $(BIN)/pytest -m "torture or not torture" tests/test_transcripts.py

clean:
	rm -rf .venv

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed; $(PYTHON) is older. Try: make PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -m venv .venv || \
	  { rm -rf .venv; echo "Python has no venv module here. On Debian or Ubuntu: sudo apt install python3-venv"; exit 1; }

.venv/run.done: requirements.txt | .venv/bin/python
	@echo "Installing what the bot needs (once)…"
	@test -e .venv/dev.done || $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

.venv/dev.done: requirements-dev.txt | .venv/bin/python
	@echo "Installing what the bot and its tests need (once)…"
	@$(BIN)/python -m pip install --quiet --no-compile --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@for one in chromium chromium-browser google-chrome google-chrome-stable; do command -v $$one && exit 0; done >/dev/null; \
	  echo "No Chromium here: fetching one for the tests of the page (once)…"; \
	  timeout 300 $(BIN)/playwright install chromium >/dev/null 2>&1 || \
	  echo "That did not work; the tests of the page will be skipped. To have them: sudo apt install chromium"
	@touch $@
