//! Opens a connection to an address that was judged.

use std::io;
use std::net::SocketAddr;

use tokio::net::TcpStream;

/// Opens connections. It is given addresses and no names, so that nothing is looked up a second time.
pub trait Dial: Send + Sync {
    /// A connection to the address.
    fn dial(&self, address: SocketAddr) -> impl Future<Output = io::Result<TcpStream>> + Send;
}

/// Connections of TCP, without a proxy.
#[derive(Clone, Copy, Debug, Default)]
pub struct TcpDial;

impl Dial for TcpDial {
    async fn dial(&self, address: SocketAddr) -> io::Result<TcpStream> {
        TcpStream::connect(address).await
    }
}
