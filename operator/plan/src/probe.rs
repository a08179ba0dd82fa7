//! What the last answers of an HTTP probe come to.
//!
//! A word changes only by a window of them: it is unreachable once most of the window failed, and well again once the whole
//! window passed. In between it stays, so that answers that come and go change it once. Too few recent ones change nothing,
//! so that an operator that starts anew keeps the word of the one before it.

use jiff::{SignedDuration, Timestamp};
use sluice_api::{HttpProbe, ProbeState, ProbeStatus, bounded_message};

/// How one question ended. A closed list, so that it can be a metric label.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ProbeOutcome {
    /// It answered as it should.
    Passed,
    /// Another status than was expected.
    Status,
    /// A redirect, which is never followed.
    Redirect,
    /// A body without the expected text.
    Content,
    /// No answer: no address, no connection, no TLS, or not in time.
    Unanswered,
    /// The name stands for an address that is never called, so that nothing was sent.
    Forbidden,
}

impl ProbeOutcome {
    /// Every outcome.
    pub const ALL: &'static [Self] =
        &[Self::Passed, Self::Status, Self::Redirect, Self::Content, Self::Unanswered, Self::Forbidden];
}

/// One answer, or that there was none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sample {
    /// When it was there.
    pub at: Timestamp,
    /// How it ended.
    pub outcome: ProbeOutcome,
    /// Why it failed; empty where it passed.
    pub message: String,
}

/// How an answer is judged: by its status, and the part of its body that was read. The error says what was expected.
pub fn judge(probe: &HttpProbe, status: u16, body: &[u8]) -> Result<(), (ProbeOutcome, String)> {
    let expected = probe.expect.clone().unwrap_or_default();
    let is_expected = if expected.status.is_empty() {
        (200..=299).contains(&status)
    } else {
        expected.status.contains(&i32::from(status))
    };
    if !is_expected {
        let list: Vec<String> = expected.status.iter().map(i32::to_string).collect();
        let list = if list.is_empty() { "200 to 299".to_owned() } else { list.join(", ") };
        return Err((ProbeOutcome::Status, format!("answered with status {status}, and {list} was expected")));
    }
    match &expected.contains {
        Some(text) if !contains(body, text.as_bytes()) => {
            Err((ProbeOutcome::Content, "answered without the text that was expected".to_owned()))
        }
        _ => Ok(()),
    }
}

fn contains(body: &[u8], text: &[u8]) -> bool {
    text.is_empty() || body.windows(text.len()).any(|part| part == text)
}

/// What the answers come to, by the word that was known before.
#[must_use]
pub fn verdict(probe: &HttpProbe, known: ProbeState, samples: &[Sample], now: Timestamp) -> ProbeState {
    let size = window(probe);
    // Twice the time that a window takes: then answers were missed, and old ones say nothing.
    let oldest = probe.interval.as_signed().saturating_mul(i32::try_from(2 * size).unwrap_or(i32::MAX));
    let is_recent = |sample: &&Sample| now.duration_since(sample.at) <= oldest;
    let recent: Vec<&Sample> = samples.iter().rev().take(size).filter(is_recent).collect();
    let passed = recent.iter().filter(|sample| sample.outcome == ProbeOutcome::Passed).count();
    let (failed, most) = (recent.len() - passed, size / 2 + 1);
    match known {
        _ if failed >= most => ProbeState::Failing,
        ProbeState::Failing if passed < size => ProbeState::Failing,
        _ if passed >= most => ProbeState::Passing,
        known => known,
    }
}

/// How many answers count.
#[must_use]
pub fn window(probe: &HttpProbe) -> usize {
    usize::try_from(probe.window).unwrap_or(5).clamp(3, 20)
}

/// What is told of a probe; none where the group has none.
#[must_use]
pub fn told(
    probe: Option<&HttpProbe>,
    known: Option<&ProbeStatus>,
    samples: &[Sample],
    now: Timestamp,
) -> Option<ProbeStatus> {
    let probe = probe?;
    let known = known.cloned().unwrap_or_default();
    let state = verdict(probe, known.state, samples, now);
    if state == known.state {
        return Some(known);
    }
    let failure = samples.iter().rev().find(|sample| sample.outcome != ProbeOutcome::Passed);
    let message = failure.filter(|_| state == ProbeState::Failing).map(|sample| bounded_message(&sample.message));
    Some(ProbeStatus { state, message: message.unwrap_or_default(), since: Some(now), through: known.through })
}

/// How long a probe waits for its next question: until the first window is full not long, so that a word is known soon.
#[must_use]
pub fn next_after(probe: &HttpProbe, samples: usize) -> SignedDuration {
    if samples < window(probe) { SignedDuration::from_secs(1) } else { probe.interval.as_signed() }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn probe(window: i32) -> HttpProbe {
        serde_json::from_value(json!({"url": "https://shop.example.com/", "interval": "10s", "window": window}))
            .unwrap()
    }

    /// Answers ten seconds apart, `+` for one that passed.
    fn samples(text: &str) -> Vec<Sample> {
        let sample = |(index, letter)| Sample {
            at: Timestamp::from_second(10 * i64::try_from(index).unwrap_or_default()).unwrap_or_default(),
            outcome: if letter == '+' { ProbeOutcome::Passed } else { ProbeOutcome::Unanswered },
            message: String::new(),
        };
        text.chars().enumerate().map(sample).collect()
    }

    /// The words after each answer: `.` unknown, `u` up, `d` down.
    fn words(window: i32, known: ProbeState, text: &str) -> String {
        let (all, mut known) = (samples(text), known);
        let word = |count: usize| {
            known = verdict(&probe(window), known, &all[..count], all[count - 1].at);
            match known {
                ProbeState::Unknown => '.',
                ProbeState::Passing => 'u',
                ProbeState::Failing => 'd',
            }
        };
        (1..=all.len()).map(word).collect()
    }

    #[test]
    fn a_word_changes_by_a_window_of_answers_and_never_flaps() {
        let unknown = ProbeState::Unknown;
        for (window, known, answers, expected) in [
            (5, unknown, "+++++", "..uuu"),
            (5, unknown, "-----", "..ddd"),
            (5, unknown, "+-+-+-+-+-", "....uddddd"),
            (5, ProbeState::Passing, "+++--+++++", "uuuuuuuuuu"),
            (5, ProbeState::Passing, "+++---+++++", "uuuuudddddu"),
            (5, ProbeState::Passing, "---++-+++++", "uuddddddddu"),
            (3, unknown, "+-+-+-+-+-", "..uddddddd"),
            (3, unknown, "--+++--", ".ddduud"),
            // The operator was started anew.
            (5, ProbeState::Failing, "+++++", "ddddu"),
            (5, ProbeState::Failing, "++", "dd"),
            (5, ProbeState::Passing, "--", "uu"),
            (20, unknown, "++++++++++++", "..........uu"),
        ] {
            assert_eq!(words(window, known, answers), expected, "{window} {known} {answers}");
        }
    }

    #[test]
    fn answers_that_are_old_say_nothing() {
        let (probe, all) = (probe(3), samples("+++"));
        let at = |second| Timestamp::from_second(second).unwrap_or_default();
        assert_eq!(verdict(&probe, ProbeState::Unknown, &all, at(60)), ProbeState::Passing);
        assert_eq!(verdict(&probe, ProbeState::Unknown, &all, at(200)), ProbeState::Unknown);
        assert_eq!(verdict(&probe, ProbeState::Failing, &all, at(200)), ProbeState::Failing);
        assert_eq!(verdict(&probe, ProbeState::Unknown, &[], at(200)), ProbeState::Unknown);
    }

    #[test]
    fn a_status_is_written_when_the_word_changes_and_says_why() {
        let probe = probe(3);
        let mut all = samples("---");
        all[2].message = "shop.example.com answered with status 503".to_owned();
        let first = told(Some(&probe), None, &all[..1], all[0].at).unwrap_or_default();
        assert_eq!(first, ProbeStatus::default());
        let failing = told(Some(&probe), Some(&first), &all, all[2].at).unwrap_or_default();
        assert_eq!((failing.state, failing.message.contains("503")), (ProbeState::Failing, true));
        all.push(Sample { message: "another".to_owned(), ..all[2].clone() });
        assert_eq!(told(Some(&probe), Some(&failing), &all, all[2].at), Some(failing.clone()), "no new word");
        assert_eq!(told(None, Some(&failing), &all, all[2].at), None);
    }

    #[test]
    fn an_answer_is_judged_by_status_and_text() {
        let expecting = |expect: serde_json::Value| {
            let probe = json!({"url": "https://shop.example.com/", "expect": expect});
            serde_json::from_value::<HttpProbe>(probe).unwrap()
        };
        for (expect, status, body, expected) in [
            (json!({}), 200, "", None),
            (json!({}), 204, "", None),
            (json!({}), 503, "", Some(ProbeOutcome::Status)),
            (json!({"status": [401]}), 401, "", None),
            (json!({"status": [401, 403]}), 200, "", Some(ProbeOutcome::Status)),
            (json!({"contains": "ok"}), 200, "all is ok.", None),
            (json!({"contains": "ok"}), 200, "o k", Some(ProbeOutcome::Content)),
            (json!({"contains": "longer than the body"}), 200, "ok", Some(ProbeOutcome::Content)),
        ] {
            let judged = judge(&expecting(expect.clone()), status, body.as_bytes());
            assert_eq!(judged.err().map(|(outcome, _)| outcome), expected, "{expect} {status}");
        }
    }
}
