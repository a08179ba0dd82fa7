//! The users of a control plane.

/// A user whom the API server knows by a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct User {
    /// The name that RBAC sees, and by which the kubeconfig is asked for.
    pub name: &'static str,
    /// The one group that the user belongs to.
    pub group: &'static str,
}

impl User {
    /// May do everything.
    pub const ADMIN: Self = Self { name: "admin", group: "system:masters" };

    /// May do nothing until a test binds a role to it.
    pub const VIEWER: Self = Self { name: "viewer", group: "viewers" };

    /// Stands for the operator's service account, so that the operator can run
    /// with exactly the permissions of the chart.
    pub const OPERATOR: Self = Self { name: "sluice-operator", group: "sluice" };

    /// Every user there is.
    pub const ALL: [Self; 3] = [Self::ADMIN, Self::VIEWER, Self::OPERATOR];
}
