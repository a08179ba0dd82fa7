//! Whose certificates count.

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use thiserror::Error;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::pki_types::pem::{self, PemObject as _};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

/// Why the file of additional root certificates is of no use.
#[derive(Debug, Error)]
pub enum RootsError {
    /// Not there, or not in PEM.
    #[error("failed to read --hook-ca-file {}: name a file of certificates in PEM", path.display())]
    Read {
        /// Which.
        path: PathBuf,
        /// Why.
        source: pem::Error,
    },
    /// Without a certificate.
    #[error("failed to find a certificate in --hook-ca-file {}: name a file of certificates in PEM", path.display())]
    Empty {
        /// Which.
        path: PathBuf,
    },
}

/// Reads root certificates that count beside those of the system.
pub fn read_additional_roots(path: &Path) -> Result<Vec<CertificateDer<'static>>, RootsError> {
    let read = |source| RootsError::Read { path: path.to_owned(), source };
    let found: Result<Vec<_>, _> = CertificateDer::pem_file_iter(path).map_err(read)?.collect();
    let found = found.map_err(read)?;
    if found.is_empty() { Err(RootsError::Empty { path: path.to_owned() }) } else { Ok(found) }
}

/// Agrees upon TLS. The system's certificates are read at the first hook: an operator without hooks holds none.
pub struct Tls {
    additional: Vec<CertificateDer<'static>>,
    config: OnceLock<Option<Arc<ClientConfig>>>,
}

impl Tls {
    pub fn new(additional: Vec<CertificateDer<'static>>) -> Self {
        Self { additional, config: OnceLock::new() }
    }

    /// What connects; none where there is no root certificate at all.
    pub fn connector(&self) -> Option<TlsConnector> {
        self.config.get_or_init(|| config(&self.additional)).clone().map(TlsConnector::from)
    }
}

/// TLS 1.2 and 1.3, no certificate of ours, and of the host's one that leads to a root.
fn config(additional: &[CertificateDer<'static>]) -> Option<Arc<ClientConfig>> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    roots.add_parsable_certificates(additional.iter().cloned());
    if roots.is_empty() {
        return None;
    }
    let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()));
    let config =
        builder.with_safe_default_protocol_versions().ok()?.with_root_certificates(roots).with_no_client_auth();
    Some(Arc::new(config))
}
