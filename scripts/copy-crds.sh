#!/usr/bin/env bash
# Copies the custom resource definitions into their chart; with --check, only says whether the copies are fresh.
set -euo pipefail
cd "$(dirname "$0")/.."
chart=charts/sluice-crds/templates
if [ "${1:-}" = --check ]; then
  exec diff -ru crds "$chart"
fi
mkdir -p "$chart"
cp crds/*.yaml "$chart/"
