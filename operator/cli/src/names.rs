//! Names that people type: what they may have meant, and lists of them.

/// How alike two words must be for one to be taken for a slip of the other, from 0 to 1 (Jaro and Winkler).
const ALIKE: f64 = 0.8;

/// The longest word that is compared: what nobody types by mistake is not worth the time.
const LONGEST: usize = 64;

/// How many names an error lists.
const MOST_LISTED: usize = 8;

/// The name that was meant, as far as can be told.
#[must_use]
pub fn meant<'a>(typed: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if typed.chars().count() > LONGEST {
        return None;
    }
    let typed = typed.to_lowercase();
    let likeness = |name: &str| strsim::jaro_winkler(&typed, &name.to_lowercase());
    let scored = known.into_iter().map(|name| (likeness(name), name)).filter(|(score, _)| *score >= ALIKE);
    scored.max_by(|(one, _), (other, _)| one.total_cmp(other)).map(|(_, name)| name)
}

/// What an error says of a name that is none: what was meant, or what there is.
#[must_use]
pub fn suggestion<'a>(typed: &str, known: impl IntoIterator<Item = &'a str> + Clone) -> String {
    if let Some(name) = meant(typed, known.clone()) {
        return format!("did you mean {name}?");
    }
    let known: Vec<&str> = known.into_iter().collect();
    if known.is_empty() { "there are none".to_owned() } else { format!("there are {}", listed(&known)) }
}

/// Some of the names, in a sentence.
#[must_use]
pub fn listed<S: AsRef<str>>(names: &[S]) -> String {
    let shown: Vec<&str> = names.iter().take(MOST_LISTED).map(AsRef::as_ref).collect();
    let more = names.len() - shown.len();
    let more = if more == 0 { String::new() } else { format!(" and {more} more") };
    shown.join(", ") + &more
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_told_from_another_name() {
        let known = ["prod", "staging", "prod-7", "Ready"];
        let table = [
            ("prdo", Some("prod")),
            ("Prod", Some("prod")),
            ("stagign", Some("staging")),
            ("ready", Some("Ready")),
            ("prod-8", Some("prod-7")),
            ("web", None),
            ("", None),
        ];
        for (typed, expected) in table {
            assert_eq!(meant(typed, known), expected, "{typed}");
        }
        let fields = ["percentage", "interval", "bake", "hooks", "progressDeadline", "productionRoutes"];
        let table = [
            ("percent", Some("percentage")),
            ("intreval", Some("interval")),
            ("Bake", Some("bake")),
            ("bakes", Some("bake")),
            ("hook", Some("hooks")),
            ("progressDeadlineSeconds", Some("progressDeadline")),
            ("productionRoute", Some("productionRoutes")),
            ("replicas", None),
            ("x", None),
        ];
        for (typed, expected) in table {
            assert_eq!(meant(typed, fields), expected, "{typed}");
        }
        assert_eq!(meant(&"bake".repeat(10_000), fields), None, "what nobody types by mistake");
        assert_eq!(suggestion("prdo", known), "did you mean prod?");
        assert_eq!(suggestion("web", ["a", "b"]), "there are a, b");
        assert_eq!(suggestion("web", []), "there are none");
        assert_eq!(listed(&["x"; 10]), "x, x, x, x, x, x, x, x and 2 more");
    }
}
