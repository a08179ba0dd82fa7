//! An answer for people.

use std::fmt::Write as _;

use sluice_api::FailureCode;

use crate::explanation::{Explanation, docs_of};
use crate::pages::meaning_of;
use crate::rules::all;

/// An explanation in a few lines: what it is, the code, what to do, where to read more. Nothing of the message is repeated.
#[must_use]
pub fn for_people(explanation: &Explanation) -> String {
    let Explanation { stage, category, code, retryable, failure, hint, rule } = explanation;
    if !failure {
        return format!("This is no failure ({rule}).\n\n  what to do: {hint}\n");
    }
    let again = if *retryable { "yes, the same may pass later" } else { "no, something must be mended first" };
    let cause = all().find(|known| known.name == *rule).map_or("no rule knows these words", |known| known.cause);
    format!(
        "It failed at {stage}: {rule}.\n\n  code:       {code} ({category})\n  try again:  {again}\n  cause:      {cause}\n  what to do: {hint}\n  more:       {}\n",
        docs_of(*code)
    )
}

/// A code in a few lines: what it means, and the kinds of failure that have it.
#[must_use]
pub fn code_for_people(code: FailureCode) -> String {
    let again = if code.is_retryable() { "The same may pass later." } else { "Something must be mended first." };
    let mut kinds = String::new();
    for rule in all().filter(|rule| rule.is_failure() && rule.code() == code) {
        let _ = writeln!(kinds, "  {}\n      {}", rule.name, rule.hint);
    }
    format!("{code}: {}. {again}\n\n{kinds}\n{}\n", meaning_of(code), docs_of(code))
}
