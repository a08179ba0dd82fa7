//! What a message says by words, whoever wrote it: signals, each with the forms in which it is said.

mod access;
mod build;
mod capacity;
mod health;
mod network;
mod notices;
mod refused;
mod rollback;
mod service;
mod signal;
mod startup;

use std::sync::LazyLock;

use regex::bytes::{RegexSet, RegexSetBuilder};

use signal::Row;
pub(crate) use signal::{Signal, Signals};

const TABLES: &[&[Row]] = &[
    notices::FORMS,
    rollback::FORMS,
    access::FORMS,
    network::FORMS,
    service::FORMS,
    capacity::FORMS,
    health::FORMS,
    startup::FORMS,
    build::FORMS,
    refused::FORMS,
];

/// All of them in one automaton, whose time is linear in the length of a message. The forms are constants, and a test builds
/// it, so that none can be wrong here.
static FORMS: LazyLock<(Vec<Signal>, Option<RegexSet>)> = LazyLock::new(|| {
    let rows =
        || TABLES.iter().copied().flatten().flat_map(|(signal, forms)| forms.iter().map(move |form| (*signal, *form)));
    let set = RegexSetBuilder::new(rows().map(|(_, form)| form)).unicode(false).size_limit(1 << 24).build();
    (rows().map(|(signal, _)| signal).collect(), set.ok())
});

/// What a message says by its words; it is in the normal form of `text`.
pub(crate) fn said_in(normal: &str) -> Signals {
    let (signals, set) = &*FORMS;
    let matches = set.as_ref().map(|set| set.matches(normal.as_bytes()));
    matches.into_iter().flatten().fold(Signals::default(), |all, index| all.with(signals[index]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_is_well_formed() {
        for (signal, form) in
            TABLES.iter().copied().flatten().flat_map(|(signal, forms)| forms.iter().map(move |form| (signal, form)))
        {
            let built = RegexSetBuilder::new([form]).unicode(false).build();
            assert!(built.is_ok(), "{signal:?}: {form}");
            assert_eq!(form.to_ascii_lowercase(), **form, "{signal:?}");
        }
        assert!(FORMS.1.is_some());
    }

    #[test]
    fn every_signal_is_said_somehow() {
        for signal in Signal::ALL {
            let has_forms = TABLES.iter().copied().flatten().any(|(of, forms)| of == signal && !forms.is_empty());
            assert!(has_forms || signal.is_of_a_code(), "{signal:?}");
        }
    }
}
