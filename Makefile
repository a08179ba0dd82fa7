# Sluice. `make help` lists the targets.

# A fresh clone has no target folder; the builds of all clones share one in the user's cache.
CACHE        ?= $(or $(SLUICE_CACHE),$(if $(XDG_CACHE_HOME),$(XDG_CACHE_HOME)/sluice,$(HOME)/.cache/sluice))
export CARGO_TARGET_DIR ?= $(CACHE)/target
export SLUICE_CACHE := $(CACHE)
DEBUG        := $(CARGO_TARGET_DIR)/debug
RELEASE      := $(CARGO_TARGET_DIR)/release
CONTROL      := $(DEBUG)/control-plane
DEMO_DATA    ?= $(CACHE)/demo
CARGO_BUILD  := cargo build --locked --workspace

# The end-to-end tests mostly wait, so more of them run at a time than there are cores.
E2E_THREADS  ?= 20

.DEFAULT_GOAL := help
.PHONY: help demo demo-control demo-binaries demo-programs demo-stop test checks static programs claim lint pure build planner suite others beside charts-test judge verify crds release reproducible bench clean

help: ## Lists the targets
	@awk 'BEGIN {FS = ":.*## "} /^[a-z0-9-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo
	@echo 'demo, test and bench start a cluster of their own; the one of KUBECONFIG is left alone. Settings:'
	@echo '  SLUICE_TEST_CLUSTER=<context>  a context of your kubeconfig whose cluster is used instead'
	@echo '  SLUICE_TEST_CLUSTER_YES=1      even if it is on another machine, or has Sluice in it'
	@echo '  SLUICE_CACHE=<folder>          what is built and kept; now $(CACHE)'

demo: ## Four releases, live in the terminal: two succeed, two turn round (KEEP=1 leaves it running)
	@$(MAKE) --no-print-directory --jobs demo-programs demo-binaries
ifeq ($(KEEP),1)
	@$(CONTROL) run --keep --data $(DEMO_DATA)/control-plane -- $(DEBUG)/demo --keep --data $(DEMO_DATA)
else
	@$(CONTROL) run -- $(DEBUG)/demo
endif

# Only what the demo needs, and side by side: Go builds the API server while Cargo builds what is ours. What is selected is
# the whole workspace all the same, because another selection has other features, and would be built again for the tests.
demo-control: claim
	@$(CARGO_BUILD) --bin control-plane

demo-binaries: demo-control
	@$(CARGO_BUILD) --bin sluice --bin simulated-aws --bin demo --bin kubectl-sluice

demo-programs: demo-control
	@$(CONTROL) build etcd kube-apiserver kubectl >/dev/null

demo-stop: ## Stops what `make demo KEEP=1` left running
	@$(DEBUG)/demo --stop --data $(DEMO_DATA)
	@$(CONTROL) stop --data $(DEMO_DATA)/control-plane

test: ## Format, clippy, unit, property, golden and end-to-end tests, the judges of the simulated AWS
	@scripts/test.sh

# What `make test` runs: what is quick to fail comes first. Go builds what is missing while Cargo works, and all else runs
# beside the end-to-end tests, which mostly wait.
checks: claim
	@$(MAKE) --no-print-directory --jobs programs static
	@MAKEFLAGS= scripts/side-by-side.sh suite beside

beside: build
	@$(MAKE) --no-print-directory --jobs=2 --output-sync others charts-test judge

# One after the other, whatever is beside it: Cargo has one lock.
static:
	@MAKEFLAGS= $(MAKE) --no-print-directory lint pure build planner verify

programs: demo-control
	@$(CONTROL) build >/dev/null

claim:
	@scripts/claim-target.sh

lint: claim ## Format, clippy, and documentation without broken links
	cargo fmt --all --check
	cargo clippy --locked --workspace --all-targets -- -D warnings
	RUSTDOCFLAGS="-D warnings" cargo doc --locked --workspace --no-deps --document-private-items

pure: claim ## The pure crates, built by themselves, so that no other crate lends them a feature
	cargo check --locked -p sluice-api
	cargo check --locked -p sluice-explain
	cargo check --locked -p sluice-plan

# One selection of packages for all that is built: another one would have other features, and build everything again.
build: claim
	cargo build --locked --workspace --all-targets

planner: build ## The tests of the planner: what fails soonest goes first, and is run once
	cargo test --locked --workspace --test plan

suite: build ## The end-to-end tests, against a real kube-apiserver and the simulated AWS
	$(CONTROL) run -- e2e/simulated-aws/contract.sh \
	  cargo test --locked --workspace --test suite -- --test-threads=$(E2E_THREADS)

# All but `plan` and `suite`; scripts/verify.sh sees to it that no other name begins as theirs do. Each rustdoc would ask make
# for a place, which hands none to Cargo.
others: build ## Every other test
	cargo test --locked --workspace --lib --bins --test '[!ps]*' --test 'p[!l]*' --test 's[!u]*'
	MAKEFLAGS= cargo test --locked --workspace --doc

charts-test: build ## The charts, rendered, applied, and run with no more permissions than they give
	SLUICE_BINARY=$(DEBUG)/sluice SIMULATED_AWS_BINARY=$(DEBUG)/simulated-aws $(CONTROL) run --helm -- charts/test.sh

judge: build ## The simulated AWS before judges that are not ours: botocore's models, boto3, the AWS CLI, moto
	SIMULATED_AWS_BINARY=$(DEBUG)/simulated-aws e2e/simulated-aws/conformance.sh

verify: build ## Fails when a generated file is stale, or a pure crate reaches for the world
	@SLUICE_BINARY=$(DEBUG)/sluice scripts/verify.sh

crds: build ## Makes the generated files anew: CRDs, chart copies, state table, IAM policy, references, golden files
	$(DEBUG)/sluice crds --output crds
	@scripts/copy-crds.sh
	@scripts/chart-readme.py
	UPDATE_GOLDEN=1 UPDATE_DOCS=1 INSTA_UPDATE=always cargo test --locked -q --workspace --exclude sluice-e2e

release: ## Static programs, archives, bills of material, man pages, krew manifest and an OCI image, in dist/ (RELEASE_TARGETS='...')
	@release/build.sh

reproducible: ## Builds the programs twice, from two clones, and compares them to the last byte
	@release/reproduce.sh

bench: claim ## Calls, lateness, CPU and memory for 1 to 1000 canaries at a time, and for 50 under AWS's rate limits (BENCH='--canaries 1000 --hold 10s --idle 60')
	cargo build --locked --release --workspace --bins
	$(RELEASE)/control-plane run -- $(RELEASE)/bench $(BENCH)
	$(RELEASE)/virtual-canaries

clean: ## Removes what was built, in the cache too
	rm -rf $(CARGO_TARGET_DIR) $(CACHE)/control-plane
