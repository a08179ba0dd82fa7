#!/usr/bin/env bash
# The first part of charts/test.sh, which sources it: values that are refused, and what others make of the chart.

render() { helm template sluice charts/sluice -n charts-test-render "$@"; }

echo "charts: lint and values"
check "helm lint --strict"
helm lint --strict charts/sluice charts/sluice-crds >"$work/lint" || { cat "$work/lint"; exit 1; }
check "values that are wrong are refused by the schema, with what is wrong and where"
zeros=$(printf '0%.0s' {1..64})
while IFS='|' read -r values words; do
  [ -n "$values" ] || continue
  read -ra flags <<<"$values"
  refused "$words" render "${flags[@]}"
done <<TABLE
--set pollInterval=5|at '/pollInterval': got number, want string
--set pollInterval=0s|at '/pollInterval': '0s' does not match pattern '[1-9]'
--set leaseDuration=0s|at '/leaseDuration': '0s' does not match pattern '[1-9]'
--set resyncInterval=0s|at '/resyncInterval': '0s' does not match pattern '[1-9]'
--set watchNamespace=Shop|at '/watchNamespace': 'Shop' does not match pattern
--set replicas=two|at '/replicas': got string, want integer
--set replica=2|additional properties 'replica' not allowed
--set replicaCount=2|at '/replicaCount': value must be 'write replicas'
--set imagePullSecrets[0].name=x|at '/imagePullSecrets': value must be 'write image.pullSecrets'
--set serviceMonitor.enabled=true|at '/serviceMonitor': value must be 'write metrics.serviceMonitor'
--set image.digest=latest|at '/image/digest': 'latest' does not match pattern
--set image.repository=shop@sha256:$zeros|at '/image/repository'
--set image.pullSecrets[0].nam=registry|at '/image/pullSecrets/0': missing property 'name'
--set image.pullpolicy=Always|additional properties 'pullpolicy' not allowed
--set nameOverride=Sluice|at '/nameOverride': 'Sluice' does not match pattern
--set commonLabels.team=a/b|at '/commonLabels/team': 'a/b' does not match pattern
--set aws.endpointUrl=localhost|at '/aws/endpointUrl': 'localhost' does not match pattern
--set aws.region=Ireland|at '/aws/region': 'Ireland' does not match pattern
--set serviceAccount.create=false|at '/serviceAccount/name': minLength: got 0, want 1
--set serviceAccount.anotations.x=y|additional properties 'anotations' not allowed
--set rbac.restrictApprovals=true,rbac.aggregate=false|at '/rbac/aggregate': value must be true
--set hooks.secretNames={Shop}|at '/hooks/secretNames/0': 'Shop' does not match pattern
--set metrics.serviceMonitor.enabled=yes|at '/metrics/serviceMonitor/enabled': got string, want boolean
--set metrics.podMonitor.interval=often|at '/metrics/podMonitor/interval'
--set metrics.prometheusRule.disabled={SluiceNobodyAct}|at '/metrics/prometheusRule/disabled/0': value must be one of 'SluiceNobodyActs'
--set networkPolicy.egressPorts={0}|at '/networkPolicy/egressPorts/0': minimum: got 0, want 1
--set podDisruptionBudget.maxUnavailable=0|at '/podDisruptionBudget/maxUnavailable'
--set extraArgs={poll}|at '/extraArgs/0': 'poll' does not match pattern
--set extraVolumeMounts[0].name=x|at '/extraVolumeMounts/0': missing property 'mountPath'
--set affinity.podAffinty.x=y|additional properties 'podAffinty' not allowed
--set topologySpreadConstraints[0].maxSkew=1|at '/topologySpreadConstraints/0': missing property 'topologyKey'
--set dnsPolicy=cluster|at '/dnsPolicy': value must be one of
TABLE
refused "additional properties 'keep' not allowed" helm template sluice-crds charts/sluice-crds --set keep=false

echo "charts: rendered, and taken by the API server"
# Renders the chart and lets the API server look at it, which refuses or warns of what it does not know.
taken() {
  check "$1"
  shift
  render "$@" >"$work/rendered.yaml"
  kubectl apply --dry-run=server -f "$work/rendered.yaml" >"$work/applied" 2>"$work/warnings"
  if [ -s "$work/warnings" ]; then
    fail "the API server warns: $(cat "$work/warnings")"
  fi
}
has() {
  local words
  for words in "$@"; do
    grep -qF -- "$words" "$work/rendered.yaml" || fail "nothing of '$words' is rendered"
  done
}
has_not() {
  local words
  for words in "$@"; do
    ! grep -qE -- "$words" "$work/rendered.yaml" || fail "'$words' was not asked for, and is rendered"
  done
}
made() {
  local object
  for object in "$@"; do
    grep -qF -- "$object " "$work/applied" || fail "no $object: $(cat "$work/applied")"
  done
}

taken "the default values"
made deployment.apps/sluice serviceaccount/sluice networkpolicy.networking.k8s.io/sluice clusterrole.rbac.authorization.k8s.io/charts-test-render:sluice-approver
has_not 'kind: (Service|PodDisruptionBudget|ServiceMonitor|PodMonitor|PrometheusRule|ConfigMap|Job|ValidatingAdmissionPolicy)$' \
  METRICS 'port: metrics' '\[jobs\]' '\[pods\]' secrets hook- '"\*"' 'hostNetwork|dnsPolicy|topologySpread|imagePullSecrets'
taken "three replicas with a budget, spread over zones" \
  --set 'replicas=3,topologySpreadConstraints[0].topologyKey=topology.kubernetes.io/zone,podDisruptionBudget.maxUnavailable=50%'
made poddisruptionbudget.policy/sluice
has 'maxUnavailable: 50%' 'topologyKey: topology.kubernetes.io/zone' 'whenUnsatisfiable: ScheduleAnyway'
[ "$(grep -c 'app.kubernetes.io/instance: sluice' "$work/rendered.yaml")" -gt 3 ] || fail "no selector"
taken "three replicas without" --set replicas=3,podDisruptionBudget.enabled=false
has_not PodDisruptionBudget
taken "metrics for a namespace" --set metrics.service=true \
  --set-json 'networkPolicy.metricsFrom=[{"namespaceSelector":{"matchLabels":{"kubernetes.io/metadata.name":"monitoring"}}}]'
made service/sluice-metrics
has 'kubernetes.io/metadata.name: monitoring' SLUICE_METRICS_BIND_ADDRESS
taken "metrics, and no NetworkPolicy" --set metrics.service=true,networkPolicy.enabled=false
has_not NetworkPolicy
taken "all the rest" --set aws.region=eu-west-1,aws.endpointUrl=http://simulated-aws:4566,image.tag=1.2.3 \
  --set 'serviceAccount.annotations.eks\.amazonaws\.com/role-arn=arn:aws:iam::123456789012:role/sluice' \
  --set 'logFilter=sluice=debug\,kube=warn,podLabels.team=platform,podAnnotations.note=x,priorityClassName=high' \
  --set 'nodeSelector.disk=ssd,tolerations[0].operator=Exists,image.pullSecrets[0].name=registry,commonLabels.cost=7x' \
  --set 'extraEnv[0].name=AWS_PROFILE,extraEnv[0].value=x,extraVolumes[0].name=aws,extraVolumes[0].configMap.name=aws' \
  --set 'extraVolumeMounts[0].name=aws,extraVolumeMounts[0].mountPath=/aws,dnsConfig.searches={corp}' \
  --set-json 'extraContainers=[{"name":"proxy","image":"proxy","securityContext":{"allowPrivilegeEscalation":false,"capabilities":{"drop":["ALL"]}}}]' \
  --set 'rbac.aggregate=false,podSecurityContext.runAsUser=null'
has '{protocol: TCP, port: 4566}' 'eks.amazonaws.com/role-arn: arn:aws:iam::123456789012:role/sluice' 'mountPath: /aws' 'image: proxy' \
  '- "--log-filter=sluice=debug,kube=warn"' 'priorityClassName: high' '- name: registry' 'team: platform' '- corp' 'cost: 7x'
has_not 'aggregate-to|-approver' 'runAsUser'
[ "$(grep -c 'cost: 7x' "$work/rendered.yaml")" = "$(($(grep -c '^kind:' "$work/rendered.yaml") + 1))" ] || fail "not everything has the common labels"
taken "another name, a ServiceAccount that is there, an image by its digest" \
  --set "fullnameOverride=canaries,nameOverride=canary,serviceAccount.create=false,serviceAccount.name=by-eksctl" \
  --set "image.digest=sha256:$zeros"
made deployment.apps/canaries clusterrole.rbac.authorization.k8s.io/charts-test-render:canaries
has "image: \"ghcr.io/sluice-dev/sluice@sha256:$zeros\"" 'serviceAccountName: by-eksctl' 'name: by-eksctl' '--lease-name=canaries' \
  'resourceNames: ["canaries"]' 'app.kubernetes.io/name: canary'
has_not 'app.kubernetes.io/name: sluice$'
taken "hooks that are Jobs or take headers from Secrets, by rights that are asked for" \
  --set 'hooks.jobs=true,hooks.podMessages=true,hooks.secretNames={shop-hook},hooks.caConfigMap=company-ca'
has 'resourceNames: ["shop-hook"]' 'resources: [jobs]' 'resources: [pods]' --hook-pod-messages=true --hook-ca-file=
taken "one namespace: a Role there, and a ClusterRole for what has no namespace" --set watchNamespace=charts-test-shop
made role.rbac.authorization.k8s.io/sluice
has 'resourceNames: ["charts-test-shop"]'
taken "approvals by approvers alone, and the check before an uninstall" --set rbac.restrictApprovals=true,uninstallCheck.enabled=true
made validatingadmissionpolicy.admissionregistration.k8s.io/charts-test-render-sluice-approvals job.batch/sluice-uninstall
has 'helm.sh/hook: pre-delete' '- uninstall-check'
check "monitors, alerts and a dashboard, for a cluster that knows them"
render --set metrics.serviceMonitor.enabled=true,metrics.podMonitor.enabled=true,metrics.prometheusRule.enabled=true \
  --set 'metrics.serviceMonitor.labels.release=prometheus,metrics.prometheusRule.alertLabels.team=platform' \
  --set 'metrics.prometheusRule.disabled={SluiceAwsThrottled},metrics.dashboard.enabled=true' >"$work/rendered.yaml"
has 'kind: ServiceMonitor' 'kind: PodMonitor' 'release: prometheus' 'kind: Service' SLUICE_METRICS_BIND_ADDRESS 'grafana_dashboard: "1"' \
  'alert: SluiceInvariantViolated' 'sum(sluice_leader{namespace="charts-test-render",pod=~"sluice-[^-]+(-[^-]+)?"})' 'team: platform' \
  'runbook_url: https://github.com/sluice-dev/sluice/blob/main/docs/operations.md#sluicenobodyacts'
has_not SluiceAwsThrottled RELEASE_NAME
check "the network of the node, which is outside of the restricted profile"
render --set hostNetwork=true >"$work/rendered.yaml"
has 'hostNetwork: true' 'dnsPolicy: ClusterFirstWithHostNet'
check "each alert has a runbook, a value that can leave it out, and a dashboard is JSON"
python3 -c '
import json, re

alerts = re.findall(r"^- alert: (\w+)$", open("charts/sluice/files/alerts.yaml").read(), re.MULTILINE)
runbooks = re.findall(r"^### (Sluice\w+)$", open("docs/operations.md").read(), re.MULTILINE)
rule = json.load(open("charts/sluice/values.schema.json"))["properties"]["metrics"]["properties"]["prometheusRule"]
known = rule["properties"]["disabled"]["items"]["enum"]
assert alerts == runbooks == known, (alerts, runbooks, known)
json.load(open("charts/sluice/files/dashboard.json"))
'
