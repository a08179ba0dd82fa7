//! Rules of what is released.

use serde_json::{Value, json};

use super::rules::Row;

fn source(source: &Value) -> Value {
    json!({"taskDefinition": "shop:42", "source": source})
}

fn images(image: &str) -> Value {
    json!({"images": {"family": "shop", "containers": {"web": image}}})
}

const DIGEST: &str = "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

pub const REVISIONS: &[Row] = &[
    (
        "revision: write one of taskDefinition, such as shop:42, images",
        || json!({"appSpec": "version: 0.0"}),
        || json!({"appSpec": "version: 0.0", "taskDefinition": "shop:42"}),
    ),
    ("revision: write one of", || images("shop:1.2.3"), || json!({"source": {"scan": "passed"}})),
    (
        "images.containers: write images by the names of their containers",
        || images(&format!("123456789012.dkr.ecr.eu-west-1.amazonaws.com/acme/shop:1@{DIGEST}")),
        || images("shop@sha256:9f86"),
    ),
    ("images.containers: write images by", || images("localhost:5000/shop"), || images("https://registry/shop:1")),
    (
        "images.family: write the family of a task definition without a number, such as shop",
        || images("shop"),
        || json!({"images": {"family": "shop:42", "containers": {"web": "shop:1"}}}),
    ),
    (
        "source.repository: write it in one line, such as acme/shop",
        || source(&json!({"repository": "https://git.example.com/acme/shop.git"})),
        || source(&json!({"repository": "acme/shop\nacme/other"})),
    ),
    (
        "source.commitSha: write 7 to 64 hexadecimal digits in lower case, such as 9f1c2e7",
        || source(&json!({"commitSha": "9f1c2e7"})),
        || source(&json!({"commitSha": "main"})),
    ),
    (
        "source.runUrl: write a URL without spaces, such as https://ci.example.com/runs/1017",
        || source(&json!({"runUrl": "https://ci.example.com/runs/1017?attempt=2"})),
        || source(&json!({"runUrl": "javascript:alert(1)"})),
    ),
    (
        "source.environment: write it in one line, such as production",
        || source(&json!({"environment": "production", "scan": "passed"})),
        || source(&json!({"environment": "\u{1b}[2J"})),
    ),
    (
        "spec.revision.source.shape: Unsupported value",
        || source(&json!({"shape": "server", "build": "skipped", "push": "succeeded"})),
        || source(&json!({"shape": "multi"})),
    ),
];
