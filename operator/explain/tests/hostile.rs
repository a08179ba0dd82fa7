//! Messages that are made to do harm.

use std::time::{Duration, Instant};

use sluice_explain::{Place, Question, Trigger, explain, for_people};

fn answer(message: &str) -> sluice_explain::Explanation {
    explain(&Question { message, place: Some(Place::Other), ..Question::default() })
}

#[test]
fn a_message_of_any_size_and_content_is_answered_at_once() {
    let begun = Instant::now();
    let repeated = [
        "a",
        "(",
        "x ",
        "error ",
        "timeout waiting for ",
        "no previous ",
        "\u{0}",
        "\u{1b}[",
        "\u{e4}",
        "(a+)+$",
        "failed to ",
        "Exception:",
    ];
    for piece in repeated {
        let message = piece.repeat(1_000_000 / piece.len());
        let _ = answer(&message);
    }
    // Ten times what a slow machine needs without optimisation.
    assert!(begun.elapsed() < Duration::from_mins(1), "{:?}", begun.elapsed());
}

#[test]
fn nothing_of_a_message_is_ever_repeated() {
    let secret = "AKIAIOSFODNN7EXAMPLE";
    for message in [format!("invalid credentials {secret}"), format!("{secret} timed out"), secret.to_owned()] {
        let explanation = answer(&message);
        assert!(!for_people(&explanation).contains(secret));
        assert!(!serde_json::to_string(&explanation).unwrap().contains(secret));
    }
}

#[test]
fn nothing_that_no_rule_knows_is_retryable() {
    for message in ["", " ", "\u{0}", "ok", "\u{65e5}\u{672c}\u{8a9e}", "{\"a\":1}", "null", "\u{202e}deliaf"] {
        let explanation = answer(message);
        assert!(!explanation.retryable, "{message:?}: {}", explanation.rule);
    }
}

#[test]
fn of_several_causes_the_one_that_stays_decides() {
    let table = [
        ("AccessDeniedException: not allowed; earlier: dial tcp: i/o timeout", "AUTHENTICATION_FAILED"),
        ("InvalidParameterException: the health check timeout must be below its interval", "DEPLOYMENT_FAILED_GENERIC"),
        ("ValidationException: connection timeout must be between 1 and 60", "DEPLOYMENT_FAILED_GENERIC"),
        ("x509: certificate has expired: dial tcp 10.0.0.1:443", "DEPLOYMENT_FAILED_GENERIC"),
    ];
    for (message, code) in table {
        let question = Question { message, place: Some(Place::ApiError), ..Question::default() };
        assert_eq!(explain(&question).code.as_str(), code, "{message}");
    }
}

#[test]
fn on_the_way_back_nothing_is_retryable_whoever_began_it() {
    for trigger in [Trigger::Automatic, Trigger::Manual] {
        let question = Question { message: "Rate exceeded", trigger: Some(trigger), ..Question::default() };
        assert!(!explain(&question).retryable);
    }
}
