//! Rules of the service that a group adopts.

use serde_json::{Value, json};

use super::rules::Row;

fn plain() -> Value {
    json!({"service": "shop-rolling", "keep": true})
}

pub const ADOPTIONS: &[Row] = &[
    (
        "adopt.keep must be true: the service that is adopted is never scaled or deleted",
        plain,
        || json!({"service": "shop-rolling", "keep": false}),
    ),
    (
        "adopt.service: it is the service of ecs itself",
        || json!({"service": "shop", "cluster": "other"}),
        || json!({"service": "shop"}),
    ),
    ("adopt.service: it is the service of ecs itself", plain, || json!({"service": "shop", "cluster": "prod"})),
    ("write the name of the service and not its ARN", plain, || json!({"service": "shop/rolling"})),
    (
        "write the name of the cluster and not its ARN",
        plain,
        || json!({"service": "shop-rolling", "cluster": "prod/eu"}),
    ),
];
