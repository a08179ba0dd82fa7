//! The services: for each the operations that are modelled, and its answer to any other.
//!
//! The core of an operation is a function from parameters to an answer; it knows nothing of protocols, faults or rate
//! limits.

pub mod call;
pub mod cloudwatch;
pub mod ecr;
pub mod ecs;
pub mod elbv2;
pub mod event_bridge;
pub mod lambda;
pub mod sns;
pub mod sts;

use serde_json::Value;

use crate::service::Service;
use crate::wire::error::ApiError;
use call::{Call, Operation};

/// A service: its operations, and its answer to an operation that is not among them.
struct Entry {
    service: Service,
    operations: &'static [Operation],
    unknown: fn(&str) -> ApiError,
}

static SERVICES: [Entry; 8] = [
    Entry { service: Service::Ecs, operations: ecs::OPERATIONS, unknown: ecs::unknown },
    Entry { service: Service::Elbv2, operations: elbv2::OPERATIONS, unknown: elbv2::unknown },
    Entry { service: Service::Cloudwatch, operations: cloudwatch::OPERATIONS, unknown: cloudwatch::unknown },
    Entry { service: Service::Lambda, operations: lambda::OPERATIONS, unknown: lambda::unknown },
    Entry { service: Service::Sts, operations: sts::OPERATIONS, unknown: sts::unknown },
    Entry { service: Service::Sns, operations: sns::OPERATIONS, unknown: sns::unknown },
    Entry { service: Service::Events, operations: event_bridge::OPERATIONS, unknown: event_bridge::unknown },
    Entry { service: Service::Ecr, operations: ecr::OPERATIONS, unknown: ecr::unknown },
];

fn entry(service: Service) -> Option<&'static Entry> {
    SERVICES.iter().find(|entry| entry.service == service)
}

/// The names of the operations that are modelled.
pub fn operations(service: Service) -> impl Iterator<Item = &'static str> {
    entry(service).into_iter().flat_map(|entry| entry.operations).map(|(name, _)| *name)
}

/// Whether an operation is modelled.
#[must_use]
pub fn models(service: Service, operation: &str) -> bool {
    operations(service).any(|name| name == operation)
}

/// Runs an operation; one that is not modelled gets the service's own error.
pub fn run(service: Service, operation: &str, call: &mut Call<'_>, parameters: &Value) -> Result<Value, ApiError> {
    let Some(entry) = entry(service) else {
        return Err(ApiError::new("InternalFailure", "There is no such service.").with_status(500));
    };
    match entry.operations.iter().find(|(name, _)| *name == operation) {
        Some((_, run)) => run(call, parameters),
        None => Err((entry.unknown)(operation)),
    }
}
