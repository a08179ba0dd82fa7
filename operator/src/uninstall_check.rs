//! `sluice uninstall-check`: what would be left behind that only a running operator can end.

use std::fmt::{self, Display, Formatter};

use kube::api::ListParams;
use kube::{Api, Client, Resource, ResourceExt};
use sluice_api::{Deployment, DeploymentGroup, FINALIZER};

use crate::cli::UninstallCheckSettings;
use crate::error::Error;

/// Says what has a finalizer, and fails where something has.
pub fn run(settings: &UninstallCheckSettings) -> Result<(), Error> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|source| Error::Runtime { source })?;
    let remains = runtime.block_on(look(settings.watch_namespace.as_deref()))?;
    println!("{remains}");
    if remains.0.is_empty() { Ok(()) } else { Err(Error::Remains { count: remains.0.len() }) }
}

async fn look(namespace: Option<&str>) -> Result<Remains, Error> {
    let client = Client::try_default().await.map_err(|source| Error::Kubeconfig { source: Box::new(source) })?;
    let mut remains = Vec::new();
    for deployment in list::<Deployment>(&client, namespace).await? {
        let word = deployment.status.as_ref().and_then(|status| status.summary.as_ref()?.status);
        let word = word.map_or_else(|| "in progress".to_owned(), |word| format!("in progress: {word}"));
        remains.extend(remaining(&deployment, "deployment", &word));
    }
    for group in list::<DeploymentGroup>(&client, namespace).await? {
        remains.extend(remaining(&group, "deploymentgroup", "waits for its Deployments when it is deleted"));
    }
    Ok(Remains(remains))
}

async fn list<K>(client: &Client, namespace: Option<&str>) -> Result<Vec<K>, Error>
where
    K: Resource<Scope = kube::core::NamespaceResourceScope, DynamicType = ()>
        + Clone
        + fmt::Debug
        + serde::de::DeserializeOwned,
{
    let api: Api<K> = match namespace {
        Some(namespace) => Api::namespaced(client.clone(), namespace),
        None => Api::all(client.clone()),
    };
    match api.list(&ListParams::default()).await {
        Ok(list) => Ok(list.items),
        // A cluster without the definitions has nothing of ours.
        Err(kube::Error::Api(status)) if status.is_not_found() => Ok(Vec::new()),
        Err(source) => Err(Error::List { kind: K::plural(&()).into_owned(), source: Box::new(source) }),
    }
}

/// One object that has the finalizer.
#[derive(Debug, PartialEq, Eq)]
struct Remaining {
    kind: &'static str,
    namespace: String,
    name: String,
    why: String,
}

fn remaining<K: Resource>(object: &K, kind: &'static str, why: &str) -> Option<Remaining> {
    let has_it = object.finalizers().iter().any(|finalizer| finalizer == FINALIZER);
    has_it.then(|| Remaining {
        kind,
        namespace: object.namespace().unwrap_or_default(),
        name: object.name_any(),
        why: why.to_owned(),
    })
}

/// All of them, Deployments first.
struct Remains(Vec<Remaining>);

impl Display for Remains {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return write!(f, "nothing has the finalizer {FINALIZER}: the operator can be uninstalled");
        }
        writeln!(f, "These have the finalizer {FINALIZER}, which only a running operator takes away:")?;
        writeln!(f)?;
        let widths = |of: fn(&Remaining) -> usize| self.0.iter().map(of).max().unwrap_or_default();
        let (kind, name) = (widths(|one| one.kind.len()), widths(|one| one.namespace.len() + one.name.len() + 1));
        for one in &self.0 {
            let path = format!("{}/{}", one.namespace, one.name);
            writeln!(f, "  {:kind$}  {path:name$}  {}", one.kind, one.why)?;
        }
        writeln!(f)?;
        writeln!(
            f,
            "To be rid of Sluice, let what is in progress end, or stop it, and delete the groups while the operator runs:"
        )?;
        writeln!(f)?;
        for one in self.0.iter().filter(|one| one.kind == "deployment") {
            let (name, namespace) = (&one.name, &one.namespace);
            writeln!(
                f,
                "  kubectl patch deployments.sluice.dev {name} -n {namespace} --type merge -p '{{\"spec\":{{\"stop\":{{}}}}}}'"
            )?;
        }
        for one in self.0.iter().filter(|one| one.kind == "deploymentgroup") {
            writeln!(f, "  kubectl delete deploymentgroups.sluice.dev {} -n {}", one.name, one.namespace)?;
        }
        writeln!(f)?;
        write!(
            f,
            "To move, upgrade or install the operator anew nothing needs to be deleted: what is in progress stays as it is until \
             the next one runs. helm uninstall --no-hooks passes this check over."
        )
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_remains_is_listed_with_the_commands_that_end_it() {
        let deployment: Deployment = serde_json::from_value(json!({
            "apiVersion": "sluice.dev/v1alpha1", "kind": "Deployment",
            "metadata": {"name": "prod-7", "namespace": "shop", "finalizers": [FINALIZER]},
            "spec": {"groupRef": "prod", "revision": {"taskDefinition": "shop:42"}},
        }))
        .unwrap();
        let mut ended = deployment.clone();
        ended.metadata.finalizers = Some(vec!["example.com/other".to_owned()]);
        assert_eq!(remaining(&ended, "deployment", ""), None);
        let group = Remaining {
            kind: "deploymentgroup",
            namespace: "shop".to_owned(),
            name: "prod".to_owned(),
            why: "waits".to_owned(),
        };
        let told =
            Remains(vec![remaining(&deployment, "deployment", "in progress: Holding").unwrap(), group]).to_string();
        for words in [
            "  deployment       shop/prod-7  in progress: Holding\n  deploymentgroup  shop/prod    waits\n",
            "  kubectl patch deployments.sluice.dev prod-7 -n shop --type merge -p '{\"spec\":{\"stop\":{}}}'\n",
            "  kubectl delete deploymentgroups.sluice.dev prod -n shop\n",
            "--no-hooks",
        ] {
            assert!(told.contains(words), "{words} is not in\n{told}");
        }
        assert!(Remains(Vec::new()).to_string().contains("can be uninstalled"));
    }
}
