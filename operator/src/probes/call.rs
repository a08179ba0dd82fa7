//! What a probe asks.

use sluice_api::{HttpProbe, ListedUrl};

/// What is asked, as the binding admits it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProbeCall {
    /// Where to.
    pub url: ListedUrl,
    /// What is expected, and how often.
    pub probe: HttpProbe,
}
