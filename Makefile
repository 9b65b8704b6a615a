# make run    prepares and serves the portal (PORT and HOST can be set)
# make test   lints, checks, then runs the suite on SQLite and in a browser, and on PostgreSQL + Redis
# make lock   resolves requirements*.in again

SHELL := /bin/bash
PYTHON ?= python3
PORT ?= 8000
HOST ?= localhost
export PORT HOST
# What is compiled once is kept, whatever the machine says: the suite alone starts Python some hundred times.
unexport PYTHONDONTWRITEBYTECODE

BIN := .venv/bin
digest = $(shell cat requirements-uv.txt $(1) | sha256sum | cut -c 1-16)
RUN_STAMP := .venv/installed-$(call digest,requirements.txt)
TEST_STAMP := .venv/installed-dev-$(call digest,requirements.txt requirements-dev.txt)

.PHONY: run test lint check check-migrations check-docs check-production check-files suites tools lock format clean
.DEFAULT_GOAL := run

run: $(RUN_STAMP)
	@exec $(BIN)/python manage.py serve --prepare --with-parent

test: $(TEST_STAMP) tools
	@$(MAKE) --no-print-directory -j 2 lint check
	@$(MAKE) --no-print-directory suites

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "The portal needs Python 3.11 or newer (set PYTHON=…)."; exit 1; }
	@$(PYTHON) -m venv .venv

define install
	@echo "Installing $(1) …"
	@$(BIN)/python -m uv --version >/dev/null 2>&1 || $(BIN)/python -m pip install -q --require-hashes -r requirements-uv.txt || true
	@$(BIN)/python -m uv pip install -q --python $(BIN)/python --require-hashes -r $(1) \
		|| $(BIN)/python -m pip install -q --require-hashes -r $(1)
	@rm -f $(2)-????????????????
	@touch $@
endef

$(RUN_STAMP): | .venv/bin/python
	$(call install,requirements.txt,.venv/installed)

$(TEST_STAMP): | .venv/bin/python
	$(call install,requirements-dev.txt,.venv/installed-dev)

tools:
	@.ci/tools

lint: $(TEST_STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	@if ls templates/*.html templates/**/*.html >/dev/null 2>&1; then $(BIN)/djlint --lint --quiet templates; fi

check: check-migrations check-docs check-production check-files

# The folder of a check is thrown away, so that it neither needs nor touches the data of `make run`.
define aside
@data=$$(mktemp -d); trap 'rm -rf "$$data"' EXIT; export DATA_DIR=$$data STATIC_ROOT=$$data/static PORTAL_ENV_FILE=;
endef

check-migrations: $(TEST_STAMP)
	$(aside) $(BIN)/python manage.py makemigrations --check --dry-run

check-docs: $(TEST_STAMP)
	$(aside) $(BIN)/python manage.py write_docs --check

check-production: $(TEST_STAMP)
	$(aside) PORTAL_ENV=production PORTAL_URL=https://portal.example ALLOWED_HOSTS=portal.example PROXY_COUNT=1 \
	SECRET_KEY="$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(64))')" \
	$(BIN)/python manage.py check --deploy --fail-level WARNING

check-files: $(TEST_STAMP)
	$(aside) $(BIN)/python manage.py compile_catalogues && $(BIN)/python manage.py collectstatic --noinput -v 0

# Three processes on two cores, because one of them waits for minutes of the clock to pass.
PYTEST = $(BIN)/python -m pytest -q --dist loadgroup --no-loadscope-reorder
suites: $(TEST_STAMP)
	$(PYTEST) -n 3 -m "not postgres and not redis"
	$(BIN)/python -m imrf_portal.tests.services $(PYTEST) -n 2 -m "not browser"

format: $(TEST_STAMP)
	$(BIN)/ruff check --fix -q . ; $(BIN)/ruff format .

lock: $(TEST_STAMP)
	@for name in uv "" dev; do in=requirements$${name:+-$$name}; \
	$(BIN)/python -m uv pip compile -q --generate-hashes --no-annotate --no-header $$in.in -o $$in.txt; done

clean:
	rm -rf .venv staticfiles .ruff_cache .hypothesis
	find . -name __pycache__ -prune -exec rm -rf {} +
