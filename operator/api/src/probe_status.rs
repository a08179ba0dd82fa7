//! What a probe of a group says.

use std::fmt;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::vocabulary::string_enum;

string_enum! {
    /// What the last answers of a probe come to.
    #[derive(Default)]
    ProbeState {
        /// Too few answers are known.
        #[default]
        Unknown => "Unknown",
        /// It answers as it should.
        Passing => "Passing",
        /// Most of the last answers failed, and since then not all of them passed.
        Failing => "Failing",
    }
}

string_enum! {
    /// How a listener is spoken to.
    #[derive(Default)]
    ProbeProtocol {
        /// Without TLS.
        #[default]
        Http => "HTTP",
        /// With TLS, and the certificate of the host.
        Https => "HTTPS",
    }
}

/// Where a path is asked: as the load balancer was last seen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProbeAddress {
    /// DNS name of the load balancer, to which the connection goes.
    pub dns_name: String,
    /// Port of the listener.
    pub port: i32,
    /// Protocol of the listener.
    pub protocol: ProbeProtocol,
    /// The host that is asked for, and that a certificate has to be of.
    pub host: String,
}

/// What a probe says. It is written when its word changes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProbeStatus {
    /// What its last answers come to. It stays for as long as too few of them are known, as after a restart of the operator.
    pub state: ProbeState,
    /// Why, as the last failure said when the word changed; empty where nothing failed.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub message: String,
    /// Since when; none while it never had a word.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
    /// Where its path is asked; none of a probe of a URL, and while the load balancer was not seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub through: Option<ProbeAddress>,
}
