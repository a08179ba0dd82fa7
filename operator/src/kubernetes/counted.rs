//! A client that counts what it asks of the API server.

use hyper::{Method, Request};
use kube::client::{Body, ClientBuilder};
use kube::{Client, Config};
use tower::util::MapRequestLayer;

use crate::metrics::{KubernetesKind, KubernetesVerb, Metrics};
use crate::permissions;

/// A client whose requests are counted by verb and kind.
pub fn counted(config: Config, metrics: Metrics) -> kube::Result<Client> {
    let count = MapRequestLayer::new(move |request: Request<Body>| {
        let (method, path, query) = (request.method(), request.uri().path(), request.uri().query().unwrap_or_default());
        debug_assert!(
            permissions::are_given(method, path, query),
            "no row of operator/src/permissions/table.rs gives {method} {path}"
        );
        let (verb, kind) = classify(method, path, query);
        metrics.asked(verb, kind);
        request
    });
    Ok(ClientBuilder::try_from(config)?.with_layer(&count).build())
}

/// What a request is, by its method and its path: `/apis/GROUP/VERSION/namespaces/NAMESPACE/PLURAL/NAME/SUBRESOURCE`, of
/// which an object of the cluster lacks the namespace, and `/api/v1/...` the group.
fn classify(method: &Method, path: &str, query: &str) -> (KubernetesVerb, KubernetesKind) {
    let mut parts = path.split('/').filter(|part| !part.is_empty());
    let to_skip = if parts.next() == Some("api") { 1 } else { 2 };
    let parts: Vec<&str> = parts.skip(to_skip).collect();
    let parts = match parts.as_slice() {
        ["namespaces", _, rest @ ..] if !rest.is_empty() => rest,
        all => all,
    };
    let kind = match parts.first() {
        Some(&"applications") => KubernetesKind::Application,
        Some(&"deploymentgroups") => KubernetesKind::DeploymentGroup,
        Some(&"deployments") => KubernetesKind::Deployment,
        Some(&"deploymentconfigs") => KubernetesKind::DeploymentConfig,
        Some(&"awsbindings") => KubernetesKind::AwsBinding,
        Some(&"namespaces") => KubernetesKind::Namespace,
        Some(&"events") => KubernetesKind::Event,
        Some(&"leases") => KubernetesKind::Lease,
        _ => KubernetesKind::Other,
    };
    let is_one = parts.len() > 1;
    let verb = match method.as_str() {
        "GET" if query.split('&').any(|parameter| parameter == "watch=true") => KubernetesVerb::Watch,
        "GET" if is_one => KubernetesVerb::Get,
        "GET" => KubernetesVerb::List,
        "POST" => KubernetesVerb::Create,
        "PUT" => KubernetesVerb::Update,
        "PATCH" => KubernetesVerb::Patch,
        "DELETE" => KubernetesVerb::Delete,
        _ => KubernetesVerb::Other,
    };
    (verb, kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_told_apart_by_verb_and_kind() {
        use KubernetesKind as Kind;
        use KubernetesVerb as Verb;
        for (method, uri, expected) in [
            ("GET", "/apis/sluice.dev/v1alpha1/deployments?limit=20", (Verb::List, Kind::Deployment)),
            ("GET", "/apis/sluice.dev/v1alpha1/deploymentgroups?&watch=true", (Verb::Watch, Kind::DeploymentGroup)),
            ("GET", "/apis/sluice.dev/v1alpha1/namespaces/a/applications", (Verb::List, Kind::Application)),
            ("GET", "/apis/sluice.dev/v1alpha1/namespaces/a/deployments/b", (Verb::Get, Kind::Deployment)),
            ("PATCH", "/apis/sluice.dev/v1alpha1/namespaces/a/deployments/b/status", (Verb::Patch, Kind::Deployment)),
            ("GET", "/apis/sluice.dev/v1alpha1/awsbindings/b", (Verb::Get, Kind::AwsBinding)),
            ("GET", "/apis/sluice.dev/v1alpha1/deploymentconfigs", (Verb::List, Kind::DeploymentConfig)),
            ("GET", "/api/v1/namespaces?watch=true", (Verb::Watch, Kind::Namespace)),
            ("GET", "/api/v1/namespaces/a", (Verb::Get, Kind::Namespace)),
            ("POST", "/apis/events.k8s.io/v1/namespaces/a/events", (Verb::Create, Kind::Event)),
            ("PUT", "/apis/coordination.k8s.io/v1/namespaces/a/leases/b", (Verb::Update, Kind::Lease)),
            ("DELETE", "/apis/sluice.dev/v1alpha1/namespaces/a/deployments/b", (Verb::Delete, Kind::Deployment)),
            ("GET", "/version", (Verb::List, Kind::Other)),
        ] {
            let uri: hyper::Uri = uri.parse().unwrap();
            let method: Method = method.parse().unwrap();
            assert_eq!(classify(&method, uri.path(), uri.query().unwrap_or_default()), expected, "{method} {uri}");
        }
    }
}
