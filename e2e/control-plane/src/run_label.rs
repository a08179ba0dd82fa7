//! What a run leaves its mark on, and the removal of all that bears it.

use crate::error::{Error, Result};
use crate::kubectl::Kubectl;

/// The label of everything that a run makes outside of a namespace, namespaces among it. Its value is the run.
pub const RUN_LABEL: &str = "sluice.dev/test-run";

/// The variable in which a command finds the run that it is part of. Without it nothing of ours touches a cluster.
pub const RUN_VARIABLE: &str = "SLUICE_TEST_RUN";

/// Kinds of ours that live in a namespace.
const IN_NAMESPACES: &str = "deployments.sluice.dev,deploymentgroups.sluice.dev,applications.sluice.dev";

/// Kinds of ours that do not.
const OF_THE_CLUSTER: &str = "awsbindings.sluice.dev,deploymentconfigs.sluice.dev";

/// What else a run makes for the whole cluster.
const ROLES: &str = "clusterrolebindings.rbac.authorization.k8s.io,clusterroles.rbac.authorization.k8s.io";

/// A new name for a run: letters and digits, as the value of a label.
pub(crate) fn new_run() -> Result<String> {
    let mut bytes = [0; 4];
    getrandom::fill(&mut bytes).map_err(|error| Error::io("draw a name for the run")(error.into()))?;
    Ok(format!("run-{:08x}", u32::from_be_bytes(bytes)))
}

/// Deletes what the run labelled, and nothing else. The definitions stay where others have made objects meanwhile.
pub(crate) fn remove_all_of(run: &str, kubectl: &Kubectl<'_>) -> Result<()> {
    let selector = format!("--selector={RUN_LABEL}={run}");
    let delete = |kinds: &str, wait: &str| kubectl.run(&["delete", kinds, &selector, "--ignore-not-found", wait]);
    let found = kubectl.run(&["get", "customresourcedefinitions.apiextensions.k8s.io", &selector, "--output=name"])?;
    let knows_our_kinds = !kubectl.run(&["api-resources", "--api-group=sluice.dev", "--output=name"])?.is_empty();
    if knows_our_kinds {
        let namespaces =
            kubectl.run(&["get", "namespaces", &selector, "--output=jsonpath={.items[*].metadata.name}"])?;
        for namespace in namespaces.split_whitespace() {
            empty(namespace, kubectl)?;
        }
        delete(OF_THE_CLUSTER, "--wait=true")?;
    }
    delete(ROLES, "--wait=true")?;
    delete("namespaces", "--wait=false")?;
    if found.is_empty() {
        return Ok(());
    }
    let kinds = format!("{IN_NAMESPACES},{OF_THE_CLUSTER}");
    let left = kubectl.run(&["get", &kinds, "--all-namespaces", "--output=name"])?;
    if !left.is_empty() {
        let left = left.lines().collect::<Vec<_>>().join(", ");
        return Err(Error::DefinitionsInUse { left, run: run.to_owned() });
    }
    delete("customresourcedefinitions.apiextensions.k8s.io", "--wait=true").map(|_| ())
}

/// Deletes our objects in a namespace of the run. With the operator gone nobody takes off its finalizers, and what they
/// guard was only simulated.
fn empty(namespace: &str, kubectl: &Kubectl<'_>) -> Result<()> {
    let within = format!("--namespace={namespace}");
    for object in kubectl.run(&["get", IN_NAMESPACES, &within, "--output=name"])?.lines() {
        let patch = r#"--patch={"metadata":{"finalizers":null}}"#;
        kubectl.run(&["patch", object, &within, "--type=merge", patch])?;
    }
    kubectl.run(&["delete", IN_NAMESPACES, &within, "--all"]).map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_run_may_be_the_value_of_a_label_and_is_never_the_same() {
        let (one, other) = (new_run().unwrap(), new_run().unwrap());
        assert_ne!(one, other);
        assert!(one.len() <= 63 && one.chars().all(|it| it.is_ascii_alphanumeric() || it == '-'), "{one}");
    }
}
