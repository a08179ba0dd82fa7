//! What a hook is asked: everything that its call needs, so that nothing is decided where it is made.

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use serde_json::{Number, Value};
use sluice_api::{HookEvent, JobHook};

/// One attempt of a hook.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct HookCall {
    /// Name of the hook.
    pub name: String,
    /// The id of the attempt, see [`super::execution_id`].
    pub execution_id: String,
    /// When the attempt has taken too long, whatever it does.
    pub deadline: Timestamp,
    /// How long that is from now on.
    pub time_left: SignedDuration,
    /// What runs.
    pub target: HookTarget,
    /// What it is told.
    pub payload: HookPayload,
}

/// What runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum HookTarget {
    /// A Lambda function.
    Lambda {
        /// Its name or ARN, without a qualifier.
        function: String,
        /// A version or an alias; none: what is newest.
        qualifier: Option<String>,
    },
    /// A Job.
    Job(Box<JobHook>),
    /// A host that is asked by POST.
    Http {
        /// Where to.
        url: String,
        /// The Secret that has further headers.
        headers_from: Option<String>,
    },
}

/// What every hook is told, whatever runs it: JSON, in camel case, with null for what there is none of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct HookPayload {
    /// The id of the attempt: the same when it is asked again.
    pub execution_id: String,
    /// When it runs.
    pub event: HookEvent,
    /// Name of the increment, or its index from 0 where it has none.
    pub step: Option<String>,
    /// Name of the Deployment.
    pub deployment: String,
    /// Name of its group.
    pub group: String,
    /// Name of the Application.
    pub application: String,
    /// Their namespace.
    pub namespace: String,
    /// What is released, as family:revision.
    pub revision: String,
    /// What it replaces; none at a first deployment.
    pub previous_revision: Option<String>,
    /// Share of production traffic that the replacement has while the hook runs, in percent.
    pub weight: Number,
    /// The pair of target groups.
    pub target_groups: PayloadTargetGroups,
    /// Where test traffic reaches the replacement; none where no test route is switched.
    pub test_url: Option<String>,
    /// From 1.
    pub attempt: i32,
    /// What the group has the hook told besides.
    pub payload: Value,
}

/// The pair of target groups, by ARN.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PayloadTargetGroups {
    /// Of the original, or of the one that would be.
    pub original: String,
    /// Of the replacement.
    pub replacement: String,
}
