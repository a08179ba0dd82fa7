//! Words that stopped newcomers and were given up (docs/style.md, Words): what they meant has a name of the field.

use crate::tokens::Token;

/// A word that was given up, where it is used again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retired {
    /// The line, from 1 on.
    pub line: usize,
    /// The word.
    pub word: &'static str,
    /// What is said in its place.
    pub instead: &'static str,
}

/// The words, and what is said in their place.
const WORDS: &[(&[&str], &str)] = &[
    (&["Trouble", "trouble", "troubles"], "CallError for what AWS answered, symptom for what is seen"),
    (&["Turn"], "QueueDecision, PromotionDecision, or Permit for the right to call"),
    (&["Lane", "lane"], "Priority"),
    (&["Budget", "Meter"], "RateLimiter, TokenBucket"),
    (&["errand"], "request"),
    (&["patience", "PATIENCE"], "time_limit, retry_backoff"),
    (&["Begun"], "Release"),
    (&["Face", "traffic_face"], "StatusLine, traffic_condition"),
    (&["Standing", "standing"], "Kstatus, or the state of what it is: MemberState, JobState"),
    (&["Barred", "barred"], "refused, AccessError"),
    (&["Purpose", "whereabouts", "hangs_on", "supposing"], "ReadScope, target_groups, depends_on, with_targets"),
    (&["Requested", "Wanted"], "LastRequest, NewDeployment, or what it is that is wanted"),
    (&["Cloud", "Clouds"], "RegionClients, Regions"),
    (&["Subject"], "PreflightInput, Dependent, or what it is: a subject is RBAC's word for a user"),
    (&["Admitted", "admit"], "authorize for a binding, acquire and Permit for a place"),
    (&["assert_weights"], "next_weight_change"),
    (&["rests_until", "unstuck_at", "barrier_until"], "quiet_until, stickiness_ends_at, barrier_ends_at"),
    (&["past_return"], "past_point_of_no_return"),
    (&["put_back", "standstill"], "repair, unchanged_phase"),
];

/// Where a source uses one of them, in code: comments and texts may.
pub fn retired(tokens: &[Token]) -> Vec<Retired> {
    let known = |token: &Token| {
        let used = token.word()?;
        let (words, instead) = WORDS.iter().find(|(words, _)| words.contains(&used))?;
        let word = words.iter().find(|word| **word == used)?;
        Some(Retired { line: token.line, word, instead })
    };
    tokens.iter().filter_map(known).collect()
}

#[cfg(test)]
mod tests {
    use super::retired;
    use crate::tokens::tokens;

    #[test]
    fn a_word_that_was_given_up_is_found_in_code_and_nowhere_else() {
        let source = "// a Lane\nenum Halt { Barred(Refusal) }\nlet text = \"trouble\"; f(wait_turn, TurnedRound);\nlet lane = 1;";
        let found: Vec<(usize, &str)> = retired(&tokens(source)).iter().map(|one| (one.line, one.word)).collect();
        assert_eq!(found, [(2, "Barred"), (4, "lane")]);
    }
}
