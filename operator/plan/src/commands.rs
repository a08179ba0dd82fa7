//! The exact commands that end a wait, for people.

use crate::input::Release;

/// Approves what this word names. Added to what was approved before, which stays.
pub(crate) fn approve(release: &Release<'_>, word: &str) -> String {
    let patch = if release.asked.approvals.is_empty() {
        format!(r#"--type merge -p '{{"spec":{{"approvals":["{word}"]}}}}'"#)
    } else {
        format!(r#"--type json -p '[{{"op":"add","path":"/spec/approvals/-","value":"{word}"}}]'"#)
    };
    on(release, &patch)
}

/// Passes over the waits before this place.
pub(crate) fn skip_to(release: &Release<'_>, word: &str) -> String {
    on(release, &format!(r#"--type merge -p '{{"spec":{{"skipTo":"{word}"}}}}'"#))
}

/// Ends the Deployment, and returns its traffic.
pub(crate) fn stop(release: &Release<'_>) -> String {
    on(release, r#"--type merge -p '{"spec":{"stop":{}}}'"#)
}

fn on(release: &Release<'_>, patch: &str) -> String {
    let identity = release.identity;
    format!("kubectl patch sdep {} -n {} {patch}", identity.name, identity.namespace)
}
