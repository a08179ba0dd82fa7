//! The errors for what does not exist.

use crate::wire::error::ApiError;

pub fn target_group_not_found() -> ApiError {
    ApiError::new("TargetGroupNotFound", "One or more target groups not found")
}

pub fn listener_not_found() -> ApiError {
    ApiError::new("ListenerNotFound", "One or more listeners not found")
}

pub fn rule_not_found() -> ApiError {
    ApiError::new("RuleNotFound", "One or more rules not found")
}

pub fn load_balancer_not_found(arn: &str) -> ApiError {
    ApiError::new("LoadBalancerNotFound", format!("Load balancer '{arn}' not found"))
}
