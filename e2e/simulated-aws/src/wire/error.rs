//! An error as a service reports it.

use crate::service::Service;

/// An error as a service reports it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {message}")]
pub struct ApiError {
    /// The code that goes over the wire.
    pub code: String,
    /// The message.
    pub message: String,
    /// The HTTP status.
    pub status: u16,
    /// The parameter that this simulation does not know, if that is what is wrong.
    pub unmodelled: Option<String>,
}

impl ApiError {
    /// An error with status 400.
    pub fn new(code: &str, message: impl Into<String>) -> Self {
        Self { code: code.to_owned(), message: message.into(), status: 400, unmodelled: None }
    }

    /// The same error with another status.
    #[must_use]
    pub const fn with_status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }

    /// The error for parameters that do not fit their type; it notes one that the type does not know.
    #[must_use]
    pub fn undecodable(code: &str, error: &serde_json::Error) -> Self {
        let message = error.to_string();
        let unknown = message.strip_prefix("unknown field `").and_then(|rest| rest.split('`').next());
        Self { unmodelled: unknown.map(str::to_owned), ..Self::new(code, message.clone()) }
    }

    /// ECS's answer to a parameter it does not accept.
    pub fn invalid_parameter(message: impl Into<String>) -> Self {
        Self::new("InvalidParameterException", message)
    }

    /// The answer to a caller that calls too often.
    #[must_use]
    pub fn throttled(service: Service) -> Self {
        match service {
            Service::Ecs | Service::Events | Service::Ecr => Self::new("ThrottlingException", "Rate exceeded"),
            Service::Elbv2 | Service::Sts | Service::Cloudwatch | Service::Sns => {
                Self::new("Throttling", "Rate exceeded")
            }
            Service::Lambda => Self::new("TooManyRequestsException", "Rate Exceeded.").with_status(429),
        }
    }

    /// The query protocol's answer to a parameter it does not accept.
    pub fn validation(message: impl Into<String>) -> Self {
        Self::new("ValidationError", message)
    }

    /// The shape that stands for the code in CloudWatch's model.
    #[must_use]
    pub fn shape(&self) -> &str {
        match self.code.as_str() {
            "InvalidParameterValue" => "InvalidParameterValueException",
            "ValidationError" => "ValidationException",
            "InvalidParameterCombination" => "InvalidParameterCombinationException",
            "MissingParameter" => "MissingRequiredParameterException",
            "InvalidFormat" => "InvalidFormatFault",
            "LimitExceeded" => "LimitExceededFault",
            "InternalServiceError" => "InternalServiceFault",
            other => other,
        }
    }

    /// The value of `x-amzn-query-error`.
    #[must_use]
    pub fn query_header(&self) -> String {
        format!("{};{}", self.code, if self.status >= 500 { "Receiver" } else { "Sender" })
    }
}
