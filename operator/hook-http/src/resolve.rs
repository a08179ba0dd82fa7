//! Looks up the addresses of a name.

use std::io;
use std::net::{SocketAddr, ToSocketAddrs as _};
use std::sync::Arc;

use tokio::sync::Semaphore;

/// How many look-ups may be under way. Each has a thread, which stays with it until the name server answers or is given up,
/// even where the hook's time was up long before.
const AT_A_TIME: usize = 8;

/// Looks up names.
pub trait Resolve: Send + Sync {
    /// Every address of the name, with the port.
    fn resolve(&self, host: &str, port: u16) -> impl Future<Output = io::Result<Vec<SocketAddr>>> + Send;
}

/// The resolver of the operating system.
#[derive(Clone, Debug)]
pub struct SystemResolver {
    permits: Arc<Semaphore>,
}

impl Default for SystemResolver {
    fn default() -> Self {
        Self { permits: Arc::new(Semaphore::new(AT_A_TIME)) }
    }
}

impl Resolve for SystemResolver {
    async fn resolve(&self, host: &str, port: u16) -> io::Result<Vec<SocketAddr>> {
        let permit = Arc::clone(&self.permits).acquire_owned().await.map_err(io::Error::other)?;
        let name = absolute(host);
        let found = tokio::task::spawn_blocking(move || {
            let found = (name.as_str(), port).to_socket_addrs().map(Iterator::collect);
            drop(permit);
            found
        });
        found.await.map_err(io::Error::other)?
    }
}

/// The name with a dot at its end. Without it a Pod's resolver tries its search list first, by which `gate.example.com`
/// may be `gate.example.com.svc.cluster.local`: a Pod of whoever made a namespace `com`. A name of one label has no other
/// way to an address than that list or the hosts file.
fn absolute(host: &str) -> String {
    if host.contains('.') { format!("{host}.") } else { host.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_a_dot_is_looked_up_as_it_is_and_not_below_others() {
        assert_eq!(absolute("gate.example.com"), "gate.example.com.");
        assert_eq!(absolute("localhost"), "localhost");
    }

    #[tokio::test]
    async fn the_system_knows_this_machine() {
        let found = SystemResolver::default().resolve("localhost", 443).await.unwrap();
        assert!(found.iter().all(|address| address.ip().is_loopback() && address.port() == 443), "{found:?}");
        assert!(!found.is_empty());
    }
}
