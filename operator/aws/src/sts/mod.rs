//! AWS STS.

mod identity;

pub(crate) use identity::IdentityAdapter;
