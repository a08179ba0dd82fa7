//! The command that releases what is promoted in a group by hand.

use serde_json::json;
use sluice_api::{Revision, Source};

use super::promoted::{Member, Promoted};

/// What stands in the command where the text of an AppSpec goes. No field has it.
const TEXT: &str = "\u{1}";

/// The command that releases the revision in a group by hand. An AppSpec may have hundreds of lines: it is read from its
/// Application then, where it stands, and put in as a text in double quotes, which is YAML.
pub(super) fn create(promoted: &Promoted, member: &Member, revision: &Revision) -> String {
    let (group, namespace) = (member.name(), member.group.metadata.namespace.as_deref().unwrap_or_default());
    let app_spec = revision.app_spec.as_ref().map(|_| TEXT.to_owned());
    // Of one that is made by hand only what itself says of a scan counts.
    let scan = revision.source.as_ref().and_then(|source| source.scan);
    let source = scan.map(|scan| Source { scan: Some(scan), ..Source::default() });
    let written = json!(Revision { source, app_spec, ..revision.clone() });
    let name = format!("{group}-again-");
    let object = json!({
        "apiVersion": "sluice.dev/v1alpha1", "kind": "Deployment", "metadata": {"generateName": name},
        "spec": {"groupRef": group, "revision": written},
    })
    .to_string();
    let create = format!("kubectl create -n {namespace} -f -");
    if revision.app_spec.is_some() {
        let object = object.replace(&json!(TEXT).to_string(), r#"{{printf "%q" .spec.revision.appSpec}}"#);
        let application = promoted.name();
        return format!("kubectl get sapp {application} -n {namespace} -o go-template='{object}' | {create}");
    }
    format!("echo '{object}' | {create}")
}
