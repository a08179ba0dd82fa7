//! Sends an HTTP hook, one POST, or asks as a probe does, one GET: a host that an AwsBinding lists, and no other, whatever a user wrote, a name server
//! answers or the host replies.
//!
//! | question | where |
//! |---|---|
//! | what is a URL, which hosts are listed? | `sluice_api::HookUrl`, `sluice_api::ListedUrl` |
//! | which addresses are never called, which only where they are listed? | [`address`] |
//! | how is a name looked up? | `resolve.rs` |
//! | to which address goes the connection? | `connect.rs`: to one that was judged, and no second look-up follows |
//! | what is sent, how much is read of the answer? | `exchange.rs` |
//! | what may come from a Secret? | `headers.rs` |
//! | whose certificates count? | `tls.rs` |
//!
//! It follows no redirect, asks no proxy, keeps no cookie and no connection, and decodes no body.

pub mod address;
mod bounded;
mod client;
mod connect;
mod dial;
mod error;
mod exchange;
mod headers;
mod resolve;
mod tls;

pub use client::{Answer, Client, Get, Post};
pub use dial::{Dial, TcpDial};
pub use error::{BODY_LIMIT, Error, Stage};
pub use headers::{Headers, InvalidHeader};
pub use resolve::{Resolve, SystemResolver};
pub use tls::{RootsError, read_additional_roots};
