{{/* The name of everything that one release makes in its namespace. The longest suffix fits into 63 characters with it. */}}
{{- define "sluice.name" -}}
{{- $chart := .Values.nameOverride | default "sluice" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 52 | trimSuffix "-" -}}
{{- else if contains $chart .Release.Name -}}
{{- .Release.Name | trunc 52 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $chart | trunc 52 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{/* By which the operator's own Pods are found, and no others. A Deployment never changes its selector. */}}
{{- define "sluice.selector" -}}
app.kubernetes.io/name: {{ .Values.nameOverride | default "sluice" }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "sluice.labels" -}}
{{- $own := dict "app.kubernetes.io/version" .Chart.AppVersion "app.kubernetes.io/managed-by" .Release.Service -}}
{{- $_ := set $own "helm.sh/chart" (printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_") -}}
{{- mergeOverwrite (deepCopy .Values.commonLabels) $own (include "sluice.selector" . | fromYaml) | toYaml -}}
{{- end -}}

{{/* The same for what must not be found as one of the operator's Pods. */}}
{{- define "sluice.checkLabels" -}}
{{- $name := printf "%s-uninstall-check" (.Values.nameOverride | default "sluice") -}}
{{- mergeOverwrite (include "sluice.labels" . | fromYaml) (dict "app.kubernetes.io/name" $name) | toYaml -}}
{{- end -}}

{{- define "sluice.serviceAccount" -}}
{{- .Values.serviceAccount.name | default (include "sluice.name" .) -}}
{{- end -}}

{{/* Names in the cluster carry the namespace too, so that two releases of one name never share a role. */}}
{{- define "sluice.clusterName" -}}
{{- printf "%s:%s" .Release.Namespace (include "sluice.name" .) -}}
{{- end -}}

{{- define "sluice.image" -}}
{{- if .Values.image.digest -}}
{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end -}}
{{- end -}}

{{/* Whether anyone outside of the Pod may ask for metrics. */}}
{{- define "sluice.metricsOpen" -}}
{{- with .Values.metrics -}}
{{- if or .service .serviceMonitor.enabled .podMonitor.enabled -}}true{{- end -}}
{{- end -}}
{{- end -}}

{{/* Where Pods of the operator's image may run, and as whom. */}}
{{- define "sluice.pod" -}}
serviceAccountName: {{ include "sluice.serviceAccount" . }}
# The ServiceAccount's own word may be another one.
automountServiceAccountToken: true
{{- with .Values.image.pullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.podSecurityContext }}
securityContext:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with .Values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- if .Values.hostNetwork }}
hostNetwork: true
{{- end }}
{{- with .Values.dnsPolicy | default (ternary "ClusterFirstWithHostNet" "" .Values.hostNetwork) }}
dnsPolicy: {{ . }}
{{- end }}
{{- with .Values.dnsConfig }}
dnsConfig:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{/* How replicas are spread: one without a selector counts the operator's own Pods. */}}
{{- define "sluice.spread" -}}
{{- $own := dict "labelSelector" (dict "matchLabels" (include "sluice.selector" . | fromYaml)) -}}
{{- $usual := merge (dict "maxSkew" 1 "whenUnsatisfiable" "ScheduleAnyway") $own -}}
{{- range .Values.topologySpreadConstraints }}
- {{ merge (deepCopy .) $usual | toYaml | nindent 2 | trim }}
{{- end }}
{{- end -}}

{{/* The port of an endpoint such as http://simulated-aws:4566, or that of its scheme. */}}
{{- define "sluice.endpointPort" -}}
{{- $port := regexFind "[0-9]+$" (regexFind ":[0-9]+$" (regexFind "^https?://[^/]+" .)) -}}
{{- $port | default (ternary "443" "80" (hasPrefix "https:" .)) -}}
{{- end }}

{{/* What a monitor asks, and how often. */}}
{{- define "sluice.endpoint" -}}
- port: metrics
  path: /metrics
  interval: {{ .interval }}
  {{- with .relabelings }}
  relabelings:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .metricRelabelings }}
  metricRelabelings:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end -}}
