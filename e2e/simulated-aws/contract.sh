#!/usr/bin/env bash
# Runs a command with the contract proxy beside it: whatever test or tool opens a tunnel through the proxy that
# SLUICE_CONTRACT_PROXY names has every message held against the service models that botocore ships.
#
#   e2e/simulated-aws/contract.sh cargo test -p sluice-e2e
#
# Prints how many messages were checked, and fails when one of them violated a model.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
python=$("$here/python.sh")
export PYTHONDONTWRITEBYTECODE=1
scratch=$(mktemp -d)
proxy=
stop() {
    local status=$?
    [[ -z $proxy ]] || kill "$proxy" 2>/dev/null || true
    [[ -z $proxy ]] || wait "$proxy" 2>/dev/null || true
    rm -rf "$scratch"
    exit "$status"
}
trap stop EXIT

# It has no tunnel of its own: tests open theirs.
"$python" "$here/contract/proxy.py" --listen 127.0.0.1:0 >"$scratch/proxy.log" 2>&1 &
proxy=$!
for _ in {1..300}; do
    url=$(sed -n 's/^listening on //p' "$scratch/proxy.log")
    [[ -z $url ]] || break
    sleep 0.1
done
[[ -n $url ]] || { cat "$scratch/proxy.log" >&2; exit 1; }

status=0
SLUICE_CONTRACT_PROXY=$url "$@" || status=$?

"$python" - "$url" <<'REPORT' || status=1
import json
import sys
import urllib.request

report = json.load(urllib.request.urlopen(f"{sys.argv[1]}/_contract/report", timeout=120))
checked, violations = report["checked"], report["violations"]
for violation in violations[:20]:
    print(f"contract: {violation}")
print(
    f"contract over the tests: {checked['requests']} requests and {checked['responses']} answers checked, "
    f"{len(violations)} violations"
)
sys.exit(1 if violations else 0)
REPORT
exit "$status"
