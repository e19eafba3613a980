# The whole build on one screen. `make run` and `make test` set up what they need.
SHELL := bash
TOOLS := . .tools/env &&
BINARY := target/release/touchloop
# Not the binary's own age: tests link it too, with whatever site there is.
BUILT := target/built
SOURCES := $(shell find model app server frontend style public -type f -not -path '*/tests/*' -not -path '*/fuzz/*' 2>/dev/null) Cargo.toml Cargo.lock .cargo/config.toml
# What is set up and called on the way to the binary.
STEPS := scripts/setup scripts/package-lock.json scripts/wasm-opt.mjs scripts/short-imports.mjs $(wildcard scripts/bin/*)

.PHONY: help run build test dev bench fuzz pictures clean

help: ## lists what can be made
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 10

run: build ## builds if needed and serves http://127.0.0.1:3000, data under ./data
	$(BINARY) serve --open --data ./data

build: $(BUILT) ## leaves the one file at target/release/touchloop

$(BUILT): $(SOURCES) $(STEPS)
	@scripts/setup build
	$(TOOLS) cargo leptos build --release --split --precompress
	@touch $@

test: ## formatting, lints, unit, integration and browser tests, size budget
	@scripts/setup test
	@$(TOOLS) scripts/test

dev: ## rebuilds and reloads while you edit
	@scripts/setup build
	$(TOOLS) cargo leptos watch --split -- serve --open --data ./data

bench: build ## the figures of BENCHMARKS.md
	@scripts/setup bench
	@$(TOOLS) scripts/bench

fuzz: ## fuzzes what stands before the document for a minute a target
	@scripts/setup build
	@$(TOOLS) scripts/fuzz

pictures: build ## takes the pictures of docs/ anew
	@scripts/setup test
	@$(TOOLS) cd end2end && npx playwright test --config pictures.config.ts

clean: ## removes what was built
	rm -rf target .tools
