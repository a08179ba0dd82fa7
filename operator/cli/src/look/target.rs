//! What is asked for: a kind and a name, or a name alone.

use super::error::LookError;
use crate::arguments::Target;

/// The kinds that have a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// What is released.
    Application,
    /// Where and how.
    Group,
    /// One release.
    Deployment,
}

impl Kind {
    /// Each of them.
    pub const ALL: [Self; 3] = [Self::Application, Self::Group, Self::Deployment];

    /// The word that is typed.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Application => "application",
            Self::Group => "group",
            Self::Deployment => "deployment",
        }
    }

    /// Every word that names it, in the singular.
    const fn words(self) -> &'static [&'static str] {
        match self {
            Self::Application => &["application", "app", "sapp"],
            Self::Group => &["group", "deploymentgroup", "sdg"],
            Self::Deployment => &["deployment", "sdep", "release"],
        }
    }

    /// The kind that a word names: also in the plural, and with the group of the API.
    fn of(typed: &str) -> Option<Self> {
        let word = typed.to_lowercase();
        let word = word.strip_suffix(".sluice.dev").unwrap_or(&word);
        let singular = word.strip_suffix('s').unwrap_or(word);
        Self::ALL.into_iter().find(|kind| kind.words().contains(&word) || kind.words().contains(&singular))
    }
}

/// The kind, where it is said, and the name; none where nothing is said. `group/prod` is `group prod`.
pub fn parsed(target: &Target) -> Result<Option<(Option<Kind>, String)>, LookError> {
    let words: Vec<&str> = target.words.iter().flat_map(|word| word.splitn(2, '/')).collect();
    match words.as_slice() {
        [] => Ok(None),
        [name] => Ok(Some((None, (*name).to_owned()))),
        [kind, name, ..] => {
            let found = Kind::of(kind).ok_or_else(|| {
                let known = Kind::ALL.iter().flat_map(|kind| kind.words()).copied();
                let suggestion = suggestion(kind, known);
                LookError::NoSuchKind { typed: (*kind).to_owned(), suggestion }
            })?;
            Ok(Some((Some(found), (*name).to_owned())))
        }
    }
}

/// `: did you mean ...?`, where something that there is resembles what was typed; else nothing.
#[must_use]
pub fn suggestion<'a>(typed: &str, known: impl Iterator<Item = &'a str>) -> String {
    /// From so much alike on, of 1.
    const ALIKE: f64 = 0.75;
    let scored = known.map(|one| (strsim::jaro_winkler(&typed.to_lowercase(), one), one));
    let best = scored.filter(|(score, _)| *score >= ALIKE).max_by(|(one, _), (other, _)| one.total_cmp(other));
    best.map(|(_, one)| format!(": did you mean {one}?")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(words: &[&str]) -> Result<Option<(Option<Kind>, String)>, LookError> {
        parsed(&Target { words: words.iter().map(|word| (*word).to_owned()).collect() })
    }

    #[test]
    fn a_kind_goes_by_all_its_names() {
        let table = [
            (["group", "prod"], Kind::Group),
            (["sdg", "prod"], Kind::Group),
            (["DeploymentGroups", "prod"], Kind::Group),
            (["deployments.sluice.dev", "prod"], Kind::Deployment),
            (["app", "prod"], Kind::Application),
        ];
        for (words, kind) in table {
            assert_eq!(of(&words).unwrap(), Some((Some(kind), "prod".to_owned())), "{words:?}");
        }
        assert_eq!(of(&["sdep/prod-1"]).unwrap(), Some((Some(Kind::Deployment), "prod-1".to_owned())));
        assert_eq!(of(&["prod"]).unwrap(), Some((None, "prod".to_owned())));
        assert_eq!(of(&[]).unwrap(), None);
    }

    #[test]
    fn a_kind_that_is_none_is_told_with_what_may_have_been_meant() {
        let told = |words: &[&str]| of(words).unwrap_err().to_string();
        assert!(told(&["gruop", "prod"]).ends_with(": did you mean group?"), "{}", told(&["gruop", "prod"]));
        assert!(told(&["zzz", "prod"]).ends_with("get group prod"), "{}", told(&["zzz", "prod"]));
    }
}
