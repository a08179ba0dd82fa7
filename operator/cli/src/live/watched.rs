//! What is followed.

use kube::ResourceExt;

use crate::look::Found;

/// What is followed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Watched {
    /// An Application with its groups.
    Application(String),
    /// A group, and whichever of its Deployments is current.
    Group(String),
    /// One Deployment, and the group that it is of.
    Deployment {
        /// Its name.
        name: String,
        /// Its group.
        group: String,
    },
}

impl Watched {
    /// Of an object that was found.
    #[must_use]
    pub fn of(found: &Found) -> Self {
        match found {
            Found::Application(one) => Self::Application(one.name_any()),
            Found::Group(one) => Self::Group(one.name_any()),
            Found::Deployment(one) => Self::Deployment { name: one.name_any(), group: one.spec.group_ref.clone() },
        }
    }
}
