//! An operation, and what it works on.

use serde_json::Value;

use crate::account::deliveries::Deliveries;
use crate::account::identities::{Caller, Identities};
use crate::time::Moment;
use crate::wire::error::ApiError;
use crate::world::region::Region;

/// What an operation works on.
pub struct Call<'a> {
    /// The region the request was signed for.
    pub region: &'a mut Region,
    /// Where messages, events and invocations go.
    pub deliveries: &'a mut Deliveries,
    /// Who is known.
    pub identities: &'a mut Identities,
    /// Who calls.
    pub caller: &'a Caller,
    /// The moment of the request.
    pub now: Moment,
}

/// An operation: its name, and what it does with its parameters.
pub type Operation = (&'static str, fn(&mut Call<'_>, &Value) -> Result<Value, ApiError>);
