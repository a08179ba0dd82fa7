//! The versions of what is built, read from the one place that decides them.

use crate::error::{Error, Result};

/// The module file that decides every version, as it was when this was compiled.
pub(crate) const GO_MOD: &str = include_str!("../go.mod");

/// The checksums of the modules that [`GO_MOD`] names.
pub(crate) const GO_SUM: &str = include_str!("../go.sum");

/// The versions that `go.mod` names, without a leading `v`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Versions {
    /// The oldest Go that builds the module.
    pub go: String,
    /// kube-apiserver and kubectl.
    pub kubernetes: String,
    /// etcd.
    pub etcd: String,
    /// helm.
    pub helm: String,
}

impl Versions {
    /// The versions in the `go.mod` that this was compiled with.
    pub fn pinned() -> Result<Self> {
        Self::parse(GO_MOD)
    }

    fn parse(go_mod: &str) -> Result<Self> {
        let version = |module: &'static str| requirement(go_mod, module).ok_or(Error::VersionMissing { module });
        Ok(Self {
            go: version("go")?,
            kubernetes: version("k8s.io/kubernetes")?,
            etcd: version("go.etcd.io/etcd/server/v3")?,
            helm: version("helm.sh/helm/v3")?,
        })
    }

    /// The name of the folder that holds programs of these versions.
    pub(crate) fn folder_name(&self) -> String {
        format!("k8s-{}-etcd-{}-helm-{}", self.kubernetes, self.etcd, self.helm)
    }
}

/// The version on the line `MODULE VERSION`, which is how requirements (and the
/// version of Go) are written both inside and outside of a block.
fn requirement(go_mod: &str, module: &str) -> Option<String> {
    go_mod.lines().find_map(|line| {
        let mut words = line.split_whitespace().skip_while(|word| *word == "require");
        let version = (words.next()? == module).then(|| words.next())??;
        Some(version.trim_start_matches('v').to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_versions_are_those_that_go_mod_requires() {
        let go_mod = "module example\n\ngo 1.26.0\n\ntool helm.sh/helm/v3/cmd/helm\n\n\
            require helm.sh/helm/v3 v3.22.0\n\n\
            require (\n\tgo.etcd.io/etcd/server/v3 v3.6.8 // indirect\n\
            \tk8s.io/kubernetes v1.36.1 // indirect\n)\n";
        let versions = Versions::parse(go_mod).unwrap();
        assert_eq!(versions.go, "1.26.0");
        assert_eq!(versions.folder_name(), "k8s-1.36.1-etcd-3.6.8-helm-3.22.0");
    }

    #[test]
    fn a_module_that_is_not_required_is_named_in_the_error() {
        let error = Versions::parse("go 1.26.0\n").unwrap_err();
        assert!(error.to_string().contains("k8s.io/kubernetes"), "{error}");
    }

    #[test]
    fn the_pinned_go_mod_names_every_version() {
        let versions = Versions::pinned().unwrap();
        assert!(versions.kubernetes.starts_with("1."), "{versions:?}");
    }
}
