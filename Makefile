# Everything a person does with the project: make run, make test. Needs Python 3.11 or later, nothing else.

ifndef PYTHON
PYTHON := $(shell for python in python3 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)
endif
ifndef PYTHON
$(error Python 3.11 or later is needed)
endif

export PIP_DISABLE_PIP_VERSION_CHECK = 1
export SAM_CLI_TELEMETRY = 0
# An empty value is none: second starts live from the bytecode that first ones leave.
export PYTHONDONTWRITEBYTECODE =

# Environments are made again when the interpreter or their requirements change.
VERSION := $(shell $(PYTHON) -c 'import platform; print(platform.python_version())')
hash = $(shell cat $(1) | cksum | tr ' ' '-')
PROJECT := $(VERSION)-$(call hash,pyproject.toml layers/xero/requirements.txt)
RUN_READY := .venv/run-$(PROJECT)
TEST_READY := .venv/test-$(PROJECT)
SAM_READY := .local/sam/ready-$(VERSION)-$(call hash,local/requirements-sam.txt)
SOURCES := layers/xero functions local tests
SAM := .local/sam/bin/sam
# Modules beside each other, more of them than a small machine has cores: stacks mostly wait.
BESIDE := --numprocesses 3 --dist loadfile --no-loadscope-reorder

up: $(RUN_READY)  ## start the whole stack on this machine
	@.venv/bin/python -m local up

run: $(RUN_READY)  ## the same, show what it does, and serve until Ctrl-C
	@.venv/bin/python -m local run

down:  ## stop it
	@[ ! -x .venv/bin/python ] || .venv/bin/python -m local down

test: check  ## every check and every test
	.venv/bin/python -m pytest -rs $(BESIDE)

soak: $(RUN_READY)  ## long trials: SOAK=webhooks (the default), requests or burst, and their options
	.venv/bin/python -m local.soak $(or $(SOAK),webhooks)

check: $(TEST_READY) $(SAM_READY)  ## format, lint, types, template, generated files
	.venv/bin/ruff format --check $(SOURCES)
	.venv/bin/ruff check $(SOURCES)
	.venv/bin/mypy $(SOURCES)
	$(SAM) validate --lint
	.venv/bin/python -m local.generate --check

generate: $(RUN_READY)  ## write what derives from the catalogue and the commands: pages, metadata, events, README's table
	@.venv/bin/python -m local.generate

build: $(SAM_READY)  ## what `sam deploy` uploads; needs python3.13
	$(SAM) build

clean: down  ## stop it and remove everything that was generated
	rm -rf .venv .local .aws-sam .mypy_cache .pytest_cache .ruff_cache .hypothesis .coverage

define install
	@[ "$$(.venv/bin/python -c 'import platform; print(platform.python_version())' 2>/dev/null)" = "$(VERSION)" ] \
		|| $(PYTHON) -m venv --clear .venv
	.venv/bin/python -m pip install --quiet --editable '.[$(1)]'
endef

$(RUN_READY):
	$(call install,local)
	@touch $@

$(TEST_READY):
	$(call install,dev)
	@touch $@ $(RUN_READY)

$(SAM_READY): | $(RUN_READY)
	.venv/bin/python -m venv --clear --without-pip .local/sam
	.venv/bin/python -m pip --python .local/sam/bin/python install --quiet --requirement local/requirements-sam.txt
	@touch $@

.PHONY: up run down test soak check generate build clean
