//! The kinds that people act on.

use std::fmt;

use crate::names::meant;

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

    /// Every word that names it, in the singular: the first is the one that is written.
    #[must_use]
    pub const fn words(self) -> [&'static str; 3] {
        match self {
            Self::Application => ["application", "app", "sapp"],
            Self::DeploymentGroup => ["group", "deploymentgroup", "sdg"],
            Self::Deployment => ["deployment", "sdep", "release"],
        }
    }

    /// The kind that a word before a name says, as in `group/prod`: as kubectl takes it, or shorter.
    pub fn of_word(typed: &str) -> Result<Self, NoSuchKind> {
        let word = typed.to_lowercase();
        let word = word.strip_suffix(".sluice.dev").unwrap_or(&word);
        let singular = word.strip_suffix('s').unwrap_or(word);
        let is_named = |kind: &Self| kind.words().contains(&word) || kind.words().contains(&singular);
        Self::ALL.into_iter().find(is_named).ok_or_else(|| NoSuchKind { typed: typed.to_owned() })
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
        let [written, ..] = self.words();
        written
    }
}

/// A word names no kind.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{typed:?} names no kind{}", self.remedy())]
pub struct NoSuchKind {
    typed: String,
}

impl NoSuchKind {
    fn remedy(&self) -> String {
        let meant =
            meant(&self.typed, Kind::ALL.into_iter().flat_map(Kind::words)).map(|one| format!(": did you mean {one}?"));
        meant.unwrap_or_else(|| {
            ": there are application, group and deployment, each before a name, as in group prod or group/prod"
                .to_owned()
        })
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, formatter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_goes_by_all_its_names_and_another_word_is_told_with_what_may_have_been_meant() {
        let table = [
            ("group", Ok(Kind::DeploymentGroup)),
            ("sdg", Ok(Kind::DeploymentGroup)),
            ("DeploymentGroups", Ok(Kind::DeploymentGroup)),
            ("deployments.sluice.dev", Ok(Kind::Deployment)),
            ("app", Ok(Kind::Application)),
            ("gruop", Err("\"gruop\" names no kind: did you mean group?")),
            ("zzz", Err("\"zzz\" names no kind: there are application, group and deployment, each before a name")),
            ("", Err("\"\" names no kind: there are application, group and deployment, each before a name")),
        ];
        for (typed, expected) in table {
            match (Kind::of_word(typed), expected) {
                (Ok(kind), Ok(expected)) => assert_eq!(kind, expected, "{typed}"),
                (Err(error), Err(expected)) => assert!(error.to_string().starts_with(expected), "{typed}: {error}"),
                (found, _) => panic!("{typed}: {found:?}"),
            }
        }
    }
}
