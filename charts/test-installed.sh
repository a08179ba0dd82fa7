#!/usr/bin/env bash
# The second half of charts/test.sh, which sources it: the charts installed, and the operator run with the arguments, the
# environment and the permissions that they give it, and no others.

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

echo "charts: installed, and the operator run with what they give it"
health_port=$(free_port)
metrics_port=$(free_port)
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
- --metrics-bind-address=127.0.0.1:$metrics_port
- --health-probe-bind-address=127.0.0.1:$health_port
VALUES
installed() {
  local namespace=$1
  shift
  helm upgrade --install sluice charts/sluice -n "$namespace" -f "$work/values.yaml" "$@" >"$work/notes"
  grep -qF 'kubectl get deployments.sluice.dev' "$work/notes" || fail "no hints: $(cat "$work/notes")"
  ! grep -qF 'cannot start without them' "$work/notes" || fail "the definitions were not seen: $(cat "$work/notes")"
}
# Asks one of the operator's ports.
asked() {
  python3 -c 'import sys, urllib.request as u; sys.stdout.buffer.write(u.urlopen(sys.argv[1]).read())' "http://127.0.0.1:$1/$2"
}
probed() { asked "$health_port" "$1" >/dev/null; }

# The command of the image, with the operator's own rights.
uninstall_check() {
  env -i PATH="$PATH" HOME="$work" KUBECONFIG="$work/charts-test-all.kubeconfig" "$sluice" uninstall-check
}

check "every namespace, upgraded from the version before"
helm install sluice charts/previous/sluice-0*.tgz -n charts-test-all -f "$work/values.yaml" >/dev/null
installed charts-test-all --set rbac.restrictApprovals=true
grep -qF 'No image of Sluice is published yet' "$work/notes" || fail "nothing of the image: $(cat "$work/notes")"
grep -qF 'sluice uninstall-check' "$work/notes" || fail "nothing of the end: $(cat "$work/notes")"
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
kubectl create rolebinding editor-views -n charts-test-shop --clusterrole charts-test-all:sluice-view --user editor >/dev/null
kubectl create rolebinding approver -n charts-test-shop --clusterrole charts-test-all:sluice-approver --user approver >/dev/null
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
check "who edits approves nothing, and an approver does nothing else"
patched() { kubectl patch deployments.sluice.dev till-1 -n charts-test-shop --type merge --dry-run=server --as "$1" -p "$2"; }
is_refused() {
  patched editor '{"spec":{"approvals":["half"]}}' 2>&1 | grep -q 'may not approve'
  [ "${PIPESTATUS[1]}" = 0 ]
}
eventually "the API server knows the policy" is_refused
refused 'editor may not approve: it takes the verb approve' patched editor '{"spec":{"approvals":["half"]}}'
refused 'editor may not pass over a wait' patched editor '{"spec":{"skipTo":"End"}}'
refused 'approver may approve and skip, and write nothing else' patched approver '{"spec":{"stop":{}}}'
refused 'approver may approve and skip, and write nothing else' patched approver '{"metadata":{"finalizers":null}}'
refused 'revision is immutable' patched approver '{"spec":{"revision":{"taskDefinition":"till:9"}}}'
for spec in '{"spec":{"approvals":["half"],"skipTo":"End"}}' '{"metadata":{"annotations":{"note":"x"}}}'; do
  patched approver "$spec" >/dev/null || fail "an approver may not write $spec"
done
patched editor '{"spec":{"stop":{}}}' >/dev/null || fail "an editor may not stop"
! may create deployments.sluice.dev approver || fail "an approver may create deployments.sluice.dev"
! may patch deploymentgroups.sluice.dev approver || fail "an approver may patch deploymentgroups.sluice.dev"

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
check "the release that the version before was in the middle of goes on from its status"
ended True till-1
[ "$(kubectl get deployments.sluice.dev till-1 -n charts-test-shop -o jsonpath='{.status.replacement.taskSet}')" = \
  ecs-svc/7775561882054695431 ] || fail "it made another task set"
kubectl delete -n charts-test-shop application till >/dev/null
kubectl delete -n charts-test-shop deploymentgroup till --timeout 60s >/dev/null
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
refused 'deployment       charts-test-shop/prod-4  in progress: Holding' uninstall_check
grep -qF 'kubectl delete deploymentgroups.sluice.dev prod -n charts-test-shop' "$work/refused" || fail "no remedy: $(cat "$work/refused")"
kubectl delete deployments.sluice.dev prod-4 -n charts-test-shop --timeout 60s >/dev/null
kubectl delete deploymentgroup prod -n charts-test-shop --timeout 60s >/dev/null
uninstall_check >/dev/null || fail "an uninstall would leave something behind: $(uninstall_check)"
check "alerts and the dashboard look at metrics that there are, and the roles give what was asked and no more"
asked "$metrics_port" metrics >"$work/metrics"
kubectl get clusterrole charts-test-all:sluice -o json >"$work/roles"
kubectl get role sluice-lease -n charts-test-all -o json >>"$work/roles"
python3 charts/test-metrics.py "$work/metrics" "$work/roles" || fail "see the line above"
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
check "uninstalled: nothing of it is left but the definitions and what they define"
helm uninstall sluice -n charts-test-one >/dev/null
left=$(kubectl get all,serviceaccounts,roles,rolebindings,networkpolicies,poddisruptionbudgets -n charts-test-one -l app.kubernetes.io/instance=sluice -o name)
[ -z "$left" ] || fail "left behind: $left"
kubectl get applications.sluice.dev shop -n charts-test-shop >/dev/null || fail "an Application is gone"
