//! What the API server asks of shares: rules over a value that is an integer or a string.
//!
//! A value of two types has no bound on its length that all supported versions of Kubernetes know of (1.31 takes it for as
//! long as a request may be), and what reads a whole string is too dear in a list then. So these read single characters. A type is looked for in a list
//! since a comparison of types is taken for one of whole strings.

use kube::core::Rule;

/// What a share that is none is told.
pub const REMEDY: &str = "write a share in percent: a whole number such as 10, or a string with one decimal such as \"12.5%\"; at least \"0.1%\", at most 100";

/// CEL of whether a value is a share from 0.1 to 100 percent: a whole number, or a string such as `12.5%`.
pub fn is_share(value: &str) -> String {
    // The first character is compared with the text as a whole: what begins with 1 to 9 is at least '1' and below ':'.
    let text = [
        "size(self) == 2 ? self >= '1' && self < ':'".to_owned(),
        format!("size(self) == 3 ? self >= '1' && self < ':' && {}", is_digit(1)),
        format!(
            "size(self) == 4 ? self == '100%' || self >= '0' && self < ':' && self != '0.0%' && self.charAt(1) == '.' && {}",
            is_digit(2)
        ),
        format!(
            "size(self) == 5 ? self >= '1' && self < ':' && {} && self.charAt(2) == '.' && {}",
            is_digit(1),
            is_digit(3)
        ),
        "self == '100.0%'".to_owned(),
    ];
    let rule =
        format!("(type(self) in [int] ? self >= 1 && self <= 100 : self.endsWith('%') && ({}))", text.join(" : "));
    of(value, &rule)
}

/// CEL of the tenths of a percent that a value is, which must be a share.
fn tenths(value: &str) -> String {
    let digit = |place: usize, worth: usize| format!("int(self.charAt({place})) * {worth}");
    let text = [
        "self.startsWith('100') ? 1000".to_owned(),
        format!("size(self) == 2 ? {}", digit(0, 10)),
        format!("size(self) == 3 ? {} + {}", digit(0, 100), digit(1, 10)),
        format!("size(self) == 4 ? {} + {}", digit(0, 10), digit(2, 1)),
        format!("{} + {} + {}", digit(0, 100), digit(1, 10), digit(3, 1)),
    ];
    of(value, &format!("(type(self) in [int] ? self * 10 : {})", text.join(" : ")))
}

/// CEL of whether a value is all of the traffic.
fn is_all(value: &str) -> String {
    of(value, "(self == 100 || self == '100%' || self == '100.0%')")
}

fn is_digit(place: usize) -> String {
    format!("self.charAt({place}) >= '0' && self.charAt({place}) <= '9'")
}

fn of(value: &str, rule: &str) -> String {
    rule.replace("self", value)
}

pub fn canary() -> Rule {
    Rule::new(format!("!{}", is_all("self")))
        .message("canary.percentage: write less than 100, such as 10 or \"0.5%\"; allAtOnce moves all traffic at once")
}

/// The bound keeps the increments, which stand in a status, at 50. What is no share is told by the rule of its type, and by
/// that alone.
pub fn linear() -> Rule {
    let bound = format!("{} >= 20 && !{}", tenths("self"), is_all("self"));
    Rule::new(format!("!{} || {bound}", is_share("self"))).message(
        "linear.percentage: write at least 2, which makes 50 increments, and less than 100, such as 10 or \"12.5%\"; smaller shares are for canary and steps",
    )
}

pub fn last_step() -> Rule {
    Rule::new(is_all("self[size(self) - 1].weight"))
        .message("steps: the last step's weight must be 100, so that all traffic moves in the end")
}

pub fn steps_rise() -> Rule {
    let (each, other) = (tenths("s.weight"), tenths("t.weight"));
    let are_shares = format!("self.all(s, {})", is_share("s.weight"));
    Rule::new(format!(
        "!{are_shares} || self.map(s, {each}).isSorted() && self.all(s, self.exists_one(t, {other} == {each}))"
    ))
    .message("steps: weights must rise from step to step, such as 5, 20, 50, 100")
}

pub fn scale_covers_weight() -> Rule {
    let (is_share, weight) = (is_share("self.weight"), tenths("self.weight"));
    Rule::new(format!("!has(self.scale) || !{is_share} || self.scale * 10 >= {weight}"))
        .message("scale must be at least weight: fewer tasks than traffic would overload the replacement")
}
