//! What is asked for: a kind and a name, or a name alone.

use super::error::LookError;
use crate::arguments::Target;
use crate::kind::Kind;

/// The kind, where it is said, and the name; none where nothing is said. `group/prod` is `group prod`.
pub fn parsed(target: &Target) -> Result<Option<(Option<Kind>, String)>, LookError> {
    let words: Vec<&str> = target.words.iter().flat_map(|word| word.splitn(2, '/')).collect();
    match words.as_slice() {
        [] => Ok(None),
        [name] => Ok(Some((None, (*name).to_owned()))),
        [kind, name, ..] => {
            let found = Kind::of_word(kind).map_err(LookError::NoSuchKind)?;
            Ok(Some((Some(found), (*name).to_owned())))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(words: &[&str]) -> Result<Option<(Option<Kind>, String)>, LookError> {
        parsed(&Target { words: words.iter().map(|word| (*word).to_owned()).collect() })
    }

    #[test]
    fn a_name_stands_alone_or_after_its_kind() {
        let named = |kind, name: &str| Some((kind, name.to_owned()));
        let table = [
            (vec!["group", "prod"], named(Some(Kind::DeploymentGroup), "prod")),
            (vec!["deployments.sluice.dev", "prod-1"], named(Some(Kind::Deployment), "prod-1")),
            (vec!["sdep/prod-1"], named(Some(Kind::Deployment), "prod-1")),
            (vec!["prod"], named(None, "prod")),
            (vec![], None),
        ];
        for (words, expected) in table {
            assert_eq!(of(&words).unwrap(), expected, "{words:?}");
        }
        let told = of(&["gruop", "prod"]).unwrap_err().to_string();
        assert!(told.ends_with(": did you mean group?"), "{told}");
    }
}
