//! Where what a group serves is reached: by the first of its production routes, as the load balancer was last listed.

use sluice_api::{Arn, DeploymentGroupSpec, HttpProbe, ProbeAddress, ProbeProtocol, Reason};

use crate::observation::{ListedRoute, Observation, Read};
use crate::refusal::Refusal;

/// The field of a path.
const FIELD: &str = "spec.health.http.path";

/// The DNS name, where something is shown or asked by it: the rule asks for no host, or a path is asked through the load balancer.
#[must_use]
pub fn missing(settings: &DeploymentGroupSpec, seen: &Observation) -> Option<Read> {
    let route = first(settings, seen)?;
    protocol(route)?;
    if seen.dns_name.is_some() || (route.host.is_some() && path(settings).is_none()) {
        return None;
    }
    Arn::parse(&route.arn).ok()?.load_balancer().map(Read::DnsName)
}

/// Where it is reached, as far as that was seen.
#[must_use]
pub fn url(settings: &DeploymentGroupSpec, seen: &Observation) -> Option<String> {
    let route = first(settings, seen)?;
    let protocol = protocol(route)?;
    let host = route.host.clone().or_else(|| dns_name(seen))?;
    let (scheme, own) = match protocol {
        ProbeProtocol::Http => ("http", 80),
        ProbeProtocol::Https => ("https", 443),
    };
    let port = route.port.filter(|port| *port != own).map(|port| format!(":{port}")).unwrap_or_default();
    Some(format!("{scheme}://{host}{port}"))
}

/// Where the path of the group's probe is asked, or why it cannot be; none where it has no path, or the load balancer was not
/// seen.
#[must_use]
pub fn of_probe(settings: &DeploymentGroupSpec, seen: &Observation) -> Option<Result<ProbeAddress, Refusal>> {
    path(settings)?;
    let refused = |reason, what: String| Some(Err(Refusal::new(reason, format!("{FIELD}: {what}"))));
    if settings.is_by_size() {
        return refused(
            Reason::InvalidValue,
            "there is no loadBalancer through which it is asked: write url".to_owned(),
        );
    }
    let route = first(settings, seen)?;
    let Some(protocol) = protocol(route) else {
        let listener = route.protocol.as_deref().unwrap_or("of an unknown protocol");
        let what =
            format!("the listener of {} is {listener}: a path is asked of HTTP and HTTPS alone, write url", route.arn);
        return refused(Reason::InvalidValue, what);
    };
    if protocol == ProbeProtocol::Https && route.host.is_none() {
        let what = "the rule of the first production route asks for no host by its name, so that no certificate is of it: give the rule a condition on a host, or write url";
        return refused(Reason::InvalidValue, what.to_owned());
    }
    let dns_name = match seen.dns_name.as_ref()? {
        Ok(name) => name.as_ref()?.to_ascii_lowercase(),
        Err(why) => {
            let what = format!(
                "the DNS name of the load balancer is not known: grant DescribeLoadBalancers, or write url; {why}"
            );
            return refused(Reason::RequestRefused, what);
        }
    };
    let host = route.host.clone().unwrap_or_else(|| dns_name.clone());
    Some(Ok(ProbeAddress { dns_name, port: route.port?, protocol, host }))
}

/// The first of the production routes, as it was listed.
fn first<'a>(settings: &DeploymentGroupSpec, seen: &'a Observation) -> Option<&'a ListedRoute> {
    let first = settings.load_balancer.production_routes.first()?;
    seen.listed_routes.as_ref()?.iter().find(|route| route.arn == first.arn())
}

fn protocol(route: &ListedRoute) -> Option<ProbeProtocol> {
    match route.protocol.as_deref()? {
        "HTTP" => Some(ProbeProtocol::Http),
        "HTTPS" => Some(ProbeProtocol::Https),
        _ => None,
    }
}

fn path(settings: &DeploymentGroupSpec) -> Option<&str> {
    let http: Option<&HttpProbe> = settings.health.as_ref().and_then(|health| health.http.as_ref());
    http?.path.as_deref()
}

fn dns_name(seen: &Observation) -> Option<String> {
    seen.dns_name.clone()?.ok()?.map(|name| name.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use serde_json::{Value, json};

    use super::*;
    use crate::observation::RouteKind;

    const RULE: &str =
        "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener-rule/app/shop/50dc6c495c0c9188/f2f7/9683";
    const BALANCER: &str = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/shop/50dc6c495c0c9188";

    fn settings(health: &Value) -> DeploymentGroupSpec {
        serde_json::from_value(json!({
            "applicationRef": "shop", "aws": {"binding": "team", "region": "eu-west-1"},
            "ecs": {"cluster": "prod", "service": "shop"}, "container": {"name": "web", "port": 8080},
            "loadBalancer": {"targetGroups": ["a", "b"], "productionRoutes": [{"listenerRule": RULE}]},
            "health": health,
        }))
        .unwrap()
    }

    fn seen(
        protocol: &str,
        port: i32,
        host: Option<&str>,
        dns_name: Option<Result<Option<&str>, &str>>,
    ) -> Observation {
        let route = ListedRoute {
            arn: RULE.to_owned(),
            kind: RouteKind::Rule,
            port: Some(port),
            protocol: Some(protocol.to_owned()),
            host: host.map(str::to_owned),
            priority: Some("1".to_owned()),
            conditions: String::new(),
            weights: Vec::new(),
        };
        let dns_name = dns_name.map(|known| known.map(|name| name.map(str::to_owned)).map_err(str::to_owned));
        Observation { listed_routes: Some(vec![route]), dns_name, ..Observation::blank(Timestamp::UNIX_EPOCH, &[]) }
    }

    const NAME: Option<Result<Option<&str>, &str>> = Some(Ok(Some("Shop-1.elb.amazonaws.com")));
    const HOST: Option<&str> = Some("shop.example.com");

    #[test]
    fn a_service_is_reached_by_the_host_of_its_rule_or_by_the_name_of_its_load_balancer() {
        let nothing = settings(&Value::Null);
        for (seen, url, is_missing) in [
            (seen("HTTPS", 443, HOST, None), Some("https://shop.example.com"), false),
            (seen("HTTP", 8080, HOST, None), Some("http://shop.example.com:8080"), false),
            (seen("HTTP", 80, None, None), None, true),
            (seen("HTTP", 80, None, NAME), Some("http://shop-1.elb.amazonaws.com"), false),
            (seen("HTTP", 80, None, Some(Err("denied"))), None, false),
            (seen("HTTP", 80, None, Some(Ok(None))), None, false),
            (seen("TCP", 80, None, None), None, false),
            (Observation::blank(Timestamp::UNIX_EPOCH, &[]), None, false),
        ] {
            assert_eq!(super::url(&nothing, &seen).as_deref(), url, "{seen:?}");
            let wanted = is_missing.then(|| Read::DnsName(BALANCER.to_owned()));
            assert_eq!(missing(&nothing, &seen), wanted, "{seen:?}");
            assert_eq!(of_probe(&nothing, &seen), None, "no path is asked");
        }
    }

    #[test]
    fn a_path_goes_to_the_load_balancer_for_the_host_of_the_rule_or_is_refused_with_what_to_write() {
        let path = settings(&json!({"http": {"path": "/healthz"}}));
        assert_eq!(missing(&path, &seen("HTTPS", 443, HOST, None)), Some(Read::DnsName(BALANCER.to_owned())));
        let through = |seen: &Observation| {
            of_probe(&path, seen).map(|found| {
                found
                    .map(|at| format!("{} {}:{} for {}", at.protocol, at.dns_name, at.port, at.host))
                    .map_err(|refusal| refusal.message)
            })
        };
        for (seen, expected) in [
            (seen("HTTPS", 8443, HOST, NAME), Ok("HTTPS shop-1.elb.amazonaws.com:8443 for shop.example.com")),
            (seen("HTTP", 80, HOST, NAME), Ok("HTTP shop-1.elb.amazonaws.com:80 for shop.example.com")),
            (seen("HTTP", 80, None, NAME), Ok("HTTP shop-1.elb.amazonaws.com:80 for shop-1.elb.amazonaws.com")),
            (seen("HTTPS", 443, None, NAME), Err("give the rule a condition on a host, or write url")),
            (seen("TLS", 443, None, None), Err("is TLS: a path is asked of HTTP and HTTPS alone, write url")),
            (seen("HTTP", 80, HOST, Some(Err("denied"))), Err("grant DescribeLoadBalancers, or write url; denied")),
        ] {
            match (through(&seen), expected) {
                (Some(Ok(found)), Ok(expected)) => assert_eq!(found, expected),
                (Some(Err(found)), Err(expected)) => {
                    assert!(found.starts_with("spec.health.http.path: ") && found.contains(expected), "{found}");
                }
                (found, expected) => panic!("{found:?} {expected:?}"),
            }
        }
        for unseen in [seen("HTTP", 80, HOST, None), seen("HTTP", 80, HOST, Some(Ok(None)))] {
            assert_eq!(through(&unseen), None, "what is not seen is not refused");
        }
    }
}
