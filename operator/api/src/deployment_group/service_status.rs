//! What a group releases, as AWS tells it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The ECS service of a group, as AWS was last seen to tell of it. What was not seen is not there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ServiceStatus {
    /// Its ARN.
    pub arn: String,
    /// The tag `environment` of the service; where it has none, the environment that the pipeline reported for what was
    /// released last (`revision.source.environment`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub environment: Option<String>,
    /// Where it is reached, by the first of its production routes: scheme and port of the listener, and the host that its rule
    /// asks for, or else the DNS name of the load balancer. None of a listener that is neither HTTP nor HTTPS.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// The stack of CloudFormation that it is of, by the tag `aws:cloudformation:stack-id`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stack_id: Option<String>,
}
