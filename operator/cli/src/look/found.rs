//! An object that has a picture.

use sluice_api::{Application, Deployment, DeploymentGroup};

use crate::kind::Kind;

/// An object that was found.
#[derive(Clone, Debug)]
pub enum Found {
    /// What is released.
    Application(Box<Application>),
    /// Where and how.
    Group(Box<DeploymentGroup>),
    /// One release.
    Deployment(Box<Deployment>),
}

impl Found {
    /// Which kind it is.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Application(_) => Kind::Application,
            Self::Group(_) => Kind::DeploymentGroup,
            Self::Deployment(_) => Kind::Deployment,
        }
    }
}
