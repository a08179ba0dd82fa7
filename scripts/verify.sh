#!/usr/bin/env bash
# Fails when a generated file is not what the code makes of it, or a pure crate reaches for the world.
set -euo pipefail
cd "$(dirname "$0")/.."

fresh=$(mktemp -d)
trap 'rm -rf "$fresh"' EXIT

"${SLUICE_BINARY:?set it to the sluice program}" crds --output "$fresh/crds"
if ! diff -ru crds "$fresh/crds"; then
  echo "crds/ is stale: run 'make crds' and commit what it changes" >&2
  exit 1
fi
if ! scripts/copy-crds.sh --check; then
  echo "charts/sluice-crds is stale: run 'make crds' and commit what it changes" >&2
  exit 1
fi

scripts/chart-readme.py --check

# A plain `kubectl apply` keeps the last applied object in an annotation, which has a limit.
for file in crds/*.yaml; do
  size=$(wc -c < "$file")
  if [ "$size" -gt 262144 ]; then
    echo "$file has $size bytes: more than kubectl apply can annotate" >&2
    exit 1
  fi
done

# The pure crates build alone, and know neither tokio nor a client.
for crate in sluice-api sluice-plan sluice-explain; do
  if cargo tree --locked -p "$crate" -e normal --prefix none | grep -E '^(tokio|hyper|tower|kube-client|kube-runtime|aws-[a-z-]+|rand|tracing) ' ; then
    echo "$crate must not depend on the above" >&2
    exit 1
  fi
done
if grep -rnE 'Timestamp::now|SystemTime::now|Instant::now|tokio::|async fn|HashMap|rand::|tracing::' operator/api/src operator/plan/src operator/explain/src; then
  echo "the pure crates reach for the world in the lines above" >&2
  exit 1
fi
# `make test` runs these two by themselves, and all others by patterns that leave out what begins as they do.
named=$(cargo metadata --locked --no-deps --format-version 1 | python3 -c '
import json, sys
targets = [target for package in json.load(sys.stdin)["packages"] for target in package["targets"]]
names = {target["name"] for target in targets if "test" in target["kind"]}
print(*sorted(name for name in names if name.startswith(("pl", "su"))))')
if [ "$named" != "plan suite" ]; then
  echo "of the test targets $named only plan and suite are run: give the others names that begin otherwise" >&2
  exit 1
fi
scripts/check-invariants.sh
echo "generated files are fresh; the pure crates are pure"
