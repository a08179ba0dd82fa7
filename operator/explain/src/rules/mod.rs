//! The rules, in their order: the first that fits decides.
//!
//! What is no failure; the way back; then, of what went wrong: judgements in which words of the network or of access
//! only tell how the judged thing answered, who was refused, what may pass later, the build, what ran and was judged,
//! what did not start, and the rest.

mod access;
mod build;
mod health;
mod infrastructure;
mod judged;
mod notices;
mod refused;
mod rollback;
mod rule;
mod startup;
#[cfg(test)]
mod tests;

use crate::explanation::Explanation;
use crate::facts::Facts;
use crate::question::Question;
pub(crate) use rule::Rule;

const TABLES: &[&[Rule]] = &[
    notices::RULES,
    rollback::RULES,
    judged::RULES,
    access::RULES,
    infrastructure::RULES,
    build::RULES,
    health::RULES,
    startup::RULES,
    refused::RULES,
];

/// Every rule, in its order.
pub(crate) fn all() -> impl Iterator<Item = &'static Rule> {
    TABLES.iter().copied().flatten()
}

/// What a message means.
#[must_use]
pub fn explain(question: &Question<'_>) -> Explanation {
    let facts = Facts::of(question);
    let rule = all().find(|rule| rule.fits(&facts)).unwrap_or(&refused::UNKNOWN);
    rule.explanation(&facts)
}
