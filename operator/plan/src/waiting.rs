//! Not acting is a result too: what a Deployment waits for, and until when. Each rule brings its own words.

use std::fmt;

use jiff::Timestamp;
use serde::Serialize;
use sluice_api::Reason;

use crate::invariant::Invariant;

/// What a Deployment waits for. Its `Display` is the message that users read.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Waiting {
    /// One word for conditions.
    #[serde(serialize_with = "reason_word")]
    pub reason: Reason,
    /// What it waits for, until when, and what someone can do.
    pub message: String,
    /// When it is over by itself, if it is.
    pub until: Option<Timestamp>,
    /// When it has lasted too long, if there is such a moment.
    pub deadline: Option<Timestamp>,
    /// What status and metrics tell apart.
    pub kind: WaitKind,
}

/// What status and metrics tell apart among the waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum WaitKind {
    /// It goes on by itself: time, AWS, or tasks that get healthy.
    Progress,
    /// A user holds it.
    Paused,
    /// Someone must mend something before it can go on.
    Person,
    /// The next action would break an invariant.
    Blocked(Invariant),
}

impl Waiting {
    /// A wait that goes on by itself, or fails at its deadline.
    pub(crate) const fn for_progress(reason: Reason, message: String, deadline: Option<Timestamp>) -> Self {
        Self { reason, message, until: None, deadline, kind: WaitKind::Progress }
    }

    /// A wait that is over at this moment.
    pub(crate) const fn until(reason: Reason, message: String, until: Timestamp) -> Self {
        Self { reason, message, until: Some(until), deadline: None, kind: WaitKind::Progress }
    }

    /// Whether someone must mend something before it can go on.
    #[must_use]
    pub const fn is_stalled(&self) -> bool {
        matches!(self.kind, WaitKind::Person | WaitKind::Blocked(_))
    }
}

impl fmt::Display for Waiting {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
pub(crate) fn reason_word<S: serde::Serializer>(reason: &Reason, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(reason)
}

/// A deadline as the end of a message; nothing where there is none.
pub(crate) fn by(deadline: Option<Timestamp>) -> String {
    deadline.map(|deadline| format!(", until {}", clock(deadline))).unwrap_or_default()
}

/// A moment as users read it: to the second, in UTC.
pub(crate) fn clock(at: Timestamp) -> String {
    at.strftime("%H:%M:%SZ").to_string()
}
