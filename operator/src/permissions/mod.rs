//! What the operator may do in the cluster: a table of every request that it makes, of which the chart's roles are made.
//!
//! In a debug build a request that no row gives ends the client, so that a test that makes one fails; that every row is
//! needed is looked at by `charts/test-installed.sh`, which compares the roles with the requests that were counted.

#[cfg(test)]
mod chart;
mod permission;
mod table;

use hyper::Method;

pub use permission::{Names, Permission, Place, When};
pub use table::PERMISSIONS;

/// Whether a row gives this request, wherever it is: that of another namespace is the API server's to refuse.
#[must_use]
pub fn are_given(method: &Method, path: &str, query: &str) -> bool {
    let Some((group, resource, verb)) = asked(method, path, query) else { return false };
    PERMISSIONS.iter().any(|permission| {
        permission.group == group
            && permission.resources.contains(&resource.as_str())
            && permission.verbs.contains(&verb)
    })
}

/// Group, resource and verb as RBAC calls them. None for a path that is of no resource.
fn asked<'a>(method: &Method, path: &'a str, query: &str) -> Option<(&'a str, String, &'static str)> {
    let mut parts = path.split('/').filter(|part| !part.is_empty());
    let group = match parts.next()? {
        "api" => "",
        "apis" => parts.next()?,
        _ => return None,
    };
    let _version = parts.next()?;
    let parts: Vec<&str> = parts.collect();
    let parts = match parts.as_slice() {
        ["namespaces", _, rest @ ..] if !rest.is_empty() => rest,
        all => all,
    };
    let (resource, is_one) = match parts {
        [plural] => ((*plural).to_owned(), false),
        [plural, _] => ((*plural).to_owned(), true),
        [plural, _, subresource] => (format!("{plural}/{subresource}"), true),
        _ => return None,
    };
    let verb = match method.as_str() {
        "GET" if query.split('&').any(|parameter| parameter == "watch=true") => "watch",
        "GET" if is_one => "get",
        "GET" => "list",
        "POST" => "create",
        "PUT" => "update",
        "PATCH" => "patch",
        "DELETE" if is_one => "delete",
        "DELETE" => "deletecollection",
        _ => return None,
    };
    Some((group, resource, verb))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_given_by_its_row_and_by_no_other() {
        for (method, uri, given) in [
            ("GET", "/apis/sluice.dev/v1alpha1/deployments?limit=20", true),
            ("GET", "/apis/sluice.dev/v1alpha1/namespaces/a/deploymentgroups?&watch=true", true),
            ("PATCH", "/apis/sluice.dev/v1alpha1/namespaces/a/deployments/b/status?force=true", true),
            ("PATCH", "/apis/sluice.dev/v1alpha1/namespaces/a/deployments/b", true),
            ("DELETE", "/apis/sluice.dev/v1alpha1/namespaces/a/deployments/b", true),
            ("GET", "/apis/sluice.dev/v1alpha1/namespaces/a/deployments/b", true),
            ("GET", "/api/v1/namespaces?watch=true", true),
            ("POST", "/apis/events.k8s.io/v1/namespaces/a/events", true),
            ("PUT", "/apis/coordination.k8s.io/v1/namespaces/a/leases/b", true),
            ("POST", "/apis/batch/v1/namespaces/a/jobs", true),
            ("POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", true),
            ("PATCH", "/apis/sluice.dev/v1alpha1/namespaces/a/applications/b", false),
            ("GET", "/apis/sluice.dev/v1alpha1/awsbindings/b", false),
            ("PATCH", "/apis/sluice.dev/v1alpha1/awsbindings/b/status", false),
            ("DELETE", "/apis/sluice.dev/v1alpha1/namespaces/a/deployments", false),
            ("GET", "/api/v1/namespaces/a/secrets", false),
            ("GET", "/apis/apps/v1/namespaces/a/deployments", false),
            ("POST", "/api/v1/namespaces/a/pods/b/exec", false),
            ("GET", "/version", false),
        ] {
            let uri: hyper::Uri = uri.parse().unwrap();
            let method: Method = method.parse().unwrap();
            assert_eq!(are_given(&method, uri.path(), uri.query().unwrap_or_default()), given, "{method} {uri}");
        }
    }

    #[test]
    fn nothing_is_asked_of_everything() {
        for permission in PERMISSIONS {
            let words = permission.resources.iter().chain(permission.verbs).chain([&permission.group]);
            assert!(words.copied().all(|word| word != "*"), "{permission:?}");
            let reads_secrets = permission.resources.contains(&"secrets");
            assert!(!reads_secrets || (permission.names == Names::HookSecrets && permission.verbs == ["get"]));
        }
    }
}
