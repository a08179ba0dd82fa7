#!/usr/bin/env bash
# What the programs are made of: a CycloneDX bill of material for each, and the licences of all that is in them.
set -euo pipefail
cd "$(dirname "$0")/.."
. release/settings.sh

[ -x "$TOOLS/bin/cargo-cyclonedx" ] || install_crate cargo-cyclonedx 0.5.9
[ -x "$TOOLS/bin/cargo-about" ] || install_crate cargo-about 0.9.3 --features cli
export PATH="$TOOLS/bin:$PATH"

# It writes beside each Cargo.toml, whatever it is told; so it works on a copy, and the checkout stays clean.
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
git ls-files -z -- Cargo.toml Cargo.lock operator e2e release | xargs -0 cp --parents -t "$copy"
for program in operator:sluice operator/cli:kubectl-sluice; do
  folder=${program%%:*} name=${program##*:}
  (cd "$copy" && cargo cyclonedx --quiet --manifest-path "$folder/Cargo.toml" --format json --spec-version 1.5 \
    --no-build-deps --target "${TARGETS[0]}" --override-filename bill)
  mv "$copy/$folder/bill.json" "$DIST/$name.cdx.json"
done
cargo about generate --locked --offline --fail --config release/about.toml --output-file "$DIST/THIRD-PARTY.txt" release/about.hbs
