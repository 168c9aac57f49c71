# What is done with this repository, each in one word. `make` lists it.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
# One thing after another: a failure is the last thing on the screen, and two cores are not fought over.
.NOTPARALLEL:

target := $(or $(CARGO_TARGET_DIR),target)
export PATH := $(abspath $(target))/tools/bin:$(CURDIR)/scripts/node_modules/.bin:$(PATH)
triple := wasm32-unknown-unknown
fuzzers := parse schema check layers carrier age key search
FUZZ_SECONDS ?= 600
# Another seed makes other files.
FUZZ_SEED ?= 1

# With the features that the tests bring to what they share with it: it is the program that `cargo test` has built, and not built a second time.
program = cargo build --locked --all-features --bin envgate --test tidy

part = @printf '\n\033[1m== %s\033[0m\n' "$(1)"

.PHONY: help
help: ## list what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: setup
setup: ## install what the tests need beside Rust and Node (quick when it is there)
	scripts/setup.sh

.PHONY: test
test: test-native test-compact wasm test-wasm parity memory test-hooks test-npm ages test-page ## everything: native, compact, WebAssembly in Node and Chromium, parity, memory, hooks, npm package, ages, the page
	$(call part,all tests passed)

.PHONY: test-native
test-native: ## the library with every feature, and the program
	$(call part,native tests$(comma) all features)
	cargo test --locked --all-features

.PHONY: test-compact
test-compact: ## the library without features, as small programs embed it
	$(call part,native tests$(comma) compact library)
	cargo test --locked --no-default-features --lib

.PHONY: wasm
wasm: ## build target/wasm/{core,full,cli} and hold them to their limits
	$(call part,WebAssembly)
	scripts/wasm.sh

.PHONY: test-wasm
test-wasm: ## wasm-bindgen tests in Node and in headless Chromium
	$(call part,WebAssembly tests in Node)
	scripts/test-wasm.sh node
	$(call part,WebAssembly tests in Chromium)
	scripts/test-wasm.sh browser

.PHONY: parity
parity: ## every example: native, and both WebAssembly builds in Node and in Chromium, byte for byte
	$(call part,parity of native and WebAssembly)
	$(program)
	node tests/js/parity.mjs --binary $(target)/debug/envgate --wasm $(target)/wasm

.PHONY: memory
memory: ## no value is left in the memory of the WebAssembly
	$(call part,memory of the WebAssembly)
	node tests/js/memory.mjs --wasm $(target)/wasm

.PHONY: test-hooks
test-hooks: ## the hook under pre-commit, prek, lefthook, husky and plain git
	$(call part,hooks)
	$(program)
	scripts/test-hooks.sh $(target)/debug/envgate

.PHONY: test-hooks-built
test-hooks-built: ## the hook as Cargo and maturin build it from this commit, under pre-commit (two release builds)
	$(call part,hooks that are built)
	scripts/test-hooks.sh built

.PHONY: npm
npm: ## build the npm package from target/wasm (after `make wasm`): target/npm/*.tgz
	$(call part,npm package)
	scripts/npm.sh

.PHONY: test-npm
test-npm: ## the packed package in an empty folder, in runtimes, bundlers and hosts; its commands beside the native program
	$(call part,npm package)
	scripts/npm.sh test
	$(call part,the commands of the npm package)
	ENVGATE_PROGRAM='node $(CURDIR)/pkg/dist/cli.js' cargo test --locked --all-features --test cli
	$(program)
	node tests/js/commands.mjs --binary $(target)/debug/envgate --npx pkg/dist/cli.js

.PHONY: ages
ages: ## the calendar and the gauges of `envgate rotation`, read by the parsers of others
	$(call part,ages read by others)
	scripts/setup.sh ages
	$(program)
	$(target)/python/bin/python tests/ages.py $(target)/debug/envgate

.PHONY: page
page: ## build the review page into www/dist (needs `make wasm`)
	$(call part,review page)
	scripts/setup.sh page
	npm run --silent --prefix www types
	npm run --silent --prefix www lint
	ENVGATE_WASM=$(abspath $(target))/wasm npm run --silent --prefix www build

.PHONY: test-page
test-page: page ## the review page in headless Chromium: every state, masking, no request, axe
	$(call part,review page in Chromium)
	$(program)
	ENVGATE_BINARY=$(abspath $(target))/debug/envgate npm test --silent --prefix www

.PHONY: test-browsers
test-browsers: ## the built review page in Firefox and WebKit, as far as they are installed
	$(call part,review page in other browsers)
	node --experimental-websocket www/test/browsers.mjs

.PHONY: release
release: page ## the program to hand out, with the review page in it, on Linux for every distribution: target/dist/envgate (needs `make wasm`)
	$(call part,program with the review page)
	ENVGATE_PAGE=$(abspath www/dist/envgate-review.html) scripts/release.sh
	$(target)/dist/envgate review --write $(target)/dist/envgate-review.html
	cmp www/dist/envgate-review.html $(target)/dist/envgate-review.html

.PHONY: lint
lint: ## format, clippy, rustdoc, and whether the fuzz targets build
	$(call part,lint)
	cargo fmt --all --check
	cargo clippy --locked --all-targets --all-features -- -D warnings
	cargo clippy --locked --lib --no-default-features -- -D warnings
	cargo clippy --locked --lib --test wasm --no-default-features --features wasm --target $(triple) -- -D warnings
	RUSTDOCFLAGS='-D warnings -A rustdoc::private-intra-doc-links' cargo doc --locked --no-deps --all-features --document-private-items
	RUSTDOCFLAGS='-D warnings' cargo doc --locked --no-deps --no-default-features --features full --lib
	cargo fmt --manifest-path fuzz/Cargo.toml --check
	cargo check --locked --manifest-path fuzz/Cargo.toml --target-dir $(target)

.PHONY: msrv
msrv: ## whether the oldest Rust that Cargo.toml allows builds everything; installs it
	$(call part,oldest Rust)
	version=$$(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml); \
	rustup toolchain install "$$version" --profile minimal --no-self-update; \
	cargo "+$$version" check --locked --all-features --tests --target-dir $(target)/msrv

.PHONY: fmt
fmt: ## format the Rust code
	cargo fmt --all
	cargo fmt --manifest-path fuzz/Cargo.toml

.PHONY: fuzz
fuzz: ## run every fuzz target for FUZZ_SECONDS (600)
	scripts/fuzz.sh $(FUZZ_SECONDS) $(fuzzers)

.PHONY: dialects
dialects: ## ask every real loader that can be installed again, and tell what is no longer as recorded (as root on Debian: all of them)
	$(call part,installing loaders)
	python3 tests/dialects/live/live.py setup
	$(call part,asking them)
	python3 tests/dialects/live/live.py drift

.PHONY: dialects-fuzz
dialects-fuzz: ## make files for FUZZ_SECONDS (600) from FUZZ_SEED (1), ask the loaders, shrink what the table reads differently
	python3 tests/dialects/live/live.py fuzz --seconds $(FUZZ_SECONDS) --seed $(FUZZ_SEED)

.PHONY: bench
bench: ## measure speed and size beside peers (needs valgrind)
	scripts/bench.sh

.PHONY: compare
compare: ## run the tools of the README's comparison on one project (builds two of them, needs the network)
	$(program)
	PATH="$(abspath $(target))/debug:$$PATH" scripts/compare.sh

comma := ,
