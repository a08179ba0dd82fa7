//! The rules of the chart's roles, made of the table.

use std::fmt::Write as _;
use std::path::PathBuf;

use super::{Names, PERMISSIONS, Permission, Place, When};

const HEADER: &str =
    "{{/* Made by `make crds` from the table of operator/src/permissions/table.rs. Do not edit. */}}\n";

/// A template for each place, of which `rbac.yaml` makes roles.
fn template() -> String {
    let places = [
        (Place::Cluster, "cluster"),
        (Place::Watched, "watched"),
        (Place::Own, "own"),
        (Place::KubeSystem, "kubeSystem"),
    ];
    let mut text = HEADER.to_owned();
    for (place, name) in places {
        let _ = write!(text, "\n{{{{- define \"sluice.rules.{name}\" }}}}");
        for permission in PERMISSIONS.iter().filter(|row| row.place == place && row.when != When::Everyone) {
            text.push_str(&rule(permission));
        }
        text.push_str("\n{{- end -}}\n");
    }
    text
}

fn rule(permission: &Permission) -> String {
    let Permission { group, resources, verbs, .. } = permission;
    let group = if group.is_empty() { "\"\"" } else { group };
    let names = match permission.names {
        Names::All => String::new(),
        Names::WatchedNamespace => {
            "  {{- with .Values.watchNamespace }}\n  resourceNames: [{{ . | quote }}]\n  {{- end }}\n".to_owned()
        }
        Names::Release => "  resourceNames: [{{ include \"sluice.name\" . | quote }}]\n".to_owned(),
        Names::Marker => "  resourceNames: [sluice-operators]\n".to_owned(),
        Names::HookSecrets => "  resourceNames: {{ toJson .Values.hooks.secretNames }}\n".to_owned(),
    };
    let rule = format!(
        "# {}\n- apiGroups: [{group}]\n  resources: [{}]\n{names}  verbs: [{}]",
        permission.why,
        resources.join(", "),
        verbs.join(", ")
    );
    match permission.when {
        When::Always | When::Everyone => format!("\n{rule}"),
        When::HookJobs => format!("\n{{{{- if .Values.hooks.jobs }}}}\n{rule}\n{{{{- end }}}}"),
        When::HookPodMessages => format!("\n{{{{- if .Values.hooks.podMessages }}}}\n{rule}\n{{{{- end }}}}"),
        When::HookSecrets => format!("\n{{{{- if .Values.hooks.secretNames }}}}\n{rule}\n{{{{- end }}}}"),
    }
}

#[test]
fn the_charts_roles_are_those_of_the_table() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../charts/sluice/templates/_permissions.tpl");
    let made = template();
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, &made).unwrap();
    }
    let published = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(published == made, "the chart's roles are stale: run `make crds`, and look at what it changes");
}
