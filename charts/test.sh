#!/usr/bin/env bash
# Tests the charts against a real API server: by charts/test-rendered.sh what is refused and what is rendered, here the
# definitions, upgraded from the version before; and by charts/test-installed.sh the operator, run as they have it.
#
#   control-plane run --helm -- charts/test.sh
#
# Needs python3 on PATH. SLUICE_BINARY and SIMULATED_AWS_BINARY name the programs. What it makes for the whole cluster has
# the label sluice.dev/test-run, by which `control-plane run` deletes it from a cluster that stays.
set -euo pipefail
cd "$(dirname "$0")/.."

sluice=$(realpath "${SLUICE_BINARY:-target/debug/sluice}")
simulated_aws=$(realpath "${SIMULATED_AWS_BINARY:-target/debug/simulated-aws}")
run_label=sluice.dev/test-run=${SLUICE_TEST_RUN:?run me as: control-plane run --helm -- charts/test.sh}

work=$(mktemp -d)
started=()
namespaces=(charts-test-render charts-test-all charts-test-one charts-test-shop)

tidy() {
  local code=$? pid
  for pid in "${started[@]}"; do
    kill "$pid" 2>/dev/null || true
  done
  for pid in "${started[@]}"; do
    # Whoever does not end by itself within five seconds is ended.
    for _ in $(seq 50); do
      kill -0 "$pid" 2>/dev/null || break
      sleep 0.1
    done
    kill -KILL "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
  done
  if [ "$code" -ne 0 ]; then
    for log in "$work"/*.log; do
      if [ -e "$log" ]; then
        echo "--- the end of ${log##*/}"
        tail -n 20 "$log"
      fi
    done
  fi
  # In a cluster that stays, `control-plane run` removes what has the label; only helm knows what else is its own.
  if [ -z "${SLUICE_CONTROL_PLANE_DIR:-}" ]; then
    for namespace in $(kubectl get namespaces -l "$run_label" -o jsonpath='{.items[*].metadata.name}'); do
      helm uninstall sluice -n "$namespace" >/dev/null 2>&1 || true
      helm uninstall sluice-crds -n "$namespace" >/dev/null 2>&1 || true
    done
  fi
  rm -rf "$work"
  exit "$code"
}
trap tidy EXIT
trap 'exit 130' INT TERM

check() { echo "  $*"; }
fail() {
  echo "charts/test.sh: $*" >&2
  exit 1
}

# Runs a command that must fail, and fail with these words.
refused() {
  local words=$1
  shift
  if "$@" >"$work/refused" 2>&1; then
    fail "passed, and should have been refused: $*"
  fi
  grep -qF -- "$words" "$work/refused" || fail "'$*' was refused without the words '$words': $(cat "$work/refused")"
}

free_port() {
  python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

simulated() { python3 -c 'import sys, urllib.request as u; sys.stdout.buffer.write(u.urlopen(sys.argv[1]).read())' "$aws/_sim/$1"; }

start_simulated_aws() {
  local port
  port=$(free_port)
  aws=http://127.0.0.1:$port
  "$simulated_aws" --listen "127.0.0.1:$port" --scenario charts/test-scenario.yaml >"$work/simulated-aws.log" 2>&1 &
  started+=("$!")
  eventually "the simulated AWS answers" simulated health
}

eventually() {
  local what=$1 until=$((SECONDS + 30))
  shift
  until "$@" >/dev/null 2>&1; do
    [ "$SECONDS" -lt "$until" ] || fail "not within 30 s: $what"
    sleep 0.2
  done
}

# What is the run's, by kind and name.
ours() { kubectl label "$@" "$run_label" >/dev/null; }
for namespace in "${namespaces[@]}"; do
  kubectl create namespace "$namespace" >/dev/null
  ours namespace "$namespace"
done
kubectl label namespace charts-test-render charts-test-all charts-test-one \
  pod-security.kubernetes.io/enforce=restricted >/dev/null

# shellcheck source=charts/test-rendered.sh
source charts/test-rendered.sh

echo "charts: the definitions"
start_simulated_aws
check "those of the version before installed, and a release that its operator is in the middle of"
# Helm refuses where there are definitions that it did not make.
helm install sluice-crds charts/previous/sluice-crds-*.tgz -n charts-test-all >/dev/null
ours -f crds/
kubectl wait --for=condition=Established --timeout 30s -f crds/ >/dev/null
charts/previous/restore.py "$aws"
ours awsbinding team-till
check "upgraded, with what they define"
helm upgrade sluice-crds charts/sluice-crds -n charts-test-all >/dev/null
eventually "the kinds are served" kubectl get deployments.sluice.dev,sdg,sapp,sdc,sab -n charts-test-shop
check "uninstalled: the definitions are kept, with what they define; installed again"
kubectl apply -n charts-test-shop -f docs/examples/application.yaml >/dev/null
application() { kubectl get application shop -n charts-test-shop -o jsonpath='{.metadata.uid}{.metadata.deletionTimestamp}'; }
before=$(application)
helm uninstall sluice-crds -n charts-test-all >/dev/null
leaving=$(kubectl get -f crds/ -o jsonpath='{.items[*].metadata.deletionTimestamp}') || fail "a definition is gone"
[ -z "$leaving" ] || fail "a definition is being deleted"
[ "$(application)" = "$before" ] || fail "the uninstall of the definitions touched an object"
helm install sluice-crds charts/sluice-crds -n charts-test-all >/dev/null
kubectl delete -n charts-test-shop application shop >/dev/null

echo "charts: the examples are taken by the API server"
for file in docs/examples/*.yaml docs/examples/strategies/*.yaml; do
  check "$file"
  kubectl apply --dry-run=server -n charts-test-shop -f "$file" >/dev/null
done

check "the examples of the chart's own page"
{
  echo 'apiVersion: v1
kind: List
items:'
  sed -n '/crdsExamples:/,$s/^    //p' charts/sluice-crds/Chart.yaml
} >"$work/examples.yaml"
kubectl create --dry-run=server -n charts-test-shop -f "$work/examples.yaml" >"$work/applied"
[ "$(wc -l <"$work/applied")" = 5 ] || fail "not an example of each kind: $(cat "$work/applied")"

check "the manifests in docs/resources.md"
python3 -c '
import re, sys

blocks = re.findall(r"^```yaml whole\n(.*?)^```", open("docs/resources.md").read(), re.MULTILINE | re.DOTALL)
sys.stdout.write("---\n".join(blocks))
' >"$work/resources.yaml"
kubectl apply --dry-run=server -n charts-test-shop -f "$work/resources.yaml" >"$work/applied"
[ "$(wc -l <"$work/applied")" = 3 ] || fail "docs/resources.md should have three manifests: $(cat "$work/applied")"

# shellcheck source=charts/test-installed.sh
source charts/test-installed.sh
echo "charts: all passed"
