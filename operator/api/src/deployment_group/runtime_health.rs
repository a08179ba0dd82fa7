//! How what serves fares between releases.

use kube::KubeSchema;
use serde::{Deserialize, Serialize};

use crate::duration::Duration;
use crate::input_rules;

/// What the runtime health of a group is told by, beside the tasks, the targets and the alarms.
#[derive(KubeSchema, Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RuntimeHealth {
    /// What is asked again and again, also long after a release ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub http: Option<HttpProbe>,
}

/// A URL, or a path through the load balancer, that is asked by GET, and what it is to answer. A redirect is a failure, and is
/// not followed.
#[derive(KubeSchema, Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[x_kube(validation = Rule::new("has(self.url) != has(self.path)")
    .message("health.http: write one of url, such as https://shop.example.com/healthz, and path, such as /healthz, which is asked through the load balancer"))]
#[serde(rename_all = "camelCase")]
pub struct HttpProbe {
    /// An https URL of a host that the AwsBinding lists in allowedHookHosts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 2048))]
    #[x_kube(validation = input_rules::probe_url())]
    pub url: Option<String>,
    /// A path through the load balancer, such as /healthz: asked at its DNS name, which the AwsBinding lists in
    /// allowedHookHosts with the port of the listener, for the host that the rule of the first production route asks for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 1024))]
    #[x_kube(validation = input_rules::probe_path())]
    pub path: Option<String>,
    /// What it is to answer. Default: a status from 200 to 299.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expect: Option<ProbeExpectation>,
    /// How often it is asked. From 10s to 1h. Default: 30s.
    #[serde(default = "default_interval")]
    #[x_kube(validation = input_rules::duration_within("duration(self) >= duration('10s') && duration(self) <= duration('1h')")
        .message("health.http.interval must be at least 10s and at most 1h"))]
    pub interval: Duration,
    /// How many of the last answers count, from 3 to 20. It is unreachable when most of them failed, and well again when none
    /// did. Default: 5.
    #[serde(default = "default_window")]
    #[schemars(range(min = 3, max = 20))]
    pub window: i32,
    /// How long one answer may take, from the look-up of the name to its last byte. From 1s to 10s. Default: 5s.
    #[serde(default = "default_timeout")]
    #[x_kube(validation = input_rules::duration_within("duration(self) >= duration('1s') && duration(self) <= duration('10s')")
        .message("health.http.timeout must be at least 1s and at most 10s"))]
    pub timeout: Duration,
}

/// What a probe is to answer.
#[derive(KubeSchema, Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ProbeExpectation {
    /// One of these statuses. Default: any from 200 to 299.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 10), inner(range(min = 100, max = 599)))]
    #[x_kube(validation = Rule::new("self.all(one, one < 300 || one > 399)")
        .message("health.http.expect.status: a redirect (300 to 399) is never followed, and always a failure: name the URL that it leads to"))]
    pub status: Vec<i32>,
    /// A text that is in the first 64 KiB of the body.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 256))]
    pub contains: Option<String>,
}

const fn default_interval() -> Duration {
    Duration::from_secs(30)
}

const fn default_window() -> i32 {
    5
}

const fn default_timeout() -> Duration {
    Duration::from_secs(5)
}
