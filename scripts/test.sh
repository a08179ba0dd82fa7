#!/usr/bin/env bash
# `make test`: all checks, and one closing line over all test runners.
set -euo pipefail
cd "$(dirname "$0")/.."
log=$(mktemp)
trap 'rm -f "$log"' EXIT
status=0
make --no-print-directory checks 2>&1 | tee "$log" || status=$?
awk '/^test result: / {
       for (i = 1; i <= NF; i++) { if ($i == "passed;") passed += $(i-1); if ($i == "failed;") failed += $(i-1) }
     }
     END { printf "%d passed, %d failed\n", passed, failed }' "$log"
exit "$status"
