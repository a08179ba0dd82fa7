#!/usr/bin/env bash
# Prints the Python that has boto3, the AWS CLI and moto. The packages live in the user's cache and are installed once, for
# as long as requirements.txt stays the same.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
python=${PYTHON:-python3}
cache=${SLUICE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/sluice}

checksum=$({ "$python" --version; cat "$here/requirements.txt"; } | cksum | tr -d ' ')
venv=$cache/python-$checksum
mkdir -p "$cache"
# Two callers at the same time install once.
exec 9>"$cache/python.lock"
flock 9
if [[ ! -e $venv/complete ]]; then
    echo "installing boto3, the AWS CLI and moto into $venv (once, about half a minute)" >&2
    rm -rf "$venv"
    "$python" -m venv "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check --requirement "$here/requirements.txt" >&2
    touch "$venv/complete"
fi
exec 9>&-
echo "$venv/bin/python"
