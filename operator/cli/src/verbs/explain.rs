//! `kubectl sluice explain`.

use std::io::Read as _;
use std::process::ExitCode;

use sluice_api::FailureCode;
use sluice_explain::reasons::{all, reason_for_people};
use sluice_explain::{Question, code_for_people, explain, for_people};

use crate::arguments::ExplainArguments;
use crate::error::Error;
use crate::names::meant;
use crate::output::write;
use crate::refusal::Refusal;

/// Explains a failure, a reason or a code. It asks no cluster.
pub fn run(typed: &ExplainArguments) -> Result<ExitCode, Error> {
    let mut text = typed.text.join(" ");
    if typed.text.is_empty() || text == "-" {
        text.clear();
        let failed = |source| Error::File { path: "-".into(), source };
        std::io::stdin().read_to_string(&mut text).map_err(failed)?;
    }
    write(&explained(text.trim())?)?;
    Ok(ExitCode::SUCCESS)
}

fn explained(text: &str) -> Result<String, Refusal> {
    if text.is_empty() {
        return Err(Refusal::new(
            "explain: say what: the words of a failure, a reason such as TargetGroupInUse, or a code such as DEPLOYMENT_VERIFICATION_FAILED",
        ));
    }
    if let Some(code) = FailureCode::ALL.iter().find(|code| code.as_str().eq_ignore_ascii_case(text)) {
        return Ok(code_for_people(*code));
    }
    if let Some(reason) = reason_for_people(text) {
        return Ok(reason);
    }
    let explanation = for_people(&explain(&Question { message: text, ..Question::default() }));
    // One word that is no code of AWS may be a slip of one of ours.
    let known = FailureCode::ALL.iter().map(|code| code.as_str()).chain(all().map(|row| row.reason));
    match meant(text, known).filter(|_| !text.contains(' ') && sluice_explain::codes::class_of(text).is_none()) {
        Some(word) => Ok(format!(
            "There is no reason or code {text}: did you mean {word}? As the words of a failure:\n\n{explanation}"
        )),
        None => Ok(explanation),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_a_reason_and_the_words_of_a_failure_are_told_apart() {
        let table = [
            ("deployment_verification_failed", "DEPLOYMENT_VERIFICATION_FAILED: "),
            ("TargetGroupInUse", "TargetGroupInUse\n\n  what it is: "),
            ("TargetGroupInUs", "There is no reason or code TargetGroupInUs: did you mean TargetGroupInUse?"),
            ("ThrottlingException: Rate exceeded", "It failed at "),
            ("CannotPullContainerError: pull image manifest has been retried", "It failed at "),
        ];
        for (text, expected) in table {
            let told = explained(text).unwrap();
            assert!(told.starts_with(expected), "{text}: {told}");
        }
        assert!(explained("").is_err());
    }
}
