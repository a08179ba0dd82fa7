//! Hosts that HTTP hooks may be sent to: what an AwsBinding lists, and a URL that it was held against.

use std::net::IpAddr;
use std::str::FromStr;

use kube::KubeSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::hook_url::{HTTPS_PORT, HookUrl};
use crate::input_rules;

/// A host that HTTP hooks may be sent to.
#[derive(KubeSchema, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AllowedHookHost {
    /// The name of the host, whole: gate.example.com, and nothing below it.
    #[schemars(length(max = 253))]
    #[x_kube(validation = input_rules::host_name())]
    pub host: String,
    /// The one port. Default: 443.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 65535))]
    pub port: Option<i32>,
    /// Blocks of private, shared or loopback addresses that the name may stand for, such as 10.20.0.0/16. Without them it
    /// stands for public addresses only. Link-local addresses, and with them those of cloud metadata, are never called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 16), inner(length(max = 49)))]
    #[x_kube(validation = input_rules::address_blocks())]
    pub private_addresses: Option<Vec<String>>,
}

impl AllowedHookHost {
    /// The one port.
    #[must_use]
    pub fn port(&self) -> i32 {
        self.port.unwrap_or_else(|| HTTPS_PORT.into())
    }
}

/// A URL whose host is listed: the only thing that the HTTP client is sent to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedUrl {
    url: HookUrl,
    private_addresses: Vec<AddressBlock>,
}

impl ListedUrl {
    /// The URL, if its host and its port are listed; none otherwise. A block of addresses that cannot be read lists nothing.
    #[must_use]
    pub fn among(hosts: &[AllowedHookHost], url: &HookUrl) -> Option<Self> {
        let is_listed = |one: &&AllowedHookHost| one.host == url.host() && one.port() == i32::from(url.port());
        let mut listed = hosts.iter().filter(is_listed).peekable();
        listed.peek()?;
        let blocks = listed.flat_map(|one| one.private_addresses.iter().flatten());
        Some(Self { url: url.clone(), private_addresses: blocks.filter_map(|block| block.parse().ok()).collect() })
    }

    /// Where to.
    #[must_use]
    pub fn url(&self) -> &HookUrl {
        &self.url
    }

    /// Whether the address is in a block that the name may stand for.
    #[must_use]
    pub fn lists(&self, address: IpAddr) -> bool {
        self.private_addresses.iter().any(|block| block.contains(address))
    }
}

/// A block of addresses, such as `10.20.0.0/16` or `fd00::/8`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AddressBlock {
    first: IpAddr,
    length: u32,
}

/// A text that is no block of addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("write a block of addresses, such as 10.20.0.0/16")]
pub struct InvalidAddressBlock;

impl FromStr for AddressBlock {
    type Err = InvalidAddressBlock;

    fn from_str(text: &str) -> Result<Self, InvalidAddressBlock> {
        let (first, length) = text.split_once('/').ok_or(InvalidAddressBlock)?;
        let is_plain = length == "0" || (!length.starts_with('0') && length.bytes().all(|one| one.is_ascii_digit()));
        let first: IpAddr = first.parse().map_err(|_| InvalidAddressBlock)?;
        let length: u32 = length.parse().ok().filter(|_| is_plain).ok_or(InvalidAddressBlock)?;
        if length > bits(first) {
            return Err(InvalidAddressBlock);
        }
        Ok(Self { first, length })
    }
}

impl AddressBlock {
    /// Whether the address is in the block. One of IPv4 is in no block of IPv6, nor the other way round.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        if bits(address) != bits(self.first) {
            return false;
        }
        let beyond = bits(address) - self.length;
        (number(address) ^ number(self.first)).checked_shr(beyond).unwrap_or(0) == 0
    }
}

fn bits(address: IpAddr) -> u32 {
    if address.is_ipv4() { 32 } else { 128 }
}

fn number(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => u128::from(address.to_bits()),
        IpAddr::V6(address) => address.to_bits(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn host(host: &str, port: Option<i32>, blocks: &[&str]) -> AllowedHookHost {
        let blocks = blocks.iter().map(|&block| block.to_owned()).collect();
        AllowedHookHost { host: host.to_owned(), port, private_addresses: Some(blocks) }
    }

    #[test]
    fn only_the_very_host_and_port_are_listed() {
        let hosts = [host("gate.example.com", None, &[]), host("gate.shop.example", Some(8443), &[])];
        let table = [
            ("https://gate.example.com/check", true),
            ("https://gate.example.com:443/check", true),
            ("https://gate.example.com:8443/check", false),
            ("https://a.gate.example.com/check", false),
            ("https://example.com/check", false),
            ("https://gate.example.com.evil.example/", false),
            ("https://gate.shop.example:8443/", true),
            ("https://gate.shop.example/", false),
        ];
        for (url, listed) in table {
            let url = HookUrl::parse(url).unwrap();
            assert_eq!(ListedUrl::among(&hosts, &url).is_some(), listed, "{url}");
            assert_eq!(ListedUrl::among(&[], &url), None, "{url}");
        }
    }

    #[test]
    fn a_block_has_the_addresses_that_begin_like_it_and_no_others() {
        let table = [
            ("10.20.0.0/16", "10.20.255.255", true),
            ("10.20.0.0/16", "10.21.0.0", false),
            ("10.20.0.0/16", "::ffff:10.20.0.1", false),
            ("10.20.3.4/16", "10.20.9.9", true),
            ("127.0.0.1/32", "127.0.0.1", true),
            ("127.0.0.1/32", "127.0.0.2", false),
            ("0.0.0.0/0", "255.255.255.255", true),
            ("0.0.0.0/0", "::1", false),
            ("::/0", "fd00::1", true),
            ("fd00::/8", "fdff::1", true),
            ("fd00::/8", "fc00::1", false),
            ("::1/128", "::1", true),
        ];
        for (block, address, is_in) in table {
            let parsed: AddressBlock = block.parse().unwrap();
            assert_eq!(parsed.contains(address.parse().unwrap()), is_in, "{address} in {block}");
        }
    }

    #[test]
    fn what_is_no_block_lists_nothing() {
        for text in
            ["", "10.0.0.0", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/08", "10.0.0.0/+8", "10/8", "::/129", "fe80::%1/64"]
        {
            assert_eq!(text.parse::<AddressBlock>(), Err(InvalidAddressBlock), "{text}");
        }
        let url = HookUrl::parse("https://gate.example.com").unwrap();
        let target = ListedUrl::among(&[host("gate.example.com", None, &["10/8"])], &url).unwrap();
        assert!(!target.lists("10.0.0.1".parse().unwrap()));
    }
}
