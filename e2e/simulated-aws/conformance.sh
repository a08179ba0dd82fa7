#!/usr/bin/env bash
# Holds the simulated AWS against judges that are not ours: the service models that botocore ships, boto3 and the AWS
# CLI as clients, and moto as another emulator.
#
#   SIMULATED_AWS_BINARY=target/debug/simulated-aws e2e/simulated-aws/conformance.sh
#
# The Python packages live in the user's cache and are installed once, for as long as requirements.txt stays the same.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
binary=${SIMULATED_AWS_BINARY:?set it to the simulated-aws program}
python=$("$here/python.sh")
venv=${python%/bin/python}
export PYTHONDONTWRITEBYTECODE=1
# Nothing of the user's own AWS reaches the clients. `AWS=1 python parity/run.py` is how a real account is asked for.
unset AWS "${!AWS_@}"
export AWS_CONFIG_FILE=/dev/null AWS_SHARED_CREDENTIALS_FILE=/dev/null AWS_EC2_METADATA_DISABLED=true

scratch=$(mktemp -d)
started=()
stop() {
    local status=$?
    # By their ids, in the order opposite to that of their start.
    for ((i = ${#started[@]} - 1; i >= 0; i--)); do
        kill "${started[i]}" 2>/dev/null || true
        wait "${started[i]}" 2>/dev/null || true
    done
    if ((status != 0)); then
        for log in "$scratch"/*.log; do
            [[ ! -e $log || ${log##*/} == moto.log ]] || sed "s|^|${log##*/}: |; /: listening on /d" "$log" | tail -n 20
        done
    fi
    rm -rf "$scratch"
    exit "$status"
}
trap stop EXIT

# start NAME COMMAND...: starts a program; it prints `listening on URL`, which goes to the variable URL.
start() {
    local name=$1
    shift
    : >"$scratch/$name.log"
    "$@" >"$scratch/$name.log" 2>&1 &
    local id=$!
    started+=("$id")
    for _ in {1..200}; do
        URL=$(sed -n 's/^listening on //p; s/^ \* Running on //p' "$scratch/$name.log" | head -n 1)
        [[ -n $URL ]] && return
        kill -0 "$id" 2>/dev/null || break
        sleep 0.05
    done
    echo "conformance: $name did not start" >&2
    return 1
}

cd "$here"
start simulator "$binary" --listen 127.0.0.1:0 --speed 10 --scenario scenarios/shop.yaml
simulator=$URL
start proxy "$python" contract/proxy.py --listen 127.0.0.1:0 --target "$simulator"
proxy=$URL
# Flask's server names the port that it took when it was asked for any.
start moto "$venv/bin/moto_server" -H 127.0.0.1 -p 0
moto=$URL
start moto-proxy "$python" contract/proxy.py --listen 127.0.0.1:0 --target "$moto"
moto_proxy=$URL

# A world that the other steps have not changed.
start readme "$binary" --listen 127.0.0.1:0 --speed 20 --scenario scenarios/shop.yaml
readme=$URL

status=0
# The same models judge what the documentation tells its readers to type.
"$python" ../../scripts/aws-commands.py || status=1
"$python" tests/boto3_readme.py "$readme" || status=1
"$python" contract/self_test.py || status=1
"$python" contract/check_all.py --proxy "$proxy" --simulator "$simulator" || status=1
# A proxy of its own, so that a violation is told once.
start parity-proxy "$python" contract/proxy.py --listen 127.0.0.1:0 --target "$simulator"
"$python" parity/run.py --simulator "$URL" --simulator-control "$simulator" --moto "$moto_proxy" --moto-control "$moto" || status=1
exit "$status"
