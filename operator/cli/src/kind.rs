//! The kinds that people act on.

use std::fmt;

/// The kinds that people act on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// What is released.
    Application,
    /// Where it is released.
    DeploymentGroup,
    /// One release.
    Deployment,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Application, Self::DeploymentGroup, Self::Deployment];

    /// The kind that a word before a name says, as in `group/prod`: as kubectl takes it, or shorter.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        let word = word.to_lowercase();
        match word.strip_suffix(".sluice.dev").unwrap_or(&word) {
            "application" | "applications" | "app" | "sapp" => Some(Self::Application),
            "deploymentgroup" | "deploymentgroups" | "group" | "sdg" => Some(Self::DeploymentGroup),
            "deployment" | "deployments" | "sdep" => Some(Self::Deployment),
            _ => None,
        }
    }

    /// As the API server calls objects of it in paths.
    #[must_use]
    pub const fn plural(self) -> &'static str {
        match self {
            Self::Application => "applications",
            Self::DeploymentGroup => "deploymentgroups",
            Self::Deployment => "deployments",
        }
    }

    /// The word before the name where the name alone would not do: `group/prod`.
    #[must_use]
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::Application => "application",
            Self::DeploymentGroup => "group",
            Self::Deployment => "deployment",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, formatter)
    }
}
