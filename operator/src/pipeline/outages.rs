//! Where AWS does not answer: logged once when it begins, and once when it is over, however many objects see it.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use sluice_aws::{AwsError, ErrorClass};

/// How many observations in a row must go without an answer: one alone says nothing.
const TOLD_AFTER: u32 = 3;

/// Observations without an answer in a row, by region.
#[derive(Debug, Default)]
pub struct Outages(Mutex<HashMap<String, u32>>);

/// What an observation changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Change {
    /// AWS has not answered for some time.
    Gone,
    /// It answers again.
    Back,
}

impl Outages {
    /// Takes in how an observation in a region ended.
    pub fn note<T>(&self, region: &str, observed: &Result<T, AwsError>) {
        let error = observed.as_ref().err();
        match self.change(region, error.map(|error| error.class)) {
            Some(Change::Gone) => {
                let error = error.map(ToString::to_string).unwrap_or_default();
                tracing::warn!(region, tries = TOLD_AFTER, error, "AWS does not answer; it is tried again");
            }
            Some(Change::Back) => tracing::info!(region, "AWS answers again"),
            None => {}
        }
    }

    fn change(&self, region: &str, failed: Option<ErrorClass>) -> Option<Change> {
        let mut in_a_row = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match failed {
            Some(ErrorClass::Unavailable | ErrorClass::Unknown) => {
                let count = in_a_row.entry(region.to_owned()).or_default();
                *count = count.saturating_add(1);
                (*count == TOLD_AFTER).then_some(Change::Gone)
            }
            // It was not asked.
            Some(ErrorClass::Fenced) => None,
            // A refusal is an answer too.
            None
            | Some(
                ErrorClass::Throttled
                | ErrorClass::Credentials
                | ErrorClass::AccessDenied
                | ErrorClass::NotFound
                | ErrorClass::Refused,
            ) => in_a_row.remove(region).is_some_and(|count| count >= TOLD_AFTER).then_some(Change::Back),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aws_gone_and_aws_back_are_told_once_each() {
        let outages = Outages::default();
        let gone = Some(ErrorClass::Unavailable);
        let table = [
            ("a", gone, None),
            ("a", None, None),
            ("a", gone, None),
            ("a", gone, None),
            ("b", None, None),
            ("a", gone, Some(Change::Gone)),
            ("a", gone, None),
            ("a", Some(ErrorClass::Fenced), None),
            ("a", Some(ErrorClass::Throttled), Some(Change::Back)),
            ("a", None, None),
        ];
        for (number, (region, failed, expected)) in table.into_iter().enumerate() {
            assert_eq!(outages.change(region, failed), expected, "row {number}");
        }
    }
}
