//! How a request names a target.

use serde::Deserialize;

use crate::text::parsed;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct TargetDescription {
    pub id: String,
    #[serde(default, deserialize_with = "parsed")]
    pub port: Option<u16>,
    pub availability_zone: Option<String>,
}
