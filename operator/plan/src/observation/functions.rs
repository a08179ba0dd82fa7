//! Functions that hooks are.

use std::fmt;

use serde::Serialize;
use sluice_api::LambdaHook;

/// A Lambda function, by its name or ARN, and a version or an alias of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct FunctionName {
    /// Its name or ARN.
    pub function: String,
    /// None: what is newest.
    pub qualifier: Option<String>,
}

impl FunctionName {
    /// The function of a hook.
    #[must_use]
    pub fn of(lambda: &LambdaHook) -> Self {
        Self { function: lambda.function.clone(), qualifier: lambda.qualifier.clone() }
    }
}

impl fmt::Display for FunctionName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.qualifier {
            Some(qualifier) => write!(formatter, "{}:{qualifier}", self.function),
            None => formatter.write_str(&self.function),
        }
    }
}
