#!/usr/bin/env bash
# `make release`: static programs, archives with their sums, bills of material, manual pages, completions, krew's manifest
# and an OCI image layout, in $DIST. Nothing is published, and nothing leaves this machine.
set -euo pipefail
cd "$(dirname "$0")/.."
. release/settings.sh

programs=(sluice kubectl-sluice)
rm -rf "$DIST" && mkdir -p "$DIST"
require_targets
say "programs for ${TARGETS[*]}"
for target in "${TARGETS[@]}"; do
  build_static "$target" "$CARGO_TARGET_DIR"
  place=$DIST/$(platform_of "$target")
  mkdir -p "$place"
  for program in "${programs[@]}"; do
    cp "$CARGO_TARGET_DIR/$target/release/$program" "$place/"
    require_static "$place/$program"
  done
done

say "manual pages and completions"
# As the tests build it, so that what they left behind is used.
files=$CARGO_TARGET_DIR/debug/release-files
cargo build --locked --quiet --workspace --bin release-files
"$files" documents --output "$DIST"

say "bills of material and licences"
release/materials.sh

say "archives"
for target in "${TARGETS[@]}"; do
  platform=$(platform_of "$target")
  for program in "${programs[@]}"; do
    name=$program-$VERSION-$platform
    folder=$(mktemp -d)
    mkdir "$folder/$name"
    cp "$DIST/$platform/$program" LICENSE "$folder/$name/"
    [ -f "$DIST/THIRD-PARTY.txt" ] && cp "$DIST/THIRD-PARTY.txt" "$folder/$name/"
    mkdir "$folder/$name/man" "$folder/$name/completions"
    cp "$DIST"/man/"$program"*.1 "$folder/$name/man/"
    cp "$DIST"/completions/*"$program".* "$DIST/completions/_$program" "$folder/$name/completions/"
    packed "$folder" "$name" | gzip -n -9 > "$DIST/$name.tar.gz"
    rm -rf "$folder"
  done
done
packed charts sluice | gzip -n -9 > "$DIST/sluice-chart-$VERSION.tgz"
packed charts sluice-crds | gzip -n -9 > "$DIST/sluice-crds-chart-$VERSION.tgz"
(cd "$DIST" && sha256sum -- *.tar.gz *.tgz *.cdx.json > SHA256SUMS)
"$files" krew --version "$VERSION" --sums "$DIST/SHA256SUMS" --from "$RELEASE_URL" > "$DIST/krew.yaml"

say "image"
release/image.sh

say "what was made, in $DIST"
(cd "$DIST" && find . -maxdepth 2 -type f ! -path './man/*' ! -path './completions/*' ! -path './image/*' -printf '%s %P\n' | sort -k2 |
  awk '{ printf "  %8.1f KiB  %s\n", $1 / 1024, $2 }')
