//! From a target to a connection: the name is looked up once, every address of it is judged, and the connection goes to
//! one of those that were judged.

use std::net::SocketAddr;
use std::time::Duration;

use sluice_api::ListedUrl;
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::address::{Kind, judge};
use crate::dial::Dial;
use crate::error::Error;
use crate::resolve::Resolve;

/// How many addresses a name may have.
const ADDRESS_LIMIT: usize = 32;

/// How long one address is tried, so that those behind a dead one have their turn.
const TRY: Duration = Duration::from_secs(5);

/// Every address of the target's name, if a hook may be sent to each of them. One that is forbidden condemns all: whoever
/// owns the name would otherwise choose which of them is tried.
pub async fn addresses(resolver: &impl Resolve, target: &ListedUrl) -> Result<Vec<SocketAddr>, Error> {
    let url = target.url();
    let host = || url.host().to_owned();
    let found = resolver.resolve(url.host(), url.port()).await;
    let found = found.map_err(|source| Error::Resolve { host: host(), source })?;
    if found.is_empty() {
        return Err(Error::NoAddress { host: host() });
    }
    if found.len() > ADDRESS_LIMIT {
        return Err(Error::ManyAddresses { host: host(), limit: ADDRESS_LIMIT });
    }
    for address in &found {
        let judged = if has_zone(address) { Err(Kind::Zoned) } else { judge(address.ip(), target) };
        judged.map_err(|kind| Error::Forbidden { host: host(), address: address.ip(), kind })?;
    }
    // The port is the one that is listed, whatever a resolver makes of it.
    Ok(found.into_iter().map(|address| SocketAddr::new(address.ip(), url.port())).collect())
}

/// A connection to the first address that takes one.
pub async fn connect(dialer: &impl Dial, target: &ListedUrl, addresses: &[SocketAddr]) -> Result<TcpStream, Error> {
    let mut last = std::io::Error::from(std::io::ErrorKind::NotFound);
    for &address in addresses {
        match timeout(TRY, dialer.dial(address)).await {
            Ok(Ok(connection)) => return Ok(connection),
            Ok(Err(error)) => last = error,
            Err(_) => last = std::io::ErrorKind::TimedOut.into(),
        }
    }
    Err(Error::Connect { host: target.url().host().to_owned(), source: last })
}

fn has_zone(address: &SocketAddr) -> bool {
    matches!(address, SocketAddr::V6(address) if address.scope_id() != 0)
}
