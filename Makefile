# Every command of the project; `make help` lists them. CI runs the same (.ci/run).

# An environment that has everything already: make PYTHON=/path/to/python test
PYTHON ?= .venv/bin/python
BASE_PYTHON ?= $(shell command -v python3.11 || command -v python3)

# Only an environment of our own is made and kept up to date.
ifeq ($(PYTHON),.venv/bin/python)
  install = @$(BASE_PYTHON) deploy/bootstrap.py $(1)
else
  install = @:
endif

COMPOSE ?= $(shell docker compose version >/dev/null 2>&1 && echo docker compose || echo docker-compose)

# apache, embedded or auto (Apache Kafka where Java 17 and Maven are); 1 or 3 brokers.
BROKER ?= auto
NODES ?= 1
export BROKER NODES

# More options for pytest: make test ARGS="-k replay -x"
ARGS ?=
DATA ?=
# More options for the storm: make storm STORM="--quick --seed 7"
STORM ?=

.DEFAULT_GOAL := help
.PHONY: help demo run test lint bench eval storm contract up down clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: ## Install what is needed, play the story through all four services, show the result
	$(call install,local)
	@$(PYTHON) -m handrail.demo

run: ## The whole system with its dashboard, kept running at one address [BROKER= NODES=]
	$(call install,local)
	@$(PYTHON) -m handrail.stack.run

test: ## The whole suite, on a real broker and database [BROKER=apache|embedded NODES=1|3]
	$(call install,dev)
	@HANDRAIL_TEST_BROKER=$(BROKER) HANDRAIL_TEST_NODES=$(NODES) \
	  $(PYTHON) -m tests.support.suite $(ARGS)

lint: ## Style, types and import contracts
	$(call install,dev)
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m mypy
	$(PYTHON) -m handrail.dashboard check
	$(PYTHON) -c "from importlinter.cli import lint_imports_command as lint; lint()"

bench: ## Performance, with ratios taken in one run -> build/bench.json
	$(call install,dev)
	@$(PYTHON) -m benchmarks

eval: ## Quality of resolution and patterns -> build/eval.json [DATA=folder]
	$(call install,dev)
	@$(PYTHON) -m handrail.eval $(if $(DATA),--data $(DATA))

storm: ## Brokers killed under 20,000 events -> build/storm.json [STORM=--quick]
	$(call install,local)
	@$(PYTHON) -m handrail.storm $(STORM)

contract: ## Write docs/events.md, the JSON Schemas, AsyncAPI and the trend store's tables again
	$(call install,dev)
	$(PYTHON) -m shared.topics document
	$(PYTHON) -m services.analytics.repository.documents

up: ## The production shape in containers
	$(COMPOSE) up -d --build

down: ## Stop the containers
	$(COMPOSE) down

clean: ## Remove build/ and the caches (.venv stays)
	rm -rf build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
