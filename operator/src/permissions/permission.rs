//! What a row of the table says.

/// Where a permission counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// In the whole cluster: for kinds that no namespace has.
    Cluster,
    /// In the namespaces that are watched.
    Watched,
    /// In the operator's own namespace.
    Own,
    /// In kube-system.
    KubeSystem,
}

/// Of which names, where RBAC can tell names apart. Not for create, which knows no name beforehand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Names {
    /// All of them.
    All,
    /// The namespace that is watched, where it is one.
    WatchedNamespace,
    /// The operator's own, after which its Lease is called.
    Release,
    /// The marker of the operators.
    Marker,
    /// Those of `hooks.secretNames`.
    HookSecrets,
}

/// What asks for it: nothing else has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// The operator as it is.
    Always,
    /// `hooks.jobs` of the chart.
    HookJobs,
    /// `hooks.podMessages`.
    HookPodMessages,
    /// `hooks.secretNames`.
    HookSecrets,
    /// Every user who has proved who he is may do it, by a role that Kubernetes brings along: the chart gives nothing.
    Everyone,
}

/// A row of the table.
#[derive(Clone, Copy, Debug)]
pub struct Permission {
    /// Where.
    pub place: Place,
    /// API group; empty for that of Pods and namespaces.
    pub group: &'static str,
    /// Plural names, with the subresource behind a slash.
    pub resources: &'static [&'static str],
    /// What is done to them.
    pub verbs: &'static [&'static str],
    /// To which of them.
    pub names: Names,
    /// What asks for it.
    pub when: When,
    /// Why, for who reads the role.
    pub why: &'static str,
}
