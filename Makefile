# Sluice. `make help` lists the targets.

# A fresh clone has no target folder; the builds of all clones share one in the user's cache.
CACHE        ?= $(or $(SLUICE_CACHE),$(if $(XDG_CACHE_HOME),$(XDG_CACHE_HOME)/sluice,$(HOME)/.cache/sluice))
export CARGO_TARGET_DIR ?= $(CACHE)/target
export SLUICE_CACHE := $(CACHE)
DEBUG        := $(CARGO_TARGET_DIR)/debug
RELEASE      := $(CARGO_TARGET_DIR)/release
CONTROL      := $(DEBUG)/control-plane
DEMO_DATA    ?= $(CACHE)/demo

# The end-to-end tests mostly wait, so more of them run at a time than there are cores.
E2E_THREADS  ?= 12

.DEFAULT_GOAL := help
.PHONY: help demo demo-stop test lint unit e2e charts-test verify crds golden bench clean

help: ## Lists the targets
	@awk 'BEGIN {FS = ":.*## "} /^[a-z0-9-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: ## A canary that succeeds and one that is rolled back, live in the terminal (KEEP=1 leaves it running)
	@cargo build --locked -p sluice-operator -p simulated-aws -p sluice-control-plane -p sluice-e2e --bins
	@$(CONTROL) build >/dev/null
ifeq ($(KEEP),1)
	@$(CONTROL) start --data $(DEMO_DATA)/control-plane >/dev/null
	@KUBECONFIG=$$($(CONTROL) kubeconfig --data $(DEMO_DATA)/control-plane) PATH="$$($(CONTROL) build):$$PATH" \
		$(DEBUG)/demo --keep --data $(DEMO_DATA)
else
	@$(CONTROL) run -- $(DEBUG)/demo
endif

demo-stop: ## Stops what `make demo KEEP=1` left running
	@$(DEBUG)/demo --stop --data $(DEMO_DATA)
	@$(CONTROL) stop --data $(DEMO_DATA)/control-plane

test: lint unit verify e2e ## Format, clippy, unit, property, golden and end-to-end tests

lint: ## Format and clippy
	cargo fmt --all --check
	cargo clippy --locked --workspace --all-targets -- -D warnings

unit: ## Unit, property and golden tests; the pure crates by themselves first
	cargo test --locked -p sluice-api
	cargo test --locked -p sluice-plan
	cargo test --locked --workspace --exclude sluice-api --exclude sluice-plan --exclude sluice-e2e

e2e: charts-test ## The operator against a real kube-apiserver and the simulated AWS
	cargo build --locked -p sluice-operator -p simulated-aws -p sluice-control-plane
	$(CONTROL) run -- cargo test --locked -p sluice-e2e -- --test-threads=$(E2E_THREADS)

charts-test: ## The charts, rendered, applied, and run with no more permissions than they give
	cargo build --locked -p sluice-operator -p simulated-aws -p sluice-control-plane
	SLUICE_BINARY=$(DEBUG)/sluice SIMULATED_AWS_BINARY=$(DEBUG)/simulated-aws $(CONTROL) run -- charts/test.sh

verify: ## Fails when a generated file is stale, or a pure crate reaches for the world
	@scripts/verify.sh

crds: ## Makes the generated files anew: CRDs, chart copies, golden files
	cargo run --locked -q -p sluice-operator -- crds --output crds
	@scripts/copy-crds.sh
	UPDATE_GOLDEN=1 INSTA_UPDATE=always cargo test --locked -q -p sluice-plan -p sluice-aws

bench: ## Calls, lateness, CPU and memory for 1, 10 and 100 canaries at a time
	cargo build --locked --release -p sluice-operator -p simulated-aws -p sluice-e2e -p sluice-virtual-time --bins
	cargo build --locked -p sluice-control-plane
	$(CONTROL) run -- $(RELEASE)/bench
	$(RELEASE)/virtual-canaries

clean: ## Removes what was built, in the cache too
	rm -rf $(CARGO_TARGET_DIR) $(CACHE)/control-plane
