//! Rules of promotions.

use serde_json::{Value, json};

use super::rules::Row;

fn listed() -> Value {
    json!({"groups": ["dev", "staging", "prod"], "soak": "10m", "maxUnavailable": 1})
}

fn staged() -> Value {
    json!({"stages": [{"groups": ["dev"], "soak": "168h"}, {"groups": ["prod-eu", "prod-us"]}]})
}

fn as_one() -> Value {
    json!({"stages": [{"groups": ["web", "worker"], "multi": {"wait": "168h"}}], "maxUnavailable": 2})
}

pub const PROMOTIONS: &[Row] =
    &[
        ("promotion: set either groups, one after the other, such as [dev, staging, prod], or stages", listed, || {
            json!({})
        }),
        ("promotion: set either groups", staged, || json!({"groups": ["dev"], "stages": [{"groups": ["prod"]}]})),
        ("promotion.groups: name each group once, such as", listed, || json!({"groups": ["dev", "prod", "dev"]})),
        (
            "promotion.stages: name each group once, such as",
            staged,
            || json!({"stages": [{"groups": ["dev"]}, {"groups": ["prod", "dev"]}]}),
        ),
        ("promotion.stages: name each group once", staged, || json!({"stages": [{"groups": ["dev", "dev"]}]})),
        ("should have at least 1 items", staged, || json!({"stages": [{"groups": []}]})),
        ("promotion.soak must be at most 168h", listed, || json!({"groups": ["dev"], "soak": "169h"})),
        (
            "promotion.stages: soak must be at most 168h",
            staged,
            || json!({"stages": [{"groups": ["dev"], "soak": "169h"}]}),
        ),
        (
            "promotion.stages: multi is for two groups or more",
            as_one,
            || json!({"stages": [{"groups": ["web"], "multi": {}}]}),
        ),
        (
            "promotion.stages: multi.wait must be above 0s and at most 168h",
            as_one,
            || json!({"stages": [{"groups": ["web", "worker"], "multi": {"wait": "0s"}}]}),
        ),
        (
            "promotion.stages: multi.wait must be above 0s and at most 168h",
            as_one,
            || json!({"stages": [{"groups": ["web", "worker"], "multi": {"wait": "200h"}}]}),
        ),
        (
            "promotion.maxUnavailable: groups that are released as one",
            as_one,
            || json!({"stages": [{"groups": ["web", "worker"], "multi": {}}], "maxUnavailable": 1}),
        ),
        ("write hours, minutes and seconds such as", listed, || json!({"groups": ["dev"], "soak": "soon"})),
        ("should be greater than or equal to 1", listed, || json!({"groups": ["dev"], "maxUnavailable": 0})),
    ];
