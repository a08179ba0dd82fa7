#!/usr/bin/env bash
# Tests the charts against a real API server: rendered, refused where the values are wrong, the definitions installed and
# upgraded; and, by charts/test-installed.sh, the operator run as they have it.
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

eventually() {
  local what=$1 until=$((SECONDS + 30))
  shift
  until "$@" >/dev/null 2>&1; do
    [ "$SECONDS" -lt "$until" ] || fail "not within 30 s: $what"
    sleep 0.2
  done
}

echo "charts: lint and values"
check "helm lint --strict"
helm lint --strict charts/sluice charts/sluice-crds >"$work/lint" || { cat "$work/lint"; exit 1; }
render() { helm template sluice charts/sluice -n charts-test-render "$@"; }
check "values that are wrong are refused by the schema"
refused "got number, want string" render --set pollInterval=5
refused "does not match pattern" render --set watchNamespace=Shop
refused "does not match pattern" render --set image.digest=latest
for value in pollInterval leaseDuration resyncInterval; do
  refused "at '/$value': '0s' does not match pattern '[1-9]'" render --set "$value=0s"
done
refused "got string, want integer" render --set replicas=two
refused "additional properties 'replica' not allowed" render --set replica=2
refused "does not match pattern" render --set aws.endpointUrl=localhost

echo "charts: rendered, and taken by the API server"
# What is the run's, by kind and name.
ours() { kubectl label "$@" "$run_label" >/dev/null; }
for namespace in "${namespaces[@]}"; do
  kubectl create namespace "$namespace" >/dev/null
  ours namespace "$namespace"
done
kubectl label namespace charts-test-render charts-test-all charts-test-one \
  pod-security.kubernetes.io/enforce=restricted >/dev/null
taken() {
  check "$1"
  shift
  render "$@" >"$work/rendered.yaml"
  kubectl apply --dry-run=server -f "$work/rendered.yaml" >"$work/applied" 2>"$work/warnings"
  if [ -s "$work/warnings" ]; then
    fail "the API server warns: $(cat "$work/warnings")"
  fi
}
taken "the default values"
[ "$(grep -c '^deployment.apps/' "$work/applied")" = 1 ] || fail "no Deployment: $(cat "$work/applied")"
! grep -q poddisruptionbudget "$work/applied" || fail "a budget for one replica"
taken "three replicas with a budget" --set replicas=3
grep -q '^poddisruptionbudget.policy/sluice ' "$work/applied" || fail "no budget: $(cat "$work/applied")"
grep -q '^networkpolicy.networking.k8s.io/sluice ' "$work/applied" || fail "no NetworkPolicy: $(cat "$work/applied")"
! grep -qE '^service/|METRICS|port: metrics' "$work/applied" "$work/rendered.yaml" || fail "metrics are open"
taken "metrics for a namespace" --set metrics.service=true \
  --set-json 'networkPolicy.metricsFrom=[{"namespaceSelector":{"matchLabels":{"kubernetes.io/metadata.name":"monitoring"}}}]'
grep -q '^service/sluice-metrics ' "$work/applied" || fail "no Service: $(cat "$work/applied")"
grep -qF 'kubernetes.io/metadata.name: monitoring' "$work/rendered.yaml" || fail "nobody may ask for metrics"
taken "metrics, and no NetworkPolicy" --set metrics.service=true,networkPolicy.enabled=false
! grep -q '^networkpolicy' "$work/applied" || fail "a NetworkPolicy: $(cat "$work/applied")"
taken "all the rest" --set aws.region=eu-west-1,aws.endpointUrl=http://simulated-aws:4566,image.tag=1.2.3 \
  --set 'serviceAccount.annotations.eks\.amazonaws\.com/role-arn=arn:aws:iam::123456789012:role/sluice' \
  --set 'logFilter=sluice=debug\,kube=warn,podLabels.team=platform,podAnnotations.note=x,priorityClassName=high' \
  --set 'nodeSelector.disk=ssd,tolerations[0].operator=Exists,image.pullSecrets[0].name=registry' \
  --set 'extraEnv[0].name=AWS_PROFILE,extraEnv[0].value=x,metrics.service=false,rbac.aggregate=false'
grep -qF '{protocol: TCP, port: 4566}' "$work/rendered.yaml" || fail "no way to the endpoint"
grep -qF 'eks.amazonaws.com/role-arn: arn:aws:iam::123456789012:role/sluice' "$work/rendered.yaml" || fail "no role"
grep -qF -- '- "--log-filter=sluice=debug,kube=warn"' "$work/rendered.yaml" || fail "no log filter"
! grep -q 'aggregate-to' "$work/rendered.yaml" || fail "roles for users that were not asked for"
taken "an image by its digest" --set "image.digest=sha256:$(printf '0%.0s' {1..64})"
grep -qF 'image: "ghcr.io/sluice-dev/sluice@sha256:0000' "$work/rendered.yaml" || fail "no digest"
taken "hooks that are Jobs or take headers from Secrets, by rights that are asked for" \
  --set 'hooks.jobs=true,hooks.podMessages=true,hooks.secretNames={shop-hook},hooks.caConfigMap=company-ca'
for words in 'resourceNames: ["shop-hook"]' 'resources: [jobs]' 'resources: [pods]' --hook-pod-messages=true --hook-ca-file=; do
  grep -qF -- "$words" "$work/rendered.yaml" || fail "nothing of $words"
done
render >"$work/rendered.yaml"
! grep -qE 'jobs|pods\]|secrets|hook-' "$work/rendered.yaml" || fail "rights for hooks that were not asked for"
check "one namespace: a Role there, and a ClusterRole for what has no namespace"
taken "  (and taken)" --set watchNamespace=charts-test-shop
grep -q '^role.rbac.authorization.k8s.io/sluice ' "$work/applied" || fail "no Role: $(cat "$work/applied")"

echo "charts: the definitions"
check "the copies are fresh"
for file in crds/*.yaml; do
  diff -u "$file" "charts/sluice-crds/templates/${file##*/}" || fail "run: make crds"
done
check "installed, and upgraded"
# Helm refuses where there are definitions that it did not make.
helm install sluice-crds charts/sluice-crds -n charts-test-all >/dev/null
ours -f crds/
kubectl wait --for=condition=Established --timeout 30s -f crds/ >/dev/null
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

check "the manifests in README.md"
python3 -c '
import re, sys

blocks = re.findall(r"^```yaml\n(.*?)^```", open("README.md").read(), re.MULTILINE | re.DOTALL)
sys.stdout.write("---\n".join(blocks))
' >"$work/readme.yaml"
kubectl apply --dry-run=server -n charts-test-shop -f "$work/readme.yaml" >"$work/applied"
[ "$(wc -l <"$work/applied")" = 3 ] || fail "README.md should have three manifests: $(cat "$work/applied")"

# shellcheck source=charts/test-installed.sh
source charts/test-installed.sh
echo "charts: all passed"
