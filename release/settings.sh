# What the scripts of a release share. Sourced in the root of the checkout.

VERSION=$(sed -n '/^\[workspace.package\]/,/^$/s/^version = "\(.*\)"$/\1/p' Cargo.toml)
SLUICE_CACHE=${SLUICE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/sluice}
TOOLS=$SLUICE_CACHE/release-tools
DIST=${DIST:-$PWD/dist}
RELEASE_URL=${RELEASE_URL:-$(sed -n 's/^repository = "\(.*\)"$/\1/p' Cargo.toml)/releases/download/v$VERSION}
read -ra TARGETS <<< "${RELEASE_TARGETS:-x86_64-unknown-linux-musl aarch64-unknown-linux-musl}"
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$SLUICE_CACHE/target} SLUICE_CACHE DIST VERSION TOOLS
# Every file of a release has the age of the commit that it is made from, so that two builds are the same to the last byte.
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}
export SOURCE_DATE_EPOCH

say() { printf '\033[1m==> %s\033[0m\n' "$*"; }

# The name that containers, Go and krew have for a target.
platform_of() {
  case $1 in
    x86_64-*-linux-*) echo linux-amd64 ;;
    aarch64-*-linux-*) echo linux-arm64 ;;
    *) echo "release: no platform is known for the target $1: x86_64 and aarch64 of Linux are" >&2; return 1 ;;
  esac
}

# Fails before anything is built when Rust's standard library is not there for a target.
require_targets() {
  local target missing=()
  for target in "${TARGETS[@]}"; do
    platform_of "$target" >/dev/null
    [ -d "$(rustc --print target-libdir --target "$target")" ] || missing+=("$target")
  done
  [ ${#missing[@]} -eq 0 ] && return
  echo "release: Rust's standard library is not installed for ${missing[*]}: rustup target add ${missing[*]}" >&2
  echo "  or name what to build for: RELEASE_TARGETS=$(rustc -vV | sed -n 's/^host: //p') make release" >&2
  echo "  (on glibc the programs are static too, and somewhat larger)" >&2
  return 1
}

# build_static TARGET FOLDER: both programs, with no library of the machine in them and no path of it.
build_static() {
  local target=$1 folder=$2 cargo=(cargo build) here=$PWD
  local flags="-C target-feature=+crt-static --remap-path-prefix=$here=/sluice --remap-path-prefix=${CARGO_HOME:-$HOME/.cargo}=/cargo"
  flags+=" --remap-path-prefix=$folder=/target"
  # C for musl or for another processor needs a compiler that knows it; zig comes as a Python package, for all of them.
  if [ "$target" != "$(rustc -vV | sed -n 's/^host: //p')" ]; then
    install_zigbuild
    cargo=(cargo zigbuild)
  fi
  env CARGO_TARGET_DIR="$folder" CARGO_INCREMENTAL=0 PATH="$TOOLS/zig/bin:$TOOLS/bin:$PATH" \
    CFLAGS="-ffile-prefix-map=${CARGO_HOME:-$HOME/.cargo}=/cargo -ffile-prefix-map=$folder=/target" \
    CARGO_ENCODED_RUSTFLAGS="$(tr ' ' '\037' <<< "$flags" | tr -d '\n')" \
    "${cargo[@]}" --locked --release --target "$target" --package sluice-operator --package sluice-cli --bins
}

install_zigbuild() {
  [ -x "$TOOLS/bin/cargo-zigbuild" ] || install_crate cargo-zigbuild 0.24.1
  [ -x "$TOOLS/zig/bin/python" ] || python3 -m venv "$TOOLS/zig"
  "$TOOLS/zig/bin/python" -c 'import ziglang' 2>/dev/null || "$TOOLS/zig/bin/pip" install --quiet ziglang==0.17.1
}

# install_crate NAME VERSION [OPTION...]: a tool of the release, once, in the cache.
install_crate() {
  local name=$1 version=$2
  shift 2
  env -u CARGO_TARGET_DIR -u CARGO_ENCODED_RUSTFLAGS cargo install --locked --quiet --root "$TOOLS" "$name@$version" "$@"
}

# A program that needs a library of the machine would not start in an image that has none.
require_static() {
  if ldd "$1" 2>/dev/null | grep -q '=>'; then
    echo "release: $1 is not static: it needs" >&2
    ldd "$1" >&2
    return 1
  fi
}

# packed FOLDER NAME...: an archive that is the same whoever makes it, and when.
packed() {
  local folder=$1
  shift
  tar --create --directory "$folder" --format=ustar --sort=name --mtime="@$SOURCE_DATE_EPOCH" --owner=0 --group=0 \
    --numeric-owner --mode=u=rwX,go=rX "$@"
}
