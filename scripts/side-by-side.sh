#!/usr/bin/env bash
# Runs two targets of the Makefile at the same time: the first is heard as it goes, the second once the first is through.
# Two runners that write at the same time would cut each other's lines.
#
#   scripts/side-by-side.sh suite beside
set -euo pipefail
cd "$(dirname "$0")/.."

heard=$(mktemp)
beside=
tidy() {
  local status=$?
  # make ends what it runs.
  [ -z "$beside" ] || kill "$beside" 2>/dev/null || true
  [ -z "$beside" ] || wait "$beside" 2>/dev/null || true
  rm -f "$heard"
  exit "$status"
}
trap tidy EXIT
trap 'exit 130' INT TERM

make --no-print-directory "$2" >"$heard" 2>&1 &
beside=$!
status=0
make --no-print-directory "$1" || status=$?
wait "$beside" || status=$?
beside=
cat "$heard"
exit "$status"
