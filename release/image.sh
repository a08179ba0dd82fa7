#!/usr/bin/env bash
# The image of the operator as an OCI image layout, $DIST/image, with a manifest for each platform: what Containerfile says,
# made by crane through a registry of its own on this machine. No container engine, no base image, nothing fetched.
set -euo pipefail
cd "$(dirname "$0")/.."
. release/settings.sh

crane=$TOOLS/bin/crane
[ -x "$crane" ] || (cd release/tools && go build -trimpath -o "$crane" github.com/google/go-containerregistry/cmd/crane)
certificates=${RELEASE_CA_BUNDLE:-/etc/ssl/certs/ca-certificates.crt}
[ -s "$certificates" ] || { echo "release: no root certificates at $certificates: name a PEM file in RELEASE_CA_BUNDLE" >&2; exit 1; }

work=$(mktemp -d)
"$crane" registry serve --address 127.0.0.1:0 > "$work/registry.log" 2>&1 &
registry=$!
trap 'kill "$registry" 2>/dev/null || true; rm -rf "$work"' EXIT
port=
for _ in $(seq 100); do
  port=$(sed -nE 's/.*port ([0-9]+).*/\1/p' "$work/registry.log" | head -n 1)
  [ -n "$port" ] && break
  kill -0 "$registry" || { cat "$work/registry.log" >&2; exit 1; }
  sleep 0.1
done
repository=127.0.0.1:$port/sluice

# crane tells of every blob; what it tells is shown when it fails.
quietly() { "$crane" "$@" > /dev/null 2> "$work/crane.log" || { cat "$work/crane.log" >&2; return 1; }; }

manifests=()
for target in "${TARGETS[@]}"; do
  platform=$(platform_of "$target")
  root=$work/$platform
  mkdir -p "$root/etc/ssl/certs"
  cp "$DIST/$platform/sluice" "$root/sluice"
  cp "$certificates" "$root/etc/ssl/certs/ca-certificates.crt"
  packed "$root" etc sluice > "$work/layer.tar"
  name=$repository:$platform
  quietly append --oci-empty-base --new_layer "$work/layer.tar" --new_tag "$name"
  quietly mutate "$name" --tag "$name" --set-platform "${platform/-//}" --user 65532:65532 --entrypoint /sluice --cmd run \
    --exposed-ports 8080,8081 --env SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt \
    --label org.opencontainers.image.version="$VERSION" --label org.opencontainers.image.licenses=Apache-2.0 \
    --label org.opencontainers.image.source="$(sed -n 's/^repository = "\(.*\)"$/\1/p' Cargo.toml)" \
    --label org.opencontainers.image.title=sluice
  manifests+=(--manifest "$name")
  printf '  %s: %.1f MiB packed, user %s\n' "$platform" \
    "$("$crane" manifest "$name" | python3 -c 'import json,sys; m=json.load(sys.stdin); print((m["config"]["size"]+sum(l["size"] for l in m["layers"]))/2**20)')" \
    "$("$crane" config "$name" | python3 -c 'import json,sys; print(json.load(sys.stdin)["config"]["User"])')"
done
quietly index append "${manifests[@]}" --docker-empty-base=false --tag "$repository:$VERSION"
quietly validate --remote "$repository:$VERSION"
"$crane" pull --format oci "$repository:$VERSION" "$DIST/image"
echo "  image layout $DIST/image, digest $("$crane" digest "$repository:$VERSION")"
