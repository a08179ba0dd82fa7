//! Which cluster, and which namespace.

use kube::config::{KubeConfigOptions, Kubeconfig};
use kube::core::NamespaceResourceScope;
use kube::{Api, Client, Config, Resource};

use crate::arguments::Common;
use crate::error::Error;
use crate::hints::Hints;
use crate::refusal::Refusal;

/// A cluster, and the namespace in which names are looked up.
#[derive(Clone)]
pub struct Cluster {
    /// Speaks to the API server.
    pub client: Client,
    /// Where names are looked up, and objects made.
    pub namespace: String,
    /// Whether lists are of every namespace.
    pub all_namespaces: bool,
    /// The flags with which a command that is typed next reaches the same cluster and namespace, each with a space before it.
    pub flags: String,
    /// Writes commands for people.
    pub hints: Hints,
    server: String,
}

impl Cluster {
    /// The cluster that the flags and the kubeconfig name. Nothing is asked of it yet.
    pub async fn of(common: &Common) -> Result<Self, Error> {
        let mut config = config_of(common).await?;
        if let Some(user) = &common.act_as {
            config.auth_info.impersonate = Some(user.clone());
            config.auth_info.impersonate_groups =
                (!common.act_as_groups.is_empty()).then(|| common.act_as_groups.clone());
        }
        let namespace = common.namespace.clone().unwrap_or_else(|| config.default_namespace.clone());
        let hints = Hints::new(&config.default_namespace, common);
        let flags = hints.flags(&namespace);
        let server = config.cluster_url.to_string();
        let client = Client::try_from(config).map_err(|source| Error::Client { source: Box::new(source) })?;
        Ok(Self { client, namespace, all_namespaces: common.all_namespaces, flags, hints, server })
    }

    /// The same for a verb that is about one object.
    pub async fn of_one_namespace(common: &Common) -> Result<Self, Error> {
        if common.all_namespaces {
            let refusal = Refusal::new("--all-namespaces: this is about one object: name its namespace by -n");
            return Err(refusal.into());
        }
        Self::of(common).await
    }

    /// What an answer of the API server that is none comes to. `what` was tried, such as `list deployments`.
    #[must_use]
    pub fn failed(&self, what: &str, source: kube::Error) -> Error {
        Error::of_api(what, &self.server, source)
    }

    /// Objects of one kind in the namespace.
    #[must_use]
    pub fn named<K>(&self) -> Api<K>
    where
        K: Resource<Scope = NamespaceResourceScope, DynamicType = ()>,
    {
        Api::namespaced(self.client.clone(), &self.namespace)
    }

    /// Objects of one kind in the namespace, or in every one with `-A`.
    #[must_use]
    pub fn listed<K>(&self) -> Api<K>
    where
        K: Resource<Scope = NamespaceResourceScope, DynamicType = ()>,
    {
        if self.all_namespaces { Api::all(self.client.clone()) } else { self.named() }
    }
}

async fn config_of(common: &Common) -> Result<Config, Error> {
    let options = KubeConfigOptions { context: common.context.clone(), ..KubeConfigOptions::default() };
    let kubeconfig = match &common.kubeconfig {
        Some(path) => Kubeconfig::read_from(path),
        None => Kubeconfig::read(),
    };
    let kubeconfig = match kubeconfig {
        Ok(kubeconfig) => kubeconfig,
        // A Pod has no kubeconfig, and a token of its own: a pipeline that runs in the cluster.
        Err(error) => {
            if common.kubeconfig.is_none()
                && common.context.is_none()
                && let Ok(config) = Config::incluster()
            {
                return Ok(config);
            }
            return Err(Error::Kubeconfig { source: Box::new(error) });
        }
    };
    Config::from_custom_kubeconfig(kubeconfig, &options)
        .await
        .map_err(|source| Error::Kubeconfig { source: Box::new(source) })
}
