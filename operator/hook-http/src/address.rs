//! Which addresses a hook is never sent to, and which only where the binding lists them.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use sluice_api::ListedUrl;

/// What an address is, that no hook is sent to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Of this machine.
    Loopback,
    /// Of a private network (RFC 1918, RFC 4193).
    Private,
    /// Shared behind a provider's translation (RFC 6598), as clusters use it for Pods.
    Shared,
    /// Of the link, and with it the services of a cloud's hosts.
    LinkLocal,
    /// A cloud's metadata, wherever it is.
    Metadata,
    /// To many.
    Multicast,
    /// None, or the own network.
    Unspecified,
    /// For documents and benchmarks.
    Documentation,
    /// An address of IPv4 in one of IPv6, by which it may be reached all the same.
    Embedded,
    /// With a zone, so that it is of a link.
    Zoned,
    /// What is not in use on the Internet.
    Reserved,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Loopback => "a loopback address",
            Self::Private => "a private address",
            Self::Shared => "an address of shared space (100.64.0.0/10)",
            Self::LinkLocal => "a link-local address",
            Self::Metadata => "an address of cloud metadata",
            Self::Multicast => "a multicast address",
            Self::Unspecified => "an address of no host",
            Self::Documentation => "an address for documentation or benchmarks",
            Self::Embedded => "an IPv6 address that stands for one of IPv4",
            Self::Zoned => "an address with a zone",
            Self::Reserved => "a reserved address",
        })
    }
}

impl Kind {
    /// Whether a binding can list such addresses. It cannot list those at which no gate can be, and behind which are
    /// credentials.
    #[must_use]
    pub fn may_be_listed(self) -> bool {
        matches!(self, Self::Loopback | Self::Private | Self::Shared)
    }
}

/// Whether a hook for this target may be sent to the address; else what the address is.
pub fn judge(address: IpAddr, target: &ListedUrl) -> Result<(), Kind> {
    // NAT64 (RFC 6052): what is reached is the address of IPv4, and that one is judged. A cluster of IPv6 alone reaches
    // the hosts of IPv4 by it.
    let reached = match address {
        IpAddr::V6(address) => nat64(address).map_or(IpAddr::V6(address), IpAddr::V4),
        IpAddr::V4(_) => address,
    };
    match kind(reached) {
        None => Ok(()),
        Some(kind) if kind.may_be_listed() && target.lists(reached) => Ok(()),
        Some(kind) => Err(kind),
    }
}

/// What the address is, if it is not one of a host on the Internet.
#[must_use]
pub fn kind(address: IpAddr) -> Option<Kind> {
    match address {
        IpAddr::V4(address) => kind_of_v4(address),
        IpAddr::V6(address) => kind_of_v6(address),
    }
}

/// Blocks of IPv4 that are not of the Internet, the narrower first (IANA, IPv4 Special-Purpose Address Registry), and the
/// addresses of metadata that clouds document.
const V4: &[([u8; 4], u32, Kind)] = &[
    ([169, 254, 0, 0], 16, Kind::LinkLocal), // 169.254.169.254, .170.2, .170.23 and all others of metadata
    ([100, 100, 100, 200], 32, Kind::Metadata), // Alibaba Cloud
    ([168, 63, 129, 16], 32, Kind::Metadata), // Azure's host agent
    ([192, 0, 0, 0], 24, Kind::Reserved),    // of the IETF; .192 is metadata of Oracle Cloud
    ([0, 0, 0, 0], 8, Kind::Unspecified),
    ([10, 0, 0, 0], 8, Kind::Private),
    ([100, 64, 0, 0], 10, Kind::Shared),
    ([127, 0, 0, 0], 8, Kind::Loopback),
    ([172, 16, 0, 0], 12, Kind::Private),
    ([192, 0, 2, 0], 24, Kind::Documentation),
    ([192, 31, 196, 0], 24, Kind::Reserved),
    ([192, 52, 193, 0], 24, Kind::Reserved),
    ([192, 88, 99, 0], 24, Kind::Embedded),
    ([192, 168, 0, 0], 16, Kind::Private),
    ([192, 175, 48, 0], 24, Kind::Reserved),
    ([198, 18, 0, 0], 15, Kind::Documentation),
    ([198, 51, 100, 0], 24, Kind::Documentation),
    ([203, 0, 113, 0], 24, Kind::Documentation),
    ([224, 0, 0, 0], 4, Kind::Multicast),
    ([240, 0, 0, 0], 4, Kind::Reserved), // with the broadcast address
];

fn kind_of_v4(address: Ipv4Addr) -> Option<Kind> {
    let begins_like = |first: [u8; 4], length: u32| {
        (address.to_bits() ^ u32::from_be_bytes(first)).checked_shr(32 - length).unwrap_or(0) == 0
    };
    V4.iter().find(|(first, length, _)| begins_like(*first, *length)).map(|(_, _, kind)| *kind)
}

/// Blocks of IPv6, the narrower first (IANA, IPv6 Special-Purpose Address Registry). What is in none of them is global if
/// it begins with 001 (2000::/3), and reserved otherwise.
const V6: &[([u16; 8], u32, Kind)] = &[
    ([0, 0, 0, 0, 0, 0, 0, 0], 128, Kind::Unspecified),
    ([0, 0, 0, 0, 0, 0, 0, 1], 128, Kind::Loopback),
    ([0, 0, 0, 0, 0, 0, 0, 0], 96, Kind::Embedded),      // IPv4-compatible
    ([0, 0, 0, 0, 0, 0xffff, 0, 0], 96, Kind::Embedded), // IPv4-mapped
    ([0, 0, 0, 0, 0xffff, 0, 0, 0], 96, Kind::Embedded), // IPv4-translated
    ([0x64, 0xff9b, 0, 0, 0, 0, 0, 0], 32, Kind::Embedded), // translation of local use; the well-known one is judged by what it reaches
    ([0x2001, 0, 0, 0, 0, 0, 0, 0], 32, Kind::Embedded),    // Teredo
    ([0x2001, 0x2, 0, 0, 0, 0, 0, 0], 48, Kind::Documentation),
    ([0x2001, 0, 0, 0, 0, 0, 0, 0], 23, Kind::Reserved), // of the IETF
    ([0x2001, 0xdb8, 0, 0, 0, 0, 0, 0], 32, Kind::Documentation),
    ([0x2002, 0, 0, 0, 0, 0, 0, 0], 16, Kind::Embedded), // 6to4
    ([0x3fff, 0, 0, 0, 0, 0, 0, 0], 20, Kind::Documentation),
    ([0xfd00, 0xec2, 0, 0, 0, 0, 0, 0], 32, Kind::Metadata), // AWS
    ([0xfd20, 0xce, 0, 0, 0, 0, 0, 0], 32, Kind::Metadata),  // Google Cloud
    ([0xfd00, 0x42, 0, 0, 0, 0, 0, 0], 32, Kind::Metadata),  // Scaleway
    ([0xfc00, 0, 0, 0, 0, 0, 0, 0], 7, Kind::Private),
    ([0xfe80, 0, 0, 0, 0, 0, 0, 0], 10, Kind::LinkLocal),
    ([0xff00, 0, 0, 0, 0, 0, 0, 0], 8, Kind::Multicast),
];

fn kind_of_v6(address: Ipv6Addr) -> Option<Kind> {
    let begins_like = |first: [u16; 8], length: u32| {
        (address.to_bits() ^ Ipv6Addr::from(first).to_bits()).checked_shr(128 - length).unwrap_or(0) == 0
    };
    let known = V6.iter().find(|(first, length, _)| begins_like(*first, *length)).map(|(_, _, kind)| *kind);
    let is_global = address.segments()[0] & 0xe000 == 0x2000;
    known.or_else(|| (!is_global).then_some(Kind::Reserved))
}

/// The address of IPv4 behind one of 64:ff9b::/96.
fn nat64(address: Ipv6Addr) -> Option<Ipv4Addr> {
    match address.segments() {
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] => Some(Ipv4Addr::from_bits(u32::from(high) << 16 | u32::from(low))),
        _ => None,
    }
}
