#!/usr/bin/env bash
# `make reproducible`: builds the programs twice, from two clones in two folders, and compares them to the last byte.
set -euo pipefail
cd "$(dirname "$0")/.."
. release/settings.sh
require_targets

work=$(mktemp -d "${TMPDIR:-/tmp}/sluice-reproduce-XXXXXX")
trap 'rm -rf "$work"' EXIT
commit=$(git rev-parse HEAD)
for build in one another-and-longer; do
  git clone --quiet --no-checkout . "$work/$build"
  git -C "$work/$build" checkout --quiet "$commit"
  for target in "${TARGETS[@]}"; do
    say "$build: $target"
    (cd "$work/$build" && build_static "$target" "$work/$build/target")
  done
done

status=0
for target in "${TARGETS[@]}"; do
  for program in sluice kubectl-sluice; do
    sums=$(sha256sum "$work/one/target/$target/release/$program" "$work/another-and-longer/target/$target/release/$program" | cut -c 1-64)
    if [ "$(sort -u <<< "$sums" | wc -l)" -eq 1 ]; then
      echo "  the same: $target $program $(head -n 1 <<< "$sums")"
    else
      echo "  DIFFERENT: $target $program" $sums
      status=1
    fi
  done
done
exit "$status"
