//! A reason of a condition, for people.

/// What a reason means, and what to do. A reason may have several rows, for other kinds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReasonRow {
    /// The reason, as conditions and Events have it.
    pub reason: &'static str,
    /// Of which kind, where it means something else on others: such as "on a group".
    pub place: &'static str,
    /// What is wrong, or what it means.
    pub meaning: &'static str,
    /// What to do; empty where it passes by itself.
    pub remedy: &'static str,
}

/// A row, in short.
pub(super) const fn row(
    reason: &'static str,
    place: &'static str,
    meaning: &'static str,
    remedy: &'static str,
) -> ReasonRow {
    ReasonRow { reason, place, meaning, remedy }
}
