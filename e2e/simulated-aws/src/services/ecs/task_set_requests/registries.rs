//! Service registries, which are kept and shown.

use serde::Deserialize;
use serde_json::{Map, Value};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ServiceRegistry {
    registry_arn: Option<String>,
    port: Option<u16>,
    container_name: Option<String>,
    container_port: Option<u16>,
}

impl ServiceRegistry {
    /// As it is shown.
    pub fn render(&self) -> Value {
        let mut shown = Map::new();
        let pairs = [
            ("registryArn", self.registry_arn.clone().map(Value::from)),
            ("port", self.port.map(Value::from)),
            ("containerName", self.container_name.clone().map(Value::from)),
            ("containerPort", self.container_port.map(Value::from)),
        ];
        for (key, value) in pairs {
            if let Some(value) = value {
                shown.insert(key.to_owned(), value);
            }
        }
        Value::Object(shown)
    }
}
