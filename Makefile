# Plumbline. `make` alone prints the targets.

SHELL := /bin/bash
.DEFAULT_GOAL := help

SWIFT ?= swift
RELEASE := .build/release/plumbline
BUILD_PACKAGES := zlib1g-dev libyaml-dev python3-venv
TEST_PACKAGES = $(shell sh Tests/EndToEndTests/setup.sh --packages)
DEMO_SECONDS ?=
SEEDS ?= 2000
SECONDS_A_SIDE ?= 75
FUZZ_SECONDS ?= 60
FUZZ_SMOKE_SECONDS ?= 5
TOPICS ?=
README ?=
SOAK_MINUTES ?= 10
SOAK_KILLS ?= 200
BENCH = .build-bench/venv/bin/python -B Tests/Benchmarks
SOAK = .build-e2e/venv/bin/python -B Tests/Soak
SUDO := $(if $(filter 0,$(shell id -u)),,sudo)

.PHONY: help setup setup-tests build release run test simulate-faults real-changes soak trial bench bench-init bench-page bench-instructions setup-bench fuzz fuzz-smoke check-kernels check lint format docs clean install

help: ## Print the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "  make %-18s %s\n", $$1, $$2 }'

setup: ## Put in place what the build needs (zlib, libyaml, uPlot), if it is missing
	@$(call install-missing,$(BUILD_PACKAGES))
	@sh dashboards/setup.sh

setup-tests: setup ## Install the real programs the tests run against (nginx, prometheus, a Python environment)
	@$(call install-missing,$(TEST_PACKAGES))
	@sh Tests/EndToEndTests/setup.sh

# Says what it installs; does nothing when everything is there.
define install-missing
missing=""; for package in $(1); do \
    dpkg-query -W -f '$${Status}' $$package 2>/dev/null | grep -q 'ok installed' || missing="$$missing $$package"; done; \
if [ -n "$$missing" ]; then echo "installing Debian packages:$$missing"; \
    $(SUDO) apt-get update -qq && DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 \
    $(SUDO) apt-get install -y -qq --no-install-recommends $$missing >/dev/null; fi
endef

build: setup ## Build everything for debugging
	$(SWIFT) build

release: setup ## Build the program as it is shipped: optimised, Swift runtime inside
	$(SWIFT) build -c release --product plumbline --static-swift-stdlib

run: release ## Watch a scripted day on the live page: tail, windows, snapshots, health (4 minutes; DEMO_SECONDS)
	@sh Tests/EndToEndTests/demo.sh $(RELEASE) $(DEMO_SECONDS)

test: setup-tests release simulate-faults real-changes ## Set up and pass every test
# What measures time, on connections and of whole programs, by itself: the rest keeps all processors busy.
	$(SWIFT) test --skip ServingTests --skip EndToEndTests
	$(SWIFT) test --skip-build --filter ServingTests
	$(SWIFT) test --skip-build --filter EndToEndTests
	$(MAKE) fuzz-smoke

fuzz: setup ## Look for bytes that break a reader, FUZZ_SECONDS (60) each; FUZZERS="json gzip" for some
	@sh Tests/Fuzz/run.sh fuzz $(FUZZ_SECONDS) $(FUZZERS)

# The committed corpus and a short look around it.
fuzz-smoke: setup
	@sh Tests/Fuzz/run.sh smoke $(FUZZ_SMOKE_SECONDS) $(FUZZERS)

check-kernels: ## Hold the kernels' NEON, SSE2 and AVX2 versions against the portable one, and compile them for arm64
	@$(call install-missing,libsimde-dev libc6-dev-arm64-cross)
	@sh Tests/Kernels/run.sh

simulate-faults: setup ## Simulate SEEDS lives of the whole agent on a disk that fails (default: 2000)
	$(SWIFT) build -c release --product fault-simulation --static-swift-stdlib
	.build/release/fault-simulation --seeds 0..$(SEEDS)

# By itself: other tests on the same processors would be changes, too.
real-changes: setup-tests release ## Seven changes at a FastAPI service behind nginx, and the verdicts: SECONDS_A_SIDE=75
	.build-e2e/venv/bin/python -B Tests/Changes --seconds $(SECONDS_A_SIDE)

check: setup-tests lint ## Format, imports, warnings as errors, every test, instructions a line
	$(SWIFT) build --build-tests --explicit-target-dependency-import-check error
	$(MAKE) test
	$(MAKE) bench-instructions SHORT=1

trial: setup-tests release ## Every scenario's 24 seeds and A/A runs through compare, beside Kayenta's and benchstat's methods
	python3 -B Tests/Trials/trial.py $(RELEASE) --seeds $${SEEDS:-24} --aa $${AA:-200} --short $${SHORT_AA:-120}
	$(MAKE) real-changes SECONDS_A_SIDE=300

soak: setup-tests release ## Abuse the agent for SOAK_MINUTES=10, SOAK_KILLS=200; compare with mtail and GoAccess
	$(SOAK) abuse --minutes $(SOAK_MINUTES) --kills $(SOAK_KILLS)
	$(SOAK) retention --rounds 20
	$(SOAK) memory --minutes $(SOAK_MINUTES)
	$(SOAK) foils

setup-bench: setup # what the benchmarks need: the peers and a Python environment
	@$(call install-missing,$(shell sh Tests/Benchmarks/setup.sh --packages))
	@sh Tests/Benchmarks/setup.sh
	$(SWIFT) build -c release --product plumbline --static-swift-stdlib
	$(SWIFT) build -c release --product ingest-benchmark --static-swift-stdlib

bench: setup-bench ## Measure against simdjson and the peers; TOPICS="ingest live" for some, README=1 writes the README
	$(BENCH) $(TOPICS) $(if $(README),--readme README.md)

bench-init: setup-tests release ## Measure what the middlewares of `plumbline init` cost their services
	.build-e2e/venv/bin/python -B Tests/EndToEndTests/Service/init/overhead.py $(RELEASE)

bench-page: setup-tests release ## Measure the live page with 2,000 series and a day of history (5 minutes)
	place=$$(mktemp -d) && .build-e2e/venv/bin/python -B Tests/EndToEndTests/Service/page/measure.py $(RELEASE) $$place 9190; \
	    status=$$?; rm -rf $$place; exit $$status

# Needs no peers and no Python environment: `make check` does a short run of it.
bench-instructions: release ## Instructions a line by callgrind: a gate for speed that a busy machine does not move
	@$(call install-missing,valgrind)
	$(SWIFT) build -c release --product ingest-benchmark --static-swift-stdlib
	python3 -B Tests/Benchmarks $(if $(SHORT),instructions-short,instructions)

lint: ## Check the format
	$(SWIFT) format lint --strict --recursive --parallel Package.swift Sources Tests

format: ## Format the sources
	$(SWIFT) format --in-place --recursive --parallel Package.swift Sources Tests

docs: setup ## Write the generated reference anew
	RECORD=1 $(SWIFT) test --filter ReferenceTests

install: release ## Install the program to /usr/local/bin
	install -s -m 755 $(RELEASE) /usr/local/bin/plumbline

clean: ## Remove what was built
	rm -rf .build .build-e2e .build-bench .build-live
