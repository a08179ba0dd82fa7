//! Where a probe asks: a listed host, and as which host, and how, it is spoken to.

use crate::hook_host::ListedUrl;
use crate::hook_url::HTTPS_PORT;

/// The port of http.
const HTTP_PORT: u16 = 80;

/// Where a probe asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProbeTarget {
    /// The host that is looked up and connected to, which is listed, with its port, the path and the query.
    pub url: ListedUrl,
    /// The host that is asked for, and that its certificate has to be of.
    pub host: String,
    /// Whether TLS is spoken.
    pub secure: bool,
}

impl ProbeTarget {
    /// The URL as it stands.
    #[must_use]
    pub fn of(url: ListedUrl) -> Self {
        Self { host: url.url().host().to_owned(), secure: true, url }
    }

    /// What the header Host says: the host, with the port where that is not the scheme's own.
    #[must_use]
    pub fn authority(&self) -> String {
        let port = self.url.url().port();
        let own = if self.secure { HTTPS_PORT } else { HTTP_PORT };
        if port == own { self.host.clone() } else { format!("{}:{port}", self.host) }
    }
}
