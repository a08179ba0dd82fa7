{{/* Made by `make crds` from the table of operator/src/permissions/table.rs. Do not edit. */}}

{{- define "sluice.rules.cluster" }}
# What admins say.
- apiGroups: [sluice.dev]
  resources: [awsbindings, deploymentconfigs]
  verbs: [list, watch]
# Their labels, which a binding selects by.
- apiGroups: [""]
  resources: [namespaces]
  {{- with .Values.watchNamespace }}
  resourceNames: [{{ . | quote }}]
  {{- end }}
  verbs: [list, watch]
{{- end -}}

{{- define "sluice.rules.watched" }}
# What users ask for.
- apiGroups: [sluice.dev]
  resources: [applications, deploymentgroups, deployments]
  verbs: [list, watch]
# What is told of it, and remembered.
- apiGroups: [sluice.dev]
  resources: [applications/status, deploymentgroups/status, deployments/status]
  verbs: [patch]
# A change of revision makes a Deployment, and looks at one that has its name already; the history limit, and the end of a group, delete some.
- apiGroups: [sluice.dev]
  resources: [deployments]
  verbs: [create, delete, get]
# The finalizers. Nothing else of a spec or of metadata is ever written.
- apiGroups: [sluice.dev]
  resources: [deploymentgroups, deployments]
  verbs: [patch]
# Asked for by clusters with the admission plugin OwnerReferencesPermissionEnforcement, when a Deployment is made that names its group as owner.
- apiGroups: [sluice.dev]
  resources: [deploymentgroups/finalizers]
  verbs: [update]
# What happened, once each: an Event is never written again.
- apiGroups: [events.k8s.io]
  resources: [events]
  verbs: [create]
{{- if .Values.hooks.jobs }}
# Hooks that are Jobs: made, looked at by name while they run, and taken away. Never listed, never watched.
- apiGroups: [batch]
  resources: [jobs]
  verbs: [create, get, delete]
{{- end }}
{{- if .Values.hooks.jobs }}
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
{{- if .Values.hooks.secretNames }}
# Headers of HTTP hooks.
- apiGroups: [""]
  resources: [secrets]
  resourceNames: {{ toJson .Values.hooks.secretNames }}
  verbs: [get]
{{- end }}
{{- end -}}

{{- define "sluice.rules.own" }}
# The one Lease.
- apiGroups: [coordination.k8s.io]
  resources: [leases]
  resourceNames: [{{ include "sluice.name" . | quote }}]
  verbs: [get, update]
# RBAC cannot limit a create to a name.
- apiGroups: [coordination.k8s.io]
  resources: [leases]
  verbs: [create]
{{- end -}}

{{- define "sluice.rules.kubeSystem" }}
# The marker of the operators of this cluster, by which two that watch the same namespaces find each other.
- apiGroups: [coordination.k8s.io]
  resources: [leases]
  resourceNames: [sluice-operators]
  verbs: [get, update]
# RBAC cannot limit a create to a name.
- apiGroups: [coordination.k8s.io]
  resources: [leases]
  verbs: [create]
{{- end -}}
