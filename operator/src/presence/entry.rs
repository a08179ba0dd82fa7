//! What the marker says: an annotation for each operator that acts.

use std::collections::BTreeMap;
use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Annotation of the operator that watches every namespace.
const ALL_NAMESPACES: &str = "all-namespaces.sluice.dev/operator";

/// What the annotation of an operator that watches one namespace begins with; the namespace follows.
const ONE_NAMESPACE: &str = "namespace.sluice.dev/";

/// How long an entry that cannot be read is taken for a promise, in seconds.
const UNREADABLE_PROMISE: u64 = 60;

/// How much longer than promised an entry may be silent before it is swept out, in seconds. Its operator writes it anew,
/// should it be alive after all.
const SWEPT_AFTER: i64 = 600;

/// What an operator watches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Every namespace.
    All,
    /// This namespace.
    One(String),
}

impl Scope {
    /// What `--watch-namespace` says.
    pub fn of(watch_namespace: Option<&str>) -> Self {
        watch_namespace.map_or(Self::All, |namespace| Self::One(namespace.to_owned()))
    }

    /// Whether two operators would act on the same objects.
    pub fn overlaps(&self, other: &Self) -> bool {
        matches!((self, other), (Self::All, _) | (_, Self::All)) || self == other
    }

    /// Key of its annotation.
    pub fn annotation(&self) -> String {
        match self {
            Self::All => ALL_NAMESPACES.to_owned(),
            Self::One(namespace) => format!("{ONE_NAMESPACE}{namespace}"),
        }
    }

    fn parse(annotation: &str) -> Option<Self> {
        if annotation == ALL_NAMESPACES {
            return Some(Self::All);
        }
        annotation.strip_prefix(ONE_NAMESPACE).map(|namespace| Self::One(namespace.to_owned()))
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => formatter.write_str("every namespace"),
            Self::One(namespace) => write!(formatter, "namespace {namespace}"),
        }
    }
}

/// An operator that acts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Who it is: its Lease, or its process where it takes none.
    pub holder: String,
    /// When it was last written. For people; nothing is decided by another machine's clock but the sweep.
    pub renewed: Timestamp,
    /// For how long it is good without being written again, in seconds.
    pub seconds: u64,
}

impl Entry {
    /// As an annotation.
    pub fn text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// What cannot be read is someone's all the same.
    pub fn parse(text: &str) -> Self {
        serde_json::from_str(text).unwrap_or_else(|_| Self {
            holder: "one that cannot be read".to_owned(),
            renewed: Timestamp::UNIX_EPOCH,
            seconds: UNREADABLE_PROMISE,
        })
    }
}

/// Annotations of the marker.
pub type Annotations = BTreeMap<String, String>;

/// The operators other than this one whose scope overlaps, with their annotations.
pub fn rivals<'a>(annotations: &'a Annotations, own: (&Scope, &str)) -> Vec<(&'a str, Scope, Entry)> {
    others(annotations, own.1).filter(|(_, scope, _)| scope.overlaps(own.0)).collect()
}

/// What the operators other than this one watch that do not overlap.
pub fn neighbours(annotations: &Annotations, own: (&Scope, &str)) -> Vec<String> {
    others(annotations, own.1)
        .filter(|(_, scope, _)| !scope.overlaps(own.0))
        .map(|(_, scope, entry)| format!("{} on {scope}", entry.holder))
        .collect()
}

fn others<'a>(annotations: &'a Annotations, own: &str) -> impl Iterator<Item = (&'a str, Scope, Entry)> {
    let all = annotations.iter().filter_map(|(key, text)| Some((key.as_str(), Scope::parse(key)?, Entry::parse(text))));
    all.filter(move |(_, _, entry)| entry.holder != own)
}

/// The annotations with this operator's entry: in place of those that it overlaps, and without what fell silent long ago.
pub fn entered(annotations: &Annotations, scope: &Scope, entry: &Entry) -> Annotations {
    let keep = |key: &str, text: &str| {
        let Some(other) = Scope::parse(key) else { return true };
        let written = Entry::parse(text);
        let silent = entry.renewed.duration_since(written.renewed).as_secs();
        !other.overlaps(scope) && silent < SWEPT_AFTER.saturating_add_unsigned(written.seconds)
    };
    let kept = annotations.iter().filter(|(key, text)| keep(key, text));
    let mut entered: Annotations = kept.map(|(key, text)| (key.clone(), text.clone())).collect();
    entered.insert(scope.annotation(), entry.text());
    entered
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(name: &str) -> Scope {
        Scope::One(name.to_owned())
    }

    fn entry(holder: &str, second: i64) -> Entry {
        Entry { holder: holder.to_owned(), renewed: Timestamp::from_second(second).unwrap(), seconds: 15 }
    }

    #[test]
    fn operators_overlap_where_both_would_act_on_a_namespace() {
        let table = [
            (Scope::All, Scope::All, true),
            (Scope::All, one("shop"), true),
            (one("shop"), Scope::All, true),
            (one("shop"), one("shop"), true),
            (one("shop"), one("cart"), false),
        ];
        for (a, b, expected) in table {
            assert_eq!(a.overlaps(&b), expected, "{a} and {b}");
            assert_eq!(Scope::parse(&a.annotation()), Some(a));
        }
        assert_eq!(Scope::parse("kubectl.kubernetes.io/last-applied-configuration"), None);
    }

    #[test]
    fn an_entry_takes_the_place_of_those_that_it_overlaps_and_of_those_silent_for_long() {
        let annotations = [
            (one("shop"), entry("old", 1000)),
            (one("cart"), entry("neighbour", 1000)),
            (one("gone"), entry("gone", 100)),
        ];
        let mut annotations: Annotations =
            annotations.iter().map(|(scope, entry)| (scope.annotation(), entry.text())).collect();
        annotations.insert("someone.else/annotation".to_owned(), "kept".to_owned());
        let holders = |annotations: &Annotations| {
            annotations.values().map(|text| Entry::parse(text).holder).collect::<Vec<_>>().join(", ")
        };
        let own = entered(&annotations, &one("shop"), &entry("new", 1001));
        assert_eq!(holders(&own), "neighbour, new, one that cannot be read");
        assert_eq!(own["someone.else/annotation"], "kept");
        let all = entered(&annotations, &Scope::All, &entry("new", 1001));
        assert_eq!(holders(&all), "new, one that cannot be read");
    }

    #[test]
    fn rivals_are_others_that_overlap_and_what_cannot_be_read_is_one() {
        let mut annotations = entered(&Annotations::new(), &one("shop"), &entry("a", 1));
        annotations = entered(&annotations, &one("cart"), &entry("b", 1));
        let names = |scope: &Scope, own: &str| {
            rivals(&annotations, (scope, own)).into_iter().map(|(_, _, entry)| entry.holder).collect::<Vec<_>>()
        };
        assert_eq!(names(&Scope::All, "c"), ["b", "a"]);
        assert_eq!(names(&one("shop"), "c"), ["a"]);
        assert_eq!(names(&one("shop"), "a"), Vec::<String>::new());
        assert_eq!(names(&one("pay"), "c"), Vec::<String>::new());
        assert_eq!(neighbours(&annotations, (&one("shop"), "a")), ["b on namespace cart"]);
        annotations.insert(one("pay").annotation(), "{".to_owned());
        assert_eq!(rivals(&annotations, (&one("pay"), "c")).len(), 1);
    }
}
