//! The programs that make up a control plane and the folder they are kept in.

use std::env;
use std::ffi::{OsStr, OsString};
use std::path::{self, Path, PathBuf};

use crate::{Error, Result, Versions};

/// A program that is built from our Go module.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Program {
    /// The store.
    Etcd,
    /// The API server.
    KubeApiserver,
    /// The client.
    Kubectl,
    /// The installer of charts.
    Helm,
}

impl Program {
    /// Everything that a control plane of our own needs.
    pub const ALL: [Self; 4] = [Self::Etcd, Self::KubeApiserver, Self::Kubectl, Self::Helm];

    /// What is needed to work with a cluster that exists already.
    pub const CLIENTS: [Self; 2] = [Self::Kubectl, Self::Helm];

    /// The name of its file.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Etcd => "etcd",
            Self::KubeApiserver => "kube-apiserver",
            Self::Kubectl => "kubectl",
            Self::Helm => "helm",
        }
    }

    /// The Go package it is built from.
    pub(crate) const fn package(self) -> &'static str {
        match self {
            Self::Etcd => "go.etcd.io/etcd/server/v3",
            Self::KubeApiserver => "k8s.io/kubernetes/cmd/kube-apiserver",
            Self::Kubectl => "k8s.io/kubernetes/cmd/kubectl",
            Self::Helm => "helm.sh/helm/v3/cmd/helm",
        }
    }

    /// How long the first build takes on two cores; etcd, being first, also
    /// waits for the download of most modules.
    pub(crate) const fn expected(self) -> &'static str {
        match self {
            Self::Etcd => "about 1 minute",
            Self::KubeApiserver => "about 3 minutes",
            Self::Kubectl | Self::Helm => "about 20 seconds",
        }
    }
}

/// The folder of the programs, one for each set of versions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Programs {
    folder: PathBuf,
}

impl Programs {
    /// The folder in the user's cache: `$SLUICE_CACHE`, else
    /// `$XDG_CACHE_HOME/sluice`, else `~/.cache/sluice`.
    pub(crate) fn in_cache(versions: &Versions) -> Result<Self> {
        let cache = cache_folder(|name| env::var_os(name)).ok_or(Error::NoCacheFolder)?;
        Ok(Self { folder: cache.join("control-plane").join(versions.folder_name()) })
    }

    /// The folder that holds them.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The file of one of them.
    #[must_use]
    pub fn path(&self, program: Program) -> PathBuf {
        self.folder.join(program.name())
    }

    /// The value of `PATH` with which these are found before any other.
    #[must_use]
    pub fn first_on_path(&self) -> OsString {
        let mut value = OsString::from(&self.folder);
        if let Some(rest) = env::var_os("PATH").filter(|path| !path.is_empty()) {
            value.push(OsStr::new(":"));
            value.push(rest);
        }
        value
    }
}

/// `SLUICE_CACHE` may be relative to the working directory. A relative
/// `XDG_CACHE_HOME` is ignored, as its specification asks.
fn cache_folder(variable: impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    let folder = |name| variable(name).map(PathBuf::from).filter(|path| path.is_absolute());
    variable("SLUICE_CACHE")
        .and_then(|path| path::absolute(path).ok())
        .or_else(|| Some(folder("XDG_CACHE_HOME")?.join("sluice")))
        .or_else(|| Some(folder("HOME")?.join(".cache/sluice")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(variables: &[(&str, &str)]) -> Option<PathBuf> {
        cache_folder(|name| {
            let (_, value) = variables.iter().find(|(known, _)| *known == name)?;
            Some(OsString::from(value))
        })
    }

    #[test]
    fn the_cache_is_the_most_specific_folder_that_is_set() {
        let home = ("HOME", "/home/ada");
        let xdg = ("XDG_CACHE_HOME", "/var/cache/ada");
        let own = ("SLUICE_CACHE", "/srv/sluice");
        assert_eq!(chosen(&[home]), Some("/home/ada/.cache/sluice".into()));
        assert_eq!(chosen(&[home, xdg]), Some("/var/cache/ada/sluice".into()));
        assert_eq!(chosen(&[home, xdg, own]), Some("/srv/sluice".into()));
        assert_eq!(chosen(&[]), None);
    }

    #[test]
    fn a_relative_xdg_folder_and_an_empty_variable_are_ignored() {
        let variables = [("SLUICE_CACHE", ""), ("XDG_CACHE_HOME", "cache"), ("HOME", "/home/ada")];
        assert_eq!(chosen(&variables), Some("/home/ada/.cache/sluice".into()));
    }
}
