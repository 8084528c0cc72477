# `make` lists the targets. Each one does all of its own set-up.

# Swift may be installed without being on the path.
export PATH := $(PATH):/opt/swift/usr/bin

.DEFAULT_GOAL := help
.PHONY: help demo test bench bench-binlog bench-statements crash-matrix big-log soak fuzz build lint format clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: ## See it work: two throw-away servers, a live write load, a sync, and proof that both sides are equal
	@scripts/demo

test: ## Run every test, against real MariaDB and MySQL servers
	@scripts/test

bench: ## Measure catch-up and latency beside the servers' own replication (an hour and more; BENCH='--seconds 5')
	@scripts/bench $(BENCH)

fuzz: ## Read two million mutated binlogs; FUZZ='--seed N --inputs N' or FUZZ='--replay FILE'
	@scripts/fuzz $(FUZZ)

bench-binlog: ## Measure decoding beside a plain C walk, mariadb-binlog and mysqlbinlog
	@scripts/bench-binlog

bench-statements: ## Measure the forms of statements that change rows, on MariaDB and MySQL
	@scripts/bench-statements

crash-matrix: ## 200 kills and broken lines under load; LUTRA_CRASH_RUNS=50 each of four ways, LUTRA_CRASH_SEED=1
	@LUTRA_CRASH_RUNS=$${LUTRA_CRASH_RUNS:-50} scripts/test --filter CrashMatrixTests

big-log: ## Transactions of more than 4 GiB, read and replicated; takes 30 GB of disk for a while
	@LUTRA_BIG=1 scripts/test --filter BigLogTests

soak: ## Half an hour at full rate in each mode: nothing grows; LUTRA_SOAK_SECONDS=1800
	@LUTRA_SOAK_SECONDS=$${LUTRA_SOAK_SECONDS:-1800} scripts/test --filter SoakTests

build: ## Build the release binary, .build/release/lutra
	@scripts/setup
	swift build -c release --product lutra

lint: ## Check the formatting
	swift format lint --strict --parallel --recursive Package.swift Sources Tests Benchmarks

format: ## Format the sources in place
	swift format --in-place --parallel --recursive Package.swift Sources Tests Benchmarks

clean: ## Remove what was built
	rm -rf .build
