//! Amazon Resource Names: taken apart, and matched against the patterns of an AwsBinding.

use thiserror::Error;

/// An ARN in its parts: `arn:partition:service:region:account:resource`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arn {
    /// `aws`, `aws-cn`, `aws-us-gov` ...
    pub partition: String,
    /// `ecs`, `elasticloadbalancing` ...
    pub service: String,
    /// Region, such as `eu-west-1`.
    pub region: String,
    /// The 12 digits of the account.
    pub account: String,
    /// All that follows the account, slashes included.
    pub resource: String,
}

/// What kind of load balancer it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LoadBalancerKind {
    /// It divides requests.
    Application,
    /// It divides connections.
    Network,
    /// It passes packets on to appliances.
    Gateway,
}

/// A text that is no ARN.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("{0:?} is not an ARN: write arn:partition:service:region:account:resource")]
pub struct InvalidArn(pub String);

impl Arn {
    /// Takes an ARN apart. Region and account must be there: no resource that Sluice handles lacks them.
    pub fn parse(text: &str) -> Result<Self, InvalidArn> {
        let parts: Vec<&str> = text.splitn(6, ':').collect();
        match parts.as_slice() {
            ["arn", partition, service, region, account, resource]
                if [partition, service, region, account, resource].iter().all(|part| !part.is_empty()) =>
            {
                Ok(Self {
                    partition: (*partition).to_owned(),
                    service: (*service).to_owned(),
                    region: (*region).to_owned(),
                    account: (*account).to_owned(),
                    resource: (*resource).to_owned(),
                })
            }
            _ => Err(InvalidArn(text.to_owned())),
        }
    }

    /// The kind of the load balancer that a listener or a listener rule belongs to, by the word in its ARN: `app`, `net` or
    /// `gwy` (ELBv2 API reference, DescribeListeners: ListenerArn); none for other ARNs.
    #[must_use]
    pub fn load_balancer_kind(&self) -> Option<LoadBalancerKind> {
        let mut parts = self.resource.split('/');
        match (parts.next()?, parts.next()?) {
            ("listener" | "listener-rule", "app") => Some(LoadBalancerKind::Application),
            ("listener" | "listener-rule", "net") => Some(LoadBalancerKind::Network),
            ("listener" | "listener-rule", "gwy") => Some(LoadBalancerKind::Gateway),
            _ => None,
        }
    }

    /// ARN of the load balancer that a listener or a listener rule belongs to; none for other ARNs.
    ///
    /// Their ARNs carry it: `listener/app/NAME/ID/LISTENER` and `listener-rule/app/NAME/ID/LISTENER/RULE`.
    #[must_use]
    pub fn load_balancer(&self) -> Option<String> {
        let mut parts = self.resource.split('/');
        match parts.next()? {
            "listener" | "listener-rule" => {}
            _ => return None,
        }
        let (kind, name, id) = (parts.next()?, parts.next()?, parts.next()?);
        parts.next()?;
        Some(format!(
            "arn:{}:{}:{}:{}:loadbalancer/{kind}/{name}/{id}",
            self.partition, self.service, self.region, self.account
        ))
    }
}

/// Whether `text` matches `pattern`, in which every `*` stands for any run of characters.
///
/// All else stands for itself. The match covers the whole text.
#[must_use]
pub fn matches_pattern(pattern: &str, text: &str) -> bool {
    let mut pieces = pattern.split('*');
    let Some(rest) = pieces.next().and_then(|first| text.strip_prefix(first)) else {
        return false;
    };
    let mut middle: Vec<&str> = pieces.collect();
    let Some(last) = middle.pop() else {
        return rest.is_empty();
    };
    let mut rest = rest;
    for piece in middle {
        match rest.find(piece) {
            Some(at) => rest = &rest[at + piece.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_any_run_and_the_whole_text_must_match() {
        let table = [
            ("*", "arn:aws:ecs:eu-west-1:1:service/a/b", true),
            ("arn:aws:ecs:*:service/prod/*", "arn:aws:ecs:eu-west-1:1:service/prod/shop", true),
            ("arn:aws:ecs:*:service/prod/*", "arn:aws:ecs:eu-west-1:1:service/dev/shop", false),
            ("arn:aws:ecs", "arn:aws:ecs", true),
            ("arn:aws:ecs", "arn:aws:ecsx", false),
            ("a*bc*c", "abcc", true),
            ("a*bc*c", "abc", false),
            ("ab*ba", "aba", false),
        ];
        for (pattern, text, expected) in table {
            assert_eq!(matches_pattern(pattern, text), expected, "{pattern} {text}");
        }
    }

    #[test]
    fn the_load_balancer_is_read_from_the_arns_of_its_listeners_and_rules() {
        let base = "arn:aws:elasticloadbalancing:eu-west-1:123456789012";
        for tail in ["listener/app/shop/50dc/f2f7", "listener-rule/app/shop/50dc/f2f7/9683"] {
            let arn = Arn::parse(&format!("{base}:{tail}")).unwrap();
            assert_eq!(arn.load_balancer(), Some(format!("{base}:loadbalancer/app/shop/50dc")));
        }
        let group = Arn::parse(&format!("{base}:targetgroup/shop-a/73e2")).unwrap();
        assert_eq!(group.load_balancer(), None);
        assert_eq!(group.load_balancer_kind(), None);
        let kind = |tail: &str| Arn::parse(&format!("{base}:{tail}")).unwrap().load_balancer_kind();
        assert_eq!(kind("listener/app/shop/50dc/f2f7"), Some(LoadBalancerKind::Application));
        assert_eq!(kind("listener-rule/net/shop/50dc/f2f7/9683"), Some(LoadBalancerKind::Network));
        assert_eq!(kind("listener/gwy/shop/50dc/f2f7"), Some(LoadBalancerKind::Gateway));
    }

    #[test]
    fn a_text_with_a_missing_part_is_no_arn() {
        for text in ["shop", "arn:aws:ecs:eu-west-1::service/a", "arn:aws:ecs:eu-west-1:1"] {
            assert_eq!(Arn::parse(text), Err(InvalidArn(text.to_owned())));
        }
    }
}
