//! A cluster of the user's in place of one of our own: only one that is named, and only where a run can do no harm.
//!
//! What `KUBECONFIG` says is not enough to take a cluster: it is how people reach production.

use std::net::IpAddr;
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};
use crate::files::write_private;
use crate::kubectl::Kubectl;
use crate::programs::Programs;
use crate::run_label::RUN_LABEL;

/// The cluster of a context that the user named.
#[derive(Debug)]
pub(crate) struct TestCluster {
    context: String,
    server: String,
    /// Whether requests go through a proxy, so that the address of the server says nothing about where it is.
    is_proxied: bool,
    kubeconfig: PathBuf,
}

impl TestCluster {
    /// Reads a context of the user's kubeconfig, as kubectl finds it, and writes a kubeconfig of that context alone into
    /// `folder`. Sends nothing to any server.
    pub(crate) fn find(context: &str, programs: &Programs, folder: &Path) -> Result<Self> {
        let users_own = Kubectl { programs, kubeconfig: None };
        let context_argument = format!("--context={context}");
        let view = ["config", "view", "--minify", "--flatten", "--raw", &context_argument];
        let Ok(text) = users_own.run(&view) else {
            let contexts = users_own.run(&["config", "get-contexts", "--output=name"]).unwrap_or_default();
            return Err(Error::UnknownContext { context: context.to_owned(), known: listed(contexts.lines()) });
        };
        let kubeconfig = folder.join("kubeconfig");
        write_private(&kubeconfig, &text)?;
        let kubectl = Kubectl { programs, kubeconfig: Some(&kubeconfig) };
        let field = |name: &str| {
            let path = format!("--output=jsonpath={{.clusters[0].cluster.{name}}}");
            kubectl.run(&["config", "view", "--raw", &path])
        };
        let (server, proxy) = (field("server")?, field("proxy-url")?);
        Ok(Self { context: context.to_owned(), server, is_proxied: !proxy.is_empty(), kubeconfig })
    }

    /// The kubeconfig of this context alone.
    pub(crate) fn kubeconfig(&self) -> &Path {
        &self.kubeconfig
    }

    /// The context and its server, for a person.
    pub(crate) fn described(&self) -> String {
        format!("{} ({})", self.context, self.server)
    }

    /// Fails when the server is not on this machine, does not answer, or Sluice can be seen in the cluster. A `yes` of
    /// the user is enough for all but one that does not answer.
    pub(crate) fn check(&self, programs: &Programs, yes: bool) -> Result<()> {
        let (context, server) = (self.context.clone(), self.server.clone());
        if !yes && (self.is_proxied || !is_loopback(&server)) {
            return Err(Error::RemoteCluster { context, server });
        }
        let kubectl = Kubectl { programs, kubeconfig: Some(&self.kubeconfig) };
        let unreachable =
            |answer| Error::ClusterUnreachable { context: context.clone(), server: server.clone(), answer };
        kubectl
            .run(&["get", "--request-timeout=5s", "--raw", "/readyz"])
            .map_err(|error| unreachable(error.to_string()))?;
        if yes {
            return Ok(());
        }
        let seen = signs_of_sluice(&kubectl).map_err(|error| unreachable(error.to_string()))?;
        if seen.is_empty() {
            return Ok(());
        }
        Err(Error::SluiceIsThere { context, server, seen: listed(seen.iter().map(String::as_str)) })
    }
}

/// What shows that Sluice, or another run of its tests, is in a cluster. Without the definitions no operator can run, so
/// they alone would do; the others make it plain.
fn signs_of_sluice(kubectl: &Kubectl<'_>) -> Result<Vec<String>> {
    let definitions = r#"jsonpath={range .items[?(@.spec.group=="sluice.dev")]}{.metadata.name}{"\n"}{end}"#;
    let named = r#"jsonpath={range .items[*]}{.metadata.namespace}/{.metadata.name}{"\n"}{end}"#;
    let of_other_runs = format!("--selector={RUN_LABEL}");
    let installed = format!("--selector=!{RUN_LABEL}");
    let queries: [(&str, &[&str], &str); 4] = [
        ("the definition", &["customresourcedefinitions.apiextensions.k8s.io", &installed], definitions),
        (
            "a definition of another test run",
            &["customresourcedefinitions.apiextensions.k8s.io", &of_other_runs],
            definitions,
        ),
        (
            "the operator's Deployment",
            &["deployments.apps", "--all-namespaces", "--selector=app.kubernetes.io/name=sluice"],
            named,
        ),
        (
            "its Lease",
            &["leases.coordination.k8s.io", "--all-namespaces", "--field-selector=metadata.name=sluice"],
            named,
        ),
    ];
    let mut signs = Vec::new();
    for (what, query, output) in queries {
        let output = format!("--output={output}");
        let found = kubectl.run(&[&["get", "--request-timeout=30s", &output], query].concat())?;
        signs.extend(found.lines().map(|name| format!("{what} {name}")));
    }
    Ok(signs)
}

/// Whether the address of a server, a URL, is one of this machine alone. A name other than `localhost` may be anybody's.
fn is_loopback(server: &str) -> bool {
    let authority = server.split_once("://").map_or(server, |(_, rest)| rest);
    let authority = authority.split(['/', '?', '#']).next().unwrap_or_default();
    let authority = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let host = match authority.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => authority.split(':').next().unwrap_or_default(),
    };
    host.eq_ignore_ascii_case("localhost") || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

fn listed<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let names: Vec<&str> = names.collect();
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_address_of_this_machine_is_on_loopback() {
        let here = [
            "https://127.0.0.1:6443",
            "https://127.8.0.1",
            "https://localhost:6443/clusters/a",
            "https://LOCALHOST",
            "https://[::1]:6443",
            "127.0.0.1:8080",
        ];
        let elsewhere = [
            "https://203.0.113.1:6443",
            "https://10.0.0.1",
            "https://0.0.0.0:6443",
            "https://[::]:6443",
            "https://127.0.0.1.example.com",
            "https://localhost.example.com:6443",
            "https://127.0.0.1@203.0.113.1:6443",
            "https://example.com/127.0.0.1",
            "https://kubernetes.docker.internal:6443",
            "",
        ];
        for server in here {
            assert!(is_loopback(server), "{server}");
        }
        for server in elsewhere {
            assert!(!is_loopback(server), "{server}");
        }
    }

    fn found(server: &str, is_proxied: bool) -> TestCluster {
        let (context, kubeconfig) = ("prod".to_owned(), PathBuf::from("/nowhere"));
        TestCluster { context, server: server.to_owned(), is_proxied, kubeconfig }
    }

    #[test]
    fn a_server_elsewhere_is_refused_before_anything_is_sent_to_it() {
        // There are no programs: whatever would ask a server fails otherwise.
        let programs = Programs::at(Path::new("/nowhere"));
        for cluster in [found("https://203.0.113.1:6443", false), found("https://127.0.0.1:6443", true)] {
            let error = cluster.check(&programs, false).unwrap_err();
            assert!(matches!(error, Error::RemoteCluster { .. }), "{error}");
            let told = error.to_string();
            for word in ["prod", cluster.server.as_str(), "SLUICE_TEST_CLUSTER_YES=1"] {
                assert!(told.contains(word), "{word}: {told}");
            }
        }
    }
}
