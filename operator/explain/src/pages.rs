//! The pages of `docs/errors/`: one for each code, made from the rules, and an index.

use std::fmt::Write as _;

use sluice_api::FailureCode;

use crate::rules::{Rule, all};

/// Name and content of every page.
#[must_use]
pub fn pages() -> Vec<(String, String)> {
    let codes = FailureCode::ALL.iter().map(|code| (format!("{code}.md"), page(*code)));
    codes.chain([("README.md".to_owned(), index())]).collect()
}

/// What a code means, in a few words.
pub(crate) fn meaning_of(code: FailureCode) -> &'static str {
    match code {
        FailureCode::AuthenticationFailed => "credentials or a permission were refused",
        FailureCode::CodebuildDockerImageBuildFailed => "no image was made or published",
        FailureCode::DeploymentVerificationFailed => "the release ran, or tried to, and did not pass",
        FailureCode::AutomaticRollbackFailed => "the release failed, and so did the automatic way back",
        FailureCode::AutomaticRollbackNoCandidate => "the release failed, and there is nothing earlier to return to",
        FailureCode::ManualRollbackFailed => "a rollback that someone asked for failed",
        FailureCode::InfrastructureNetworkFailure => {
            "the network, a limit of the rate or a lack of capacity: it may pass by itself"
        }
        FailureCode::DeploymentFailedGeneric => "a request was refused or impossible, or no rule knows the message",
    }
}

const HEADER: &str = "<!-- Made from the rules of operator/explain: UPDATE_DOCS=1 cargo test -p sluice-explain -->\n\n";

fn page(code: FailureCode) -> String {
    let again = if code.is_retryable() {
        "**Retryable**: the same release, unchanged, may pass when it is tried again. A retry policy tries it."
    } else {
        "**Not retryable**: the same release would fail again. Mend the cause first; no retry policy tries it."
    };
    let mut page = format!("# {code}\n\n{HEADER}What it means: {}.\n\n{again}\n", meaning_of(code));
    for rule in all().filter(|rule| rule.is_failure() && rule.code() == code) {
        page.push_str(&section(rule));
    }
    let _ = write!(page, "\nTo explain a message: `sluice explain \"...\"`. Other codes: [README.md](README.md).\n");
    page
}

fn section(rule: &Rule) -> String {
    let (example, ..) = rule.example;
    let mut name = rule.name.to_owned();
    if let Some(first) = name.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    format!("\n## {name}\n\n```\n{example}\n```\n\n- Cause: {}.\n- What to do: {}.\n", rule.cause, rule.hint)
}

fn index() -> String {
    let mut index = format!(
        "# Codes of failures\n\n{HEADER}`status.failure` of a Deployment has a code, and `status.failure.docs` the link to its page. `sluice explain CODE` prints the same.\n\n| code | what it means | retryable |\n|---|---|---|\n"
    );
    for code in FailureCode::ALL {
        let again = if code.is_retryable() { "yes" } else { "no" };
        let _ = writeln!(index, "| [{code}]({code}.md) | {} | {again} |", meaning_of(*code));
    }
    index.push_str("\nNo failure, whatever it sounds like:\n\n");
    for rule in all().filter(|rule| !rule.is_failure()) {
        let (example, ..) = rule.example;
        let _ = writeln!(index, "- `{example}`: {}.", rule.cause);
    }
    index
}
