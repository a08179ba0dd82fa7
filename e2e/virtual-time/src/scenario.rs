//! The scenarios of the worlds, and the ARNs of what is in them.

use std::fmt::Write as _;

/// Region of every service.
pub(crate) const REGION: &str = "eu-west-1";

/// Account of every service.
pub(crate) const ACCOUNT: &str = "123456789012";

/// ARN of one of the two target groups of a service, `a` or `b`.
#[must_use]
pub fn target_group(service: usize, side: char) -> String {
    let id = if side == 'a' { service * 2 } else { service * 2 + 1 };
    format!("arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}:targetgroup/shop-{service}-{side}/{id:016x}")
}

/// ARN of the rule of a service.
#[must_use]
pub fn rule(service: usize) -> String {
    let base = format!("arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}:listener-rule/app/shop-{service}");
    format!("{base}/{service:016x}/{service:016x}/{service:016x}")
}

/// ARN of the listener of [`crate::World::network`].
#[must_use]
pub fn network_listener() -> String {
    format!("arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}:listener/net/shop-0/{0:016x}/{0:016x}", 0)
}

/// ARN of the rule of a service that shares its load balancer.
#[must_use]
pub fn shared_rule(service: usize) -> String {
    let balancer = service / RULES;
    let base = format!("arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}:listener-rule/app/shared-{balancer}");
    format!("{base}/{balancer:016x}/{balancer:016x}/{service:016x}")
}

/// A world of so many services and revisions behind these load balancers.
pub(crate) fn scenario(services: usize, releases: u32, balancers: &str) -> String {
    let mut yaml = format!("seed: 1\nregion: {REGION}\naccount: \"{ACCOUNT}\"\nthrottling: false\njournal: 10000\n");
    yaml.push_str("timing: {provisioning: 2s, pending: 2s, activating: 1s, healthCheckInterval: 5s}\n");
    yaml.push_str("taskDefinitions:\n");
    for release in 1..=releases {
        // Writing to a String cannot fail.
        let _ = writeln!(
            yaml,
            "  - {{family: shop, revision: {release}, containers: [{{name: web, image: \"shop:{release}\", port: 8080}}]}}"
        );
    }
    yaml.push_str("loadBalancers:\n");
    yaml.push_str(balancers);
    yaml.push_str("alarms:\n");
    for service in 0..services {
        let _ = writeln!(yaml, "  - {{name: shop-{service}-5xx, state: OK}}");
    }
    yaml.push_str("clusters:\n  - name: prod\n    services:\n");
    for service in 0..services {
        let _ = writeln!(
            yaml,
            "      - {{name: shop-{service}, desiredCount: 4, taskSets: [{{taskDefinition: \"shop:1\", targetGroup: shop-{service}-a, primary: true, container: web, port: 8080}}]}}"
        );
    }
    yaml
}

/// A Network Load Balancer for one service.
pub(crate) fn network_balancer() -> String {
    format!(
        "  - name: shop-0
    type: network
    id: \"{a:016x}\"
    targetGroups: [{{name: shop-0-a, id: \"{a:016x}\"}}, {{name: shop-0-b, id: \"{b:016x}\"}}]
    listeners:
      - {{port: 443, id: \"{a:016x}\", protocol: TCP, connection: 1m, requestsPerSecond: 10, defaultAction: {{forward: {{shop-0-a: 100, shop-0-b: 0}}}}}}
",
        a = 0,
        b = 1,
    )
}

/// A load balancer for each service.
pub(crate) fn balancers(services: usize) -> String {
    let mut yaml = String::new();
    for service in 0..services {
        let _ = writeln!(
            yaml,
            "  - name: shop-{service}
    id: \"{service:016x}\"
    targetGroups: [{{name: shop-{service}-a, id: \"{a:016x}\"}}, {{name: shop-{service}-b, id: \"{b:016x}\"}}]
    listeners:
      - port: 443
        id: \"{service:016x}\"
        defaultAction: {{fixedResponse: 404}}
        rules: [{{id: \"{service:016x}\", priority: 10, path: \"/*\", forward: {{shop-{service}-a: 100, shop-{service}-b: 0}}, requestsPerSecond: 10}}]",
            a = service * 2,
            b = service * 2 + 1,
        );
    }
    yaml
}

/// Rules of a listener: as many as AWS allows by default.
const RULES: usize = 100;

/// A load balancer for each hundred services.
pub(crate) fn shared_balancers(services: usize) -> String {
    let mut yaml = String::new();
    for balancer in 0..services.div_ceil(RULES) {
        let own = || (balancer * RULES..services).take(RULES);
        let _ = writeln!(yaml, "  - name: shared-{balancer}\n    id: \"{balancer:016x}\"\n    targetGroups:");
        for (service, side) in own().flat_map(|service| [(service, 'a'), (service, 'b')]) {
            let id = if side == 'a' { service * 2 } else { service * 2 + 1 };
            let _ = writeln!(yaml, "      - {{name: shop-{service}-{side}, id: \"{id:016x}\"}}");
        }
        let _ = writeln!(
            yaml,
            "    listeners:
      - port: 443
        id: \"{balancer:016x}\"
        defaultAction: {{fixedResponse: 404}}
        rules:"
        );
        for service in own() {
            let priority = service % RULES + 1;
            let _ = writeln!(
                yaml,
                "          - {{id: \"{service:016x}\", priority: {priority}, path: \"/{service}/*\", forward: {{shop-{service}-a: 100, shop-{service}-b: 0}}}}"
            );
        }
    }
    yaml
}
