//! The functions of Kubernetes that our rules call, and that CEL itself has not.
//!
//! Source: k8s.io/apiserver, `pkg/cel/library`.

use std::cmp::Ordering;
use std::net::IpAddr;

use cel::common::types::{CelBool, CelString, LIST_TYPE};
use cel::common::value::CowVal;
use cel::{DeclarationError, Env, ExecutionError, extensions};

use super::length::Length;
use super::{pattern, url};

/// What rules may call here. A rule of ours that calls something else fails a test.
pub const FUNCTIONS: [&str; 14] = [
    "charAt",
    "duration",
    "endsWith",
    "find",
    "has",
    "int",
    "isCIDR",
    "isSorted",
    "isURL",
    "lowerAscii",
    "matches",
    "size",
    "startsWith",
    "type",
];

/// CEL with them.
pub(super) fn environment() -> Env {
    let mut environment = Env::stdlib();
    // The one way in which it fails is a name that is there already, which a test would show.
    let added = environment.add_extension(extensions::strings).and_then(|()| add(&mut environment));
    debug_assert!(added.is_ok(), "{added:?}");
    environment
}

fn add(environment: &mut Env) -> Result<(), DeclarationError> {
    cel::add_member_overload!(environment, fn matches: (CelString<'_>, CelString<'_>) -> Result<CelBool>)?;
    cel::add_member_overload!(environment, fn find: (CelString<'_>, CelString<'_>) -> Result<CelString<'_>>)?;
    cel::add_overload!(environment, fn duration: (CelString<'_>) -> Result<Length>)?;
    cel::add_overload!(environment, fn is_url: (CelString<'_>) -> CelBool, name = "isURL")?;
    cel::add_overload!(environment, fn is_cidr: (CelString<'_>) -> CelBool, name = "isCIDR")?;
    environment.add_member_overload("isSorted", "list.isSorted()", LIST_TYPE, vec![], is_sorted)
}

fn matches(text: &CelString<'_>, wanted: &CelString<'_>) -> Result<CelBool, ExecutionError> {
    pattern::find(wanted, text).map(|found| CelBool::from(found.is_some()))
}

/// The first part that matches; nothing is an empty text.
fn find(text: &CelString<'_>, wanted: &CelString<'_>) -> Result<CelString<'static>, ExecutionError> {
    pattern::find(wanted, text).map(|found| CelString::from(found.unwrap_or_default()))
}

fn duration(text: &CelString<'_>) -> Result<Length, ExecutionError> {
    Length::read(text)
        .ok_or_else(|| ExecutionError::function_error("duration", format!("invalid duration '{}'", text.inner())))
}

fn is_url(text: &CelString<'_>) -> CelBool {
    CelBool::from(url::is_url(text))
}

/// As Go's `netip.ParsePrefix` has it, and no IPv4 address in the clothes of IPv6.
fn is_cidr(text: &CelString<'_>) -> CelBool {
    let read = || {
        let (address, bits) = text.rsplit_once('/')?;
        let address: IpAddr = address.parse().ok()?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let is_written_so = bits == "0" || !bits.starts_with(['0', '+']);
        let fits = bits.parse::<u8>().is_ok_and(|bits| bits <= most);
        let is_mapped = matches!(address, IpAddr::V6(address) if address.to_ipv4_mapped().is_some());
        Some(is_written_so && fits && !is_mapped)
    };
    CelBool::from(read().unwrap_or(false))
}

#[expect(clippy::needless_pass_by_value, reason = "functions of the crate are given their arguments")]
fn is_sorted<'b, 'v>(arguments: Vec<CowVal<'b, 'v>>) -> Result<CowVal<'b, 'v>, ExecutionError> {
    let no_overload = || ExecutionError::no_such_member_overload("isSorted", vec!["list".to_owned()]);
    let list = arguments.first().and_then(|list| list.as_iterable()).ok_or_else(no_overload)?;
    let mut items = list.iter();
    let (mut before, mut is_so) = (items.next(), true);
    while let (Some(one), Some(next)) = (before, items.next()) {
        let order = one.as_comparer().ok_or_else(no_overload)?.compare(next)?;
        is_so &= order != Ordering::Greater;
        before = Some(next);
    }
    Ok(CowVal::owned(CelBool::from(is_so)))
}

#[cfg(test)]
mod tests {
    use cel::{Context, Value};

    use super::*;

    #[test]
    fn functions_answer_as_those_of_kubernetes_do() {
        let yes = [
            "'abc'.matches('^[a-c]+$')",
            "!'abc'.matches('^b')",
            "'späte Hälfte'.matches(r'^[^\\p{C}\\p{Zl}\\p{Zp}]+$')",
            "'x-listener/app/shop'.find('/(app|net)/[a-z]+') == '/app/shop'",
            "'none'.find('[0-9]') == ''",
            "duration('1h30m') == duration('90m')",
            "duration('90s') > duration('1m')",
            "duration('0s') == duration('0')",
            "duration('1.5s') == duration('1500ms')",
            "[1, 2, 2, 3].isSorted()",
            "![2, 1].isSorted()",
            "[].isSorted()",
            "['a', 'b'].isSorted()",
            "isCIDR('10.20.0.0/16') && isCIDR('10.20.0.1/16') && isCIDR('fd00::/8')",
            "!isCIDR('10.20.0.1') && !isCIDR('10.20.0.0/33') && !isCIDR('10.20.0.0/08') && !isCIDR('::ffff:10.0.0.0/96')",
            "!isCIDR('010.0.0.0/8') && !isCIDR('10.0.0.0/+8') && !isCIDR('')",
            "'Aws:x'.lowerAscii() == 'aws:x'",
            "type(5) in [int] && !(type('5') in [int])",
            "int('7') * 10 == 70",
        ];
        let environment = std::sync::Arc::new(environment());
        for rule in yes {
            let program = environment.compile(rule).unwrap();
            let answer = program.execute(&Context::with_env(std::sync::Arc::clone(&environment)));
            assert_eq!(answer, Ok(Value::Bool(true)), "{rule}");
        }
    }
}
