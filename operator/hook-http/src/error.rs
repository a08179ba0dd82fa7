//! Why a hook has no answer.

use std::fmt;
use std::io;
use std::net::IpAddr;
use std::time::Duration;

use thiserror::Error;

use crate::address::Kind;

/// How much of an answer is read, in bytes.
pub const BODY_LIMIT: usize = 64 * 1024;

/// Where a request was when its time was up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// The name is looked up.
    Resolve,
    /// The connection is opened.
    Connect,
    /// TLS is agreed upon.
    Secure,
    /// The request is sent, and the head of the answer waited for.
    Answer,
    /// The body is read.
    Body,
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Resolve => "its name was looked up",
            Self::Connect => "the connection was opened",
            Self::Secure => "TLS was agreed upon",
            Self::Answer => "the answer was waited for",
            Self::Body => "the answer was read",
        })
    }
}

/// Why a hook has no answer. The messages name no path and no header, which may be secret.
#[derive(Debug, Error)]
pub enum Error {
    /// The name server knows no such name, or does not answer.
    #[error("failed to look up {host}")]
    Resolve {
        /// Which.
        host: String,
        /// Why.
        source: io::Error,
    },
    /// A name without an address.
    #[error("failed to look up {host}: it has no address")]
    NoAddress {
        /// Which.
        host: String,
    },
    /// A name with more addresses than anybody needs.
    #[error("failed to look up {host}: it has more than {limit} addresses")]
    ManyAddresses {
        /// Which.
        host: String,
        /// How many are looked at.
        limit: usize,
    },
    /// One of the addresses is none that hooks are sent to. Nothing was sent, to the others neither.
    #[error(
        "{host} stands for {address}, {kind}: {}",
        if kind.may_be_listed() { "an admin may add it to privateAddresses of the host, in allowedHookHosts of the AwsBinding" } else { "hooks are never sent there; correct the name's addresses" }
    )]
    Forbidden {
        /// Which name.
        host: String,
        /// Which address.
        address: IpAddr,
        /// What it is.
        kind: Kind,
    },
    /// None of the addresses could be connected to.
    #[error("failed to connect to {host}")]
    Connect {
        /// Which.
        host: String,
        /// Why, at the last address.
        source: io::Error,
    },
    /// No TLS: another name in the certificate, a signer that is not known, no TLS at all.
    #[error("failed to agree upon TLS with {host}")]
    Tls {
        /// Which.
        host: String,
        /// Why.
        source: io::Error,
    },
    /// No root certificates to judge the host by.
    #[error("failed to find root certificates: mount a bundle and name it by SSL_CERT_FILE, or by --hook-ca-file")]
    NoRoots,
    /// The name of the host is none that a certificate can have.
    #[error("failed to use {host} as the name of a TLS host")]
    Name {
        /// Which.
        host: String,
    },
    /// Not HTTP, or the connection broke.
    #[error("failed to read an answer of HTTP from {host}")]
    Http {
        /// Which.
        host: String,
        /// Why.
        source: hyper::Error,
    },
    /// The host sends elsewhere.
    #[error(
        "{host} answered with a redirect ({status}), and none is followed: write the URL that it leads to, and let the binding list its host"
    )]
    Redirect {
        /// Which.
        host: String,
        /// From 300 to 399.
        status: u16,
    },
    /// Anything but success.
    #[error("{host} answered with status {status}")]
    Status {
        /// Which.
        host: String,
        /// Not from 200 to 299.
        status: u16,
    },
    /// A body that would have to be decoded.
    #[error("{host} answered with an encoded body, which was not asked for")]
    Encoded {
        /// Which.
        host: String,
    },
    /// A long body. It was read no further.
    #[error("{host} answered with more than {BODY_LIMIT} bytes")]
    TooLong {
        /// Which.
        host: String,
    },
    /// Time was up.
    #[error("{host} had not answered after {}s, while {stage}", after.as_secs())]
    TimedOut {
        /// Which.
        host: String,
        /// How long it had.
        after: Duration,
        /// Where it was.
        stage: Stage,
    },
}

impl Error {
    /// The message with its causes behind it.
    #[must_use]
    pub fn in_full(&self) -> String {
        let causes = std::iter::successors(std::error::Error::source(self), |cause| cause.source());
        causes.fold(self.to_string(), |told, cause| format!("{told}: {cause}"))
    }
}
