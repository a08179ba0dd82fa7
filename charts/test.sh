#!/usr/bin/env bash
# Tests the charts against a real API server: rendered, refused where the values are wrong, installed, upgraded; and
# the operator run with the arguments, the environment and the permissions that they give it, and no others.
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

eventually() {
  local what=$1 until=$((SECONDS + 30))
  shift
  until "$@" >/dev/null 2>&1; do
    [ "$SECONDS" -lt "$until" ] || fail "not within 30 s: $what"
    sleep 0.2
  done
}

# The arguments, the environment or the Pod of the chart's Deployment, as it stands in the cluster.
of_the_deployment() {
  kubectl get deployments.apps sluice -n "$2" -o json | python3 -c '
import json, sys

what, namespace = sys.argv[1:]
template = json.load(sys.stdin)["spec"]["template"]
container = template["spec"]["containers"][0]
if what == "arguments":
    print("\n".join(container["args"]))
elif what == "environment":
    for variable in container["env"]:
        # What a field refers to is the namespace of the Pod: the only one in use.
        print(variable["name"] + "=" + variable.get("value", namespace))
else:
    labels = template["metadata"]["labels"]
    metadata = {"name": "as-the-deployment-makes-it", "namespace": namespace, "labels": labels}
    print(json.dumps({"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": template["spec"]}))
' "$1" "$2"
}

# A kubeconfig of the release's ServiceAccount, which may do what the chart's roles say and nothing else.
kubeconfig_of() {
  local namespace=$1 file=$2
  kubectl config view --raw --minify --flatten -o json |
    TOKEN=$(kubectl create token sluice -n "$namespace" --duration 1h) python3 -c '
import json, os, sys

config = json.load(sys.stdin)
config["users"] = [{"name": "sluice", "user": {"token": os.environ["TOKEN"]}}]
config["contexts"][0]["context"]["user"] = "sluice"
json.dump(config, sys.stdout)
' >"$file"
}

# Runs the operator as the release in this namespace would.
run_operator() {
  local namespace=$1 log=$2 arguments environment
  kubeconfig_of "$namespace" "$work/$namespace.kubeconfig"
  mapfile -t arguments < <(of_the_deployment arguments "$namespace")
  mapfile -t environment < <(of_the_deployment environment "$namespace")
  env -i PATH="$PATH" HOME="$work" KUBECONFIG="$work/$namespace.kubeconfig" "${environment[@]}" \
    "$sluice" "${arguments[@]}" >"$log" 2>&1 &
  operator=$!
  started+=("$operator")
}

# What the simulated AWS saw: no request lost, no invariant broken.
no_harm() {
  check "no request was lost, no invariant broken"
  simulated traffic >"$work/traffic"
  simulated invariants >"$work/invariants"
  python3 -c '
import json, sys

traffic, invariants = (json.load(open(path)) for path in sys.argv[1:])
if traffic["lost"] or not traffic["total"] or invariants["total"]:
    sys.exit(f"{traffic} {invariants}")
' "$work/traffic" "$work/invariants" || fail "see the line above"
}

no_complaints() {
  if grep -iE 'forbidden|cannot (get|list|watch|create|patch|update|delete)|panicked' "$1"; then
    fail "the operator was refused by the API server, or worse: see the lines above"
  fi
}

simulated() { python3 -c 'import sys, urllib.request as u; sys.stdout.buffer.write(u.urlopen(sys.argv[1]).read())' "$aws/_sim/$1"; }

release() {
  kubectl patch application shop -n charts-test-shop --type merge \
    -p "{\"spec\":{\"revision\":{\"taskDefinition\":\"$1\"}}}" >/dev/null
}

ended() {
  local wanted=$1 name=$2
  eventually "deployments.sluice.dev/$name is there" kubectl get deployments.sluice.dev "$name" -n charts-test-shop
  kubectl wait deployments.sluice.dev "$name" -n charts-test-shop --timeout 90s \
    --for "condition=Succeeded=$wanted" >/dev/null ||
    fail "$name: $(kubectl get deployments.sluice.dev "$name" -n charts-test-shop -o jsonpath='{.status.message}')"
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

echo "charts: installed, and the operator run with what they give it"
simulator_port=$(free_port)
aws=http://127.0.0.1:$simulator_port
"$simulated_aws" --listen "127.0.0.1:$simulator_port" --scenario charts/test-scenario.yaml \
  >"$work/simulated-aws.log" 2>&1 &
started+=("$!")
eventually "the simulated AWS answers" simulated health
health_port=$(free_port)
cat >"$work/values.yaml" <<VALUES
leaseDuration: 3s
pollInterval: 1s
resyncInterval: 5s
aws: {region: eu-west-1, endpointUrl: "$aws"}
extraEnv:
- {name: AWS_ACCESS_KEY_ID, value: AKIACHARTSTEST}
- {name: AWS_SECRET_ACCESS_KEY, value: not-a-secret}
extraArgs:
- --aws-operation-timeout=2s
- --aws-clock-error=1s
- --metrics-bind-address=127.0.0.1:$(free_port)
- --health-probe-bind-address=127.0.0.1:$health_port
VALUES
installed() {
  local namespace=$1
  shift
  helm install sluice charts/sluice -n "$namespace" -f "$work/values.yaml" "$@" >"$work/notes"
  grep -qF 'kubectl get deployments.sluice.dev' "$work/notes" || fail "no hints: $(cat "$work/notes")"
  ! grep -qF 'cannot start without them' "$work/notes" || fail "the definitions were not seen: $(cat "$work/notes")"
}
probed() {
  python3 -c 'import sys, urllib.request as u; u.urlopen(sys.argv[1])' "http://127.0.0.1:$health_port/$1"
}

check "every namespace"
installed charts-test-all
check "its Pod is one of the restricted profile"
of_the_deployment pod charts-test-all | kubectl create --dry-run=server -f - >/dev/null
check "the ServiceAccount may not read what the operator never reads"
for resource in secrets configmaps pods serviceaccounts deployments.apps jobs.batch; do
  if kubectl auth can-i get "$resource" -n charts-test-shop \
    --as system:serviceaccount:charts-test-all:sluice >/dev/null 2>&1; then
    fail "the operator may get $resource"
  fi
done
check "users: who edits writes no status and no AwsBinding"
kubectl create rolebinding editor -n charts-test-shop --clusterrole charts-test-all:sluice-edit --user editor >/dev/null
kubectl create clusterrolebinding charts-test-admin --clusterrole charts-test-all:sluice-admin --user administrator >/dev/null
ours clusterrolebinding charts-test-admin
may() { kubectl auth can-i "$1" "$2" -n charts-test-shop --as "$3" "${@:4}" >/dev/null 2>&1; }
may create deployments.sluice.dev editor || fail "an editor may not create deployments.sluice.dev"
may patch deploymentgroups.sluice.dev editor || fail "an editor may not patch deploymentgroups.sluice.dev"
! may patch deployments.sluice.dev editor --subresource status || fail "an editor may write a status"
! may create awsbindings.sluice.dev editor || fail "an editor may create awsbindings.sluice.dev"
! may create awsbindings.sluice.dev administrator || fail "an admin of namespaces may create awsbindings.sluice.dev"
may create deploymentconfigs.sluice.dev administrator || fail "an admin may not create deploymentconfigs.sluice.dev"
kubectl delete clusterrolebindings -l "$run_label" >/dev/null

run_operator charts-test-all "$work/all.log"
eventually "the operator is alive and ready" probed readyz
probed healthz
check "a release that succeeds"
# The examples, with another deployment configuration and hardly a bake: theirs are of minutes.
examples() {
  kubectl label namespace charts-test-shop team=shop --overwrite >/dev/null
  kubectl apply -n charts-test-shop -f docs/examples/binding.yaml -f docs/examples/application.yaml >/dev/null
  ours awsbinding team-shop
  kubectl patch --local -f docs/examples/group.yaml --type merge -o json \
    -p '{"spec":{"bake":"1s","deploymentConfig":{"name":null,'"$1"'}}}' | kubectl apply -n charts-test-shop -f - >/dev/null
}
examples '"linear":{"percentage":50,"interval":"1s"}'
# One ended Deployment is kept, so that later ones make the operator delete the first.
kubectl patch application shop -n charts-test-shop --type merge -p '{"spec":{"revisionHistoryLimit":1}}' >/dev/null
ended True prod-1
check "a release that is rolled back, and the history limit"
release shop:44
ended False prod-2
# What serves is kept whatever the limit is. Once another one does, it goes.
release shop:41
ended True prod-3
eventually "prod-1 is deleted by the history limit" \
  bash -c '! kubectl get deployments.sluice.dev prod-1 -n charts-test-shop'
check "Events, and the Lease"
kubectl get events.events.k8s.io -n charts-test-shop -o jsonpath='{range .items[*]}{.reason}{"\n"}{end}' >"$work/events"
for reason in Installing Shifting Succeeded RollingBack Failed; do
  grep -qx "$reason" "$work/events" || fail "no Event $reason among: $(sort -u "$work/events" | tr '\n' ' ')"
done
[ -n "$(kubectl get lease sluice -n charts-test-all -o jsonpath='{.spec.holderIdentity}')" ] || fail "no holder"
check "the marker says who acts, and no right to it reaches further"
marked() { kubectl get lease sluice-operators -n kube-system -o yaml | grep -F "$1"; }
marked all-namespaces.sluice.dev/operator | grep -qF 'Lease charts-test-all/sluice' || fail "the operator is not in the marker"
for verb in get update patch delete; do
  if kubectl auth can-i "$verb" leases.coordination.k8s.io/kube-scheduler -n kube-system \
    --as system:serviceaccount:charts-test-all:sluice >/dev/null 2>&1; then
    fail "the operator may $verb a Lease of someone else in kube-system"
  fi
done
check "a delete in the middle of a shift, and the end of the group"
kubectl patch deploymentgroup prod -n charts-test-shop --type merge \
  -p '{"spec":{"deploymentConfig":{"linear":{"percentage":50,"interval":"10m"}}}}' >/dev/null
release shop:42
eventually "prod-4 holds its first weight" bash -c \
  '[ "$(kubectl get deployments.sluice.dev prod-4 -n charts-test-shop -o jsonpath={.status.reason})" = Holding ]'
kubectl delete deployments.sluice.dev prod-4 -n charts-test-shop --timeout 60s >/dev/null
kubectl delete deploymentgroup prod -n charts-test-shop --timeout 60s >/dev/null
kill "$operator"
wait "$operator" || fail "the operator did not end well"
check "the Lease was given back, and the marker left"
! marked charts-test-all/sluice || fail "still in the marker"
[ -z "$(kubectl get lease sluice -n charts-test-all -o jsonpath='{.spec.holderIdentity}')" ] || fail "still held"
check "nothing was forbidden"
no_complaints "$work/all.log"
no_harm

check "one namespace"
kubectl delete -n charts-test-shop application shop >/dev/null
kubectl delete deployments.sluice.dev --all -n charts-test-shop --timeout 30s >/dev/null
python3 -c 'import sys, urllib.request as u; u.urlopen(u.Request(sys.argv[1], method="POST"))' "$aws/_sim/reset"
installed charts-test-one --set watchNamespace=charts-test-shop
if kubectl auth can-i list deployments.sluice.dev -n charts-test-all \
  --as system:serviceaccount:charts-test-one:sluice >/dev/null 2>&1; then
  fail "the operator of one namespace may look into another"
fi
run_operator charts-test-one "$work/one.log"
eventually "the operator is alive and ready" probed readyz
examples '"allAtOnce":{}'
ended True prod-1
kubectl delete -n charts-test-shop deploymentgroup prod --timeout 60s >/dev/null
kill "$operator"
wait "$operator" || fail "the operator did not end well"
check "nothing was forbidden"
no_complaints "$work/one.log"
no_harm
echo "charts: all passed"
