//! Every rule explains its own example, and the rules agree with the vocabulary.

use std::collections::BTreeSet;

use super::rule::Meaning;
use super::*;
use crate::question::Trigger;

fn question(rule: &Rule) -> Question<'static> {
    let (message, place, phase) = rule.example;
    let by_person = matches!(rule.means, Meaning::Rollback(sluice_api::FailureCode::ManualRollbackFailed));
    Question { message, place: Some(place), phase: Some(phase), trigger: by_person.then_some(Trigger::Manual) }
}

#[test]
fn each_rule_is_the_first_that_fits_its_own_example() {
    for rule in all() {
        assert_eq!(explain(&question(rule)).rule, rule.name, "{}", rule.example.0);
    }
}

#[test]
fn each_rule_has_a_name_of_its_own_and_says_why_and_what_to_do() {
    let names: BTreeSet<_> = all().map(|rule| rule.name).collect();
    assert_eq!(names.len(), all().count());
    for rule in all() {
        assert!(!rule.cause.is_empty() && !rule.hint.is_empty(), "{}", rule.name);
        assert!(rule.hint.len() <= 200 && !rule.hint.ends_with('.'), "{}", rule.name);
    }
}

#[test]
fn only_infrastructure_is_ever_retryable() {
    for rule in all() {
        assert_eq!(explain(&question(rule)).retryable, rule.means == Meaning::Infrastructure, "{}", rule.name);
    }
}
