//! Identifiers that a scenario gives, or that follow from names.

use crate::random::hex16;
use crate::scenario::problem::Problem;

pub fn checked_id(given: Option<&String>, derived_from: &str) -> Result<String, Problem> {
    match given {
        None => Ok(hex16(derived_from)),
        Some(id) if id.len() == 16 && id.bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_lowercase()) => {
            Ok(id.clone())
        }
        Some(id) => Err(Problem(format!(
            "`id: {id}` of {derived_from} is not sixteen digits and lower case letters; quote it and correct it"
        ))),
    }
}
