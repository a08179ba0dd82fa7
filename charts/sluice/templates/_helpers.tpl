{{- define "sluice.name" -}}
{{- if contains "sluice" .Release.Name -}}
{{- .Release.Name | trunc 52 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-sluice" .Release.Name | trunc 52 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "sluice.selector" -}}
app.kubernetes.io/name: sluice
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "sluice.labels" -}}
{{ include "sluice.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end -}}

{{- define "sluice.serviceAccount" -}}
{{- .Values.serviceAccount.name | default (include "sluice.name" .) -}}
{{- end -}}

{{/* Names in the cluster carry the namespace too, so that two releases of one name never share a role. */}}
{{- define "sluice.clusterName" -}}
{{- printf "%s:%s" .Release.Namespace (include "sluice.name" .) -}}
{{- end -}}

{{/* What the operator does to the kinds that live in namespaces. */}}
{{- define "sluice.namespacedRules" -}}
- apiGroups: [sluice.dev]
  resources: [applications, deploymentgroups, deployments]
  verbs: [get, list, watch]
- apiGroups: [sluice.dev]
  resources: [applications/status, deploymentgroups/status, deployments/status]
  verbs: [patch]
# A change of revision makes a Deployment; the history limit, and the end of a group, delete some.
- apiGroups: [sluice.dev]
  resources: [deployments]
  verbs: [create, delete]
# The finalizers. Nothing else of a spec or of metadata is ever written.
- apiGroups: [sluice.dev]
  resources: [deploymentgroups, deployments]
  verbs: [patch]
# Asked for by clusters with the admission plugin OwnerReferencesPermissionEnforcement, when a Deployment is made
# that names its group as owner.
- apiGroups: [sluice.dev]
  resources: [deploymentgroups/finalizers]
  verbs: [update]
- apiGroups: [events.k8s.io]
  resources: [events]
  verbs: [create, patch]
{{- if .Values.hooks.jobs }}
# Hooks that are Jobs: made, looked at by name while they run, and taken away. Never listed, never watched.
- apiGroups: [batch]
  resources: [jobs]
  verbs: [create, get, delete]
# Whether one that a Job names is there, before a release begins.
- apiGroups: [""]
  resources: [serviceaccounts]
  verbs: [get]
{{- end }}
{{- if .Values.hooks.podMessages }}
# What a Job's container left behind.
- apiGroups: [""]
  resources: [pods]
  verbs: [list]
{{- end }}
{{- with .Values.hooks.secretNames }}
# Headers of HTTP hooks.
- apiGroups: [""]
  resources: [secrets]
  resourceNames: {{ toJson . }}
  verbs: [get]
{{- end }}
{{- end -}}

{{/* The port of an endpoint such as http://simulated-aws:4566, or that of its scheme. */}}
{{- define "sluice.endpointPort" -}}
{{- $port := regexFind "[0-9]+$" (regexFind ":[0-9]+$" (regexFind "^https?://[^/]+" .)) -}}
{{- $port | default (ternary "443" "80" (hasPrefix "https:" .)) -}}
{{- end }}
