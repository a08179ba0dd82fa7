//! ARNs as people read them.

/// The last part of an ARN, or a whole name.
#[must_use]
pub fn short(arn: &str) -> &str {
    arn.rsplit('/').next().unwrap_or(arn)
}

/// Name of a target group, from its ARN.
#[must_use]
pub fn target_group_name(arn: &str) -> &str {
    let mut parts = arn.rsplit('/');
    let last = parts.next();
    parts.next().or(last).unwrap_or(arn)
}
