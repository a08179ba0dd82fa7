//! What a group without a load balancer cannot ask for.

use kube::core::Rule;

const HAS_ONE: &str = "has(self.spec.loadBalancer)";

/// One without the other is what somebody forgot.
pub(super) fn container_goes_along() -> Rule {
    Rule::new("has(self.spec.loadBalancer) == has(self.spec.container)").message(
        "loadBalancer and container go together: write both, such as container: {name: web, port: 8080}, or neither for a service without a load balancer",
    )
}

pub(super) fn steps_have_no_scale() -> Rule {
    Rule::new(format!(
        "{HAS_ONE} || !has(self.spec.deploymentConfig) || !has(self.spec.deploymentConfig.steps) || self.spec.deploymentConfig.steps.all(s, !has(s.scale))"
    ))
    .message("deploymentConfig.steps: without loadBalancer the weight of a step is the size of the replacement: leave scale out, such as {weight: 20, hold: 10m}")
}

pub(super) fn has_no_health_grace() -> Rule {
    Rule::new(format!("{HAS_ONE} || !has(self.spec.healthGrace) || self.spec.healthGrace == '0s'")).message(
        "healthGrace is for health checks of a load balancer: without loadBalancer leave it out, and write startPeriod in the health check of the container",
    )
}

pub(super) fn repairs_nothing() -> Rule {
    Rule::new(format!("{HAS_ONE} || !has(self.spec.drift) || self.spec.drift == 'Report'"))
        .message("drift: Repair puts weights back, and without loadBalancer there are none: leave it out")
}

pub(super) fn asks_no_path() -> Rule {
    Rule::new(format!("{HAS_ONE} || !has(self.spec.health) || !has(self.spec.health.http) || !has(self.spec.health.http.path)"))
        .message("health.http.path is asked through the load balancer: without loadBalancer write url, such as https://shop.example.com/healthz")
}
